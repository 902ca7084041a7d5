import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ConnectorSupervisor } from "./connector-supervisor.ts";
import type { JobSweep } from "./job-sweep.ts";
import type { ConnectorStore, StoredConnector } from "./ports.ts";
import type { Worker } from "./worker.ts";

/** What the service is made of. */
export interface ConnectorServiceOptions {
  connectors: ConnectorStore;
  /** Which connectors it runs: these, and the self-managed ones of these types. */
  wanted: { ids: readonly string[]; serviceTypes: readonly string[] };
  supervisor: ConnectorSupervisor;
  worker: Worker;
  sweep: JobSweep;
  clock: Clock;
  log: Logger;
  /** How often it looks for what is new. */
  idleMs: number;
  /** How often it looks for jobs that lost their worker. */
  sweepMs: number;
}

/**
 * The service: looks after its connectors, takes up jobs, and frees those of dead workers, until the signal fires; then gives back what it
 * runs. What goes wrong with one connector, or with Elasticsearch for a while, ends nothing.
 */
export async function runConnectorService(options: ConnectorServiceOptions, signal: AbortSignal): Promise<void> {
  const { supervisor, worker, sweep, idleMs, sweepMs, log } = options;
  await Promise.all([
    repeat("looking after the connectors", { ...options, everyMs: idleMs, signal }, async (connectors) => {
      await Promise.all(
        connectors.map((connector) =>
          attempt(() => supervisor.attend(connector, signal), { log, signal, what: `connector ${connector.id}` }),
        ),
      );
      await worker.poll(connectors, signal);
    }),
    repeat("looking for jobs without a worker", { ...options, everyMs: sweepMs, signal }, (connectors) =>
      sweep.sweep(connectors, signal),
    ),
  ]);
  await worker.ended();
}

async function repeat(
  what: string,
  {
    connectors,
    wanted,
    clock,
    log,
    everyMs,
    signal,
  }: ConnectorServiceOptions & { everyMs: number; signal: AbortSignal },
  work: (connectors: readonly StoredConnector[]) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await attempt(async () => work(await connectors.list(wanted, signal)), { log, signal, what });
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** Does the work; what goes wrong is logged, and the next pass tries again. */
async function attempt(
  work: () => Promise<void>,
  { log, signal, what }: { log: Logger; signal: AbortSignal; what: string },
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted || error instanceof CanceledError) return;
    log.error("the service could not do its work and tries again", { what, reason: describeError(error) });
  }
}
