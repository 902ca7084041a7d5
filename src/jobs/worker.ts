import { toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { JobRunner } from "./job-runner.ts";
import { groupOf, type JobStore, type StoredConnector, type StoredJob, type SyncGroup } from "./ports.ts";

/** What a worker needs. */
export interface WorkerOptions {
  jobs: JobStore;
  runner: JobRunner;
  log: Logger;
  /** Syncs of each group that run at once in this process, at most. */
  atOnce: Readonly<Record<SyncGroup, number>>;
}

/** Takes up waiting jobs, the oldest first, as long as there is room. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #running = new Map<string, { group: SyncGroup; connectorId: string | undefined; ended: Promise<void> }>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Begins what waits, fits and can be had; does not wait for its end. A job that others keep from beginning keeps none behind it waiting. */
  async poll(connectors: readonly StoredConnector[], signal: AbortSignal): Promise<void> {
    if (connectors.length === 0) return;
    const connectorIds = connectors.map(({ id }) => id);
    const waiting = await this.#options.jobs.list({ statuses: ["pending", "suspended"], connectorIds }, signal);
    for (const job of waiting) if (this.#hasRoom(job)) await this.#begin(job, signal);
  }

  /** Waits until everything that was begun has ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #hasRoom({ id, type, snapshot }: StoredJob): boolean {
    const group = groupOf(type);
    const alike = [...this.#running.values()].filter((running) => running.group === group);
    return (
      !this.#running.has(id) &&
      alike.length < this.#options.atOnce[group] &&
      !alike.some(({ connectorId }) => connectorId === snapshot?.connectorId)
    );
  }

  async #begin(job: StoredJob, signal: AbortSignal): Promise<void> {
    try {
      const run = await this.#options.runner.take(job, signal);
      if (!run) return;
      const entry = { group: groupOf(job.type), connectorId: job.snapshot?.connectorId, ended: Promise.resolve() };
      this.#running.set(job.id, entry);
      entry.ended = this.#finish(job, run);
    } catch (error) {
      this.#complain(job, error);
    }
  }

  async #finish(job: StoredJob, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#complain(job, error);
    } finally {
      this.#running.delete(job.id);
    }
  }

  #complain({ id }: StoredJob, error: unknown): void {
    this.#options.log.error("job could not be run", { job_id: id, reason: toError(error).message });
  }
}
