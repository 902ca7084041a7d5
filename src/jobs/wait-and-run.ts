import { groupOf, type ConnectorStore, type StoredConnector } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { JobRunner, RunResult } from "./job-runner.ts";
import { isActiveJobStatus } from "./job-states.ts";
import type { JobStore, NewJob } from "./job-store.ts";
import type { OrphanedJobCleanup } from "./orphaned-job-cleanup.ts";

export interface WaitAndRunOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  runner: JobRunner;
  cleanup: OrphanedJobCleanup;
  clock: Clock;
  log: Logger;
  /** A job without a heartbeat for this long is orphaned. */
  lostAfterMs: number;
  signal: AbortSignal;
}

/** Between two checks of the job that holds the sync lock. */
const checkIntervalMs = 3_000;

/**
 * Creates a job and runs it in this process. If another job holds the sync lock, waits until that job shows that it is alive, which returns
 * undefined, or is released as orphaned: without a running service, no one else would release it.
 */
export async function waitAndRun(job: NewJob, options: WaitAndRunOptions): Promise<RunResult | undefined> {
  const { runner, log, signal } = options;
  const first = await runner.claimAndRun(job, signal);
  if (first) return first;
  if (await isUnlocked(job, options)) {
    // The connector was only changed at the same moment.
    const second = await runner.claimAndRun(job, signal);
    if (second || (await isUnlocked(job, options))) return second;
  }
  log.warn("another sync of the connector is in progress, waiting for its heartbeat", {
    connector_id: job.connectorId,
    at_most_seconds: Math.ceil(options.lostAfterMs / 1000),
  });
  return (await waitForLock(job, options)) ? runner.claimAndRun(job, signal) : undefined;
}

/** Returns whether the lock was released; false if the other job is alive. */
async function waitForLock(job: NewJob, options: WaitAndRunOptions): Promise<boolean> {
  const { cleanup, clock, lostAfterMs, signal } = options;
  const until = clock.now() + lostAfterMs + 4 * checkIntervalMs;
  let before: ReadonlyMap<string, number> | undefined;
  while (clock.now() < until) {
    const { connector, running, unlocked } = await lockState(job, options);
    if (unlocked) return true;
    // A job that changed, or that is new, has a living worker.
    if (!connector || (before && [...running].some(([id, version]) => before?.get(id) !== version))) return false;
    before = running;
    await cleanup.run([connector], signal);
    await clock.sleep(checkIntervalMs, signal);
  }
  // The last pass may have released it.
  return isUnlocked(job, options);
}

async function isUnlocked(job: NewJob, options: WaitAndRunOptions): Promise<boolean> {
  return (await lockState(job, options)).unlocked;
}

/** The connector, and the versions of the running jobs of the same group. */
async function lockState(
  { connectorId, type }: NewJob,
  { connectors, jobs, signal }: WaitAndRunOptions,
): Promise<{ connector: StoredConnector | undefined; running: ReadonlyMap<string, number>; unlocked: boolean }> {
  const connector = await connectors.get(connectorId, signal);
  const found = await jobs.list({ statuses: ["in_progress", "canceling"], connectorIds: [connectorId] }, signal);
  // A search may find an older version than the one that a dead worker wrote last, and the newer one would look like a living worker.
  const current = await Promise.all(found.map(({ id }) => jobs.get(id, signal)));
  const running = new Map(
    current.flatMap((other) =>
      other && isActiveJobStatus(other.status) && groupOf(other.type) === groupOf(type)
        ? [[other.id, other.revision.seqNo] as const]
        : [],
    ),
  );
  const unlocked = connector?.lastSync[groupOf(type)].status !== "in_progress" && running.size === 0;
  return { connector, running, unlocked };
}
