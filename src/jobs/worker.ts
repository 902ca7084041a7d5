import { groupOf, type StoredConnector, type SyncGroup } from "../connector/stored-connector.ts";
import { toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { JobRunner } from "./job-runner.ts";
import type { JobStore, StoredJob } from "./job-store.ts";

export interface WorkerOptions {
  jobs: JobStore;
  runner: JobRunner;
  log: Logger;
  /** The maximum of syncs in this process, by group. */
  concurrency: Readonly<Record<SyncGroup, number>>;
}

/** Claims and runs waiting jobs, oldest first, up to the configured concurrency. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #running = new Map<string, { group: SyncGroup; connectorId: string | undefined; ended: Promise<void> }>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Starts the waiting jobs that can be claimed, without waiting for their end. A job that cannot be claimed does not block later ones. */
  async poll(connectors: readonly StoredConnector[], signal: AbortSignal): Promise<void> {
    if (connectors.length === 0) return;
    const connectorIds = connectors.map(({ id }) => id);
    const waiting = await this.#options.jobs.list({ statuses: ["pending", "suspended"], connectorIds }, signal);
    for (const job of waiting) if (!signal.aborted && this.#hasCapacity(job)) await this.#start(job, signal);
  }

  /** Waits for the end of all running jobs. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #hasCapacity({ id, type, snapshot }: StoredJob): boolean {
    const group = groupOf(type);
    const sameGroup = [...this.#running.values()].filter((running) => running.group === group);
    return (
      !this.#running.has(id) &&
      sameGroup.length < this.#options.concurrency[group] &&
      ![...this.#running.values()].some(({ connectorId }) => connectorId === snapshot?.connectorId)
    );
  }

  async #start(job: StoredJob, signal: AbortSignal): Promise<void> {
    try {
      const run = await this.#options.runner.claim(job, signal);
      if (!run) return;
      const entry = { group: groupOf(job.type), connectorId: job.snapshot?.connectorId, ended: Promise.resolve() };
      this.#running.set(job.id, entry);
      entry.ended = this.#finish(job, run);
    } catch (error) {
      this.#logFailure(job, error);
    }
  }

  async #finish(job: StoredJob, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#logFailure(job, error);
    } finally {
      this.#running.delete(job.id);
    }
  }

  #logFailure({ id }: StoredJob, error: unknown): void {
    this.#options.log.error("job could not be run", { job_id: id, reason: toError(error).message });
  }
}
