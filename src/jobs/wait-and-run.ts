import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { JobRunner, RunResult } from "./job-runner.ts";
import type { OrphanedJobCleanup } from "./orphaned-job-cleanup.ts";
import { groupOf, type ConnectorStore, type JobStore, type NewJob, type StoredConnector } from "./ports.ts";

/** What running a job at once needs. */
export interface WaitAndRunOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  runner: JobRunner;
  sweep: OrphanedJobCleanup;
  clock: Clock;
  log: Logger;
  /** A job without a sign of life for this long has lost its worker. */
  lostAfterMs: number;
  signal: AbortSignal;
}

/** Between two looks at a sync that is in the way. */
const lookMs = 3_000;

/**
 * Makes a job and runs it at once. A sync in the way may be that of a process that died, and where no service runs nobody else would free
 * the connector: so this waits until the other one shows that it lives, which gives nothing, or is taken for dead.
 */
export async function waitAndRun(job: NewJob, options: WaitAndRunOptions): Promise<RunResult | undefined> {
  const { connectors, runner, log, signal } = options;
  const again = async (): Promise<RunResult | undefined> => {
    const connector = await connectors.get(job.connector.id, signal);
    return connector && runner.claimAndRun({ ...job, connector }, signal);
  };
  const first = await runner.claimAndRun(job, signal);
  if (first) return first;
  if (await isFree(job, options)) {
    // Somebody only changed the connector at the same moment.
    const second = await again();
    if (second || (await isFree(job, options))) return second;
  }
  log.warn("another sync of the connector is in progress; waiting to see whether its process lives", {
    connector_id: job.connector.id,
    at_most_seconds: Math.ceil(options.lostAfterMs / 1000),
  });
  return (await waitForTurn(job, options)) ? again() : undefined;
}

/** Whether the turn became free; not so where the other sync shows that it lives. */
async function waitForTurn(job: NewJob, options: WaitAndRunOptions): Promise<boolean> {
  const { sweep, clock, lostAfterMs, signal } = options;
  const until = clock.now() + lostAfterMs + 4 * lookMs;
  let before: ReadonlyMap<string, number> | undefined;
  while (clock.now() < until) {
    const { connector, running, free } = await look(job, options);
    if (free) return true;
    // One that changed, or that was not there before, has somebody who works on it.
    if (!connector || (before && [...running].some(([id, version]) => before?.get(id) !== version))) return false;
    before = running;
    await sweep.sweep([connector], signal);
    await clock.sleep(lookMs, signal);
  }
  return false;
}

async function isFree(job: NewJob, options: WaitAndRunOptions): Promise<boolean> {
  return (await look(job, options)).free;
}

/** The connector, and the versions of the jobs that compete with this one. */
async function look(
  { connector: { id }, type }: NewJob,
  { connectors, jobs, signal }: WaitAndRunOptions,
): Promise<{ connector: StoredConnector | undefined; running: ReadonlyMap<string, number>; free: boolean }> {
  const connector = await connectors.get(id, signal);
  const found = await jobs.list({ statuses: ["in_progress", "canceling"], connectorIds: [id] }, signal);
  const competing = found.filter((other) => groupOf(other.type) === groupOf(type));
  const running = new Map(competing.map((other) => [other.id, other.revision.seqNo]));
  const free = connector?.lastSync[groupOf(type)].status !== "in_progress" && running.size === 0;
  return { connector, running, free };
}
