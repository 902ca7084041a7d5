import {
  groupOf,
  type ConnectorStore,
  type JobStatus,
  type StoredConnector,
  type SyncGroup,
} from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { LogFields, Logger } from "../core/logger.ts";
import { endDatesOf, isActiveJobStatus, nextJobStatus, type JobEvent } from "./job-states.ts";
import type { JobStore, StoredJob } from "./job-store.ts";

export interface OrphanedJobCleanupOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  /** Jobs of other service types belong to other services. */
  serviceType: string;
  clock: Clock;
  log: Logger;
  /** A job without a heartbeat for this long is orphaned. */
  lostAfterMs: number;
}

/** The version of a document and when this process first saw it. */
interface Sighting {
  version: number;
  at: number;
}

/** A job that lost this many workers ends in an error: it would take down every further one. */
export const mostLostWorkers = 5;

const groups: readonly SyncGroup[] = ["content", "access_control"];

/**
 * Releases orphaned jobs for other workers. A worker is alive if its job changes while this process watches. Clocks are never compared: those of
 * two machines may be minutes apart.
 */
export class OrphanedJobCleanup {
  readonly #options: OrphanedJobCleanupOptions;
  #sightings = new Map<string, Sighting>();

  constructor(options: OrphanedJobCleanupOptions) {
    this.#options = options;
  }

  /** Checks every unfinished job, and every connector whose sync lock is held. */
  async run(connectors: readonly StoredConnector[], signal: AbortSignal): Promise<void> {
    const { serviceType, jobs } = this.#options;
    const found = await jobs.list({ statuses: ["pending", "suspended", "in_progress", "canceling"] }, signal);
    const ids = new Set(connectors.map(({ id }) => id));
    // A job without a connector belongs to no service, so every service may end it.
    const ours = found.filter(
      ({ snapshot }) => snapshot === undefined || snapshot.serviceType === serviceType || ids.has(snapshot.connectorId),
    );
    const seen = new Map<string, Sighting>();
    for (const job of ours) {
      await this.#attempt({ job_id: job.id, connector_id: job.snapshot?.connectorId }, signal, async () => {
        const event = await this.#eventFor(job, seen, signal);
        if (event) await this.#release(job, event, signal);
      });
    }
    for (const connector of connectors) {
      await this.#attempt({ connector_id: connector.id }, signal, () =>
        this.#releaseLocks(connector, { jobs: ours, seen, signal }),
      );
    }
    this.#sightings = seen;
  }

  /** A failure does not block the jobs and connectors after it; the next pass retries. */
  async #attempt(fields: LogFields, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      this.#options.log.error("orphaned job could not be released, retrying", {
        ...fields,
        reason: describeError(error),
      });
    }
  }

  async #eventFor(job: StoredJob, seen: Map<string, Sighting>, signal: AbortSignal): Promise<JobEvent | undefined> {
    const active = isActiveJobStatus(job.status);
    // Before any request: a failed request must not restart the wait.
    const unchanged = active && this.#isUnchanged(job.id, job.revision.seqNo, seen);
    const connector = job.snapshot && (await this.#options.connectors.get(job.snapshot.connectorId, signal));
    if (!connector) return "lose_connector";
    return unchanged ? "lose_worker" : undefined;
  }

  /** Whether a document has had the same version for too long. */
  #isUnchanged(name: string, version: number, seen: Map<string, Sighting>): boolean {
    const { clock, lostAfterMs } = this.#options;
    const before = this.#sightings.get(name);
    const sighting = before?.version === version ? before : { version, at: clock.now() };
    seen.set(name, sighting);
    return clock.now() - sighting.at >= lostAfterMs;
  }

  async #release(job: StoredJob, event: JobEvent, signal: AbortSignal): Promise<void> {
    const { jobs, clock, log } = this.#options;
    const lost = event === "lose_worker" ? lostWorkers(job) + 1 : lostWorkers(job);
    const tooMany = lost >= mostLostWorkers && job.status === "in_progress";
    const status = nextJobStatus(job.status, tooMany ? "fail" : event);
    if (typeof status !== "string") return;
    const now = clock.now();
    const error = status === "error" ? releaseError(job, event) : null;
    const result = await jobs.change(
      job.id,
      {
        status,
        ...endDatesOf(status, now),
        ...(error === null ? {} : { error }),
        ...(event === "lose_worker" ? { metadata: { ...job.metadata, lost_workers: lost } } : {}),
      },
      { revision: job.revision, signal },
    );
    if (typeof result === "string") return;
    const connectorId = job.snapshot?.connectorId;
    log.warn("orphaned job released", { job_id: job.id, connector_id: connectorId, event, status, lost_workers: lost });
    if (connectorId !== undefined)
      await this.#releaseLock(connectorId, { group: groupOf(job.type), status, error, signal });
  }

  /** A worker may die after it acquired the sync lock and before it claimed a job. */
  async #releaseLocks(
    connector: StoredConnector,
    { jobs, seen, signal }: { jobs: readonly StoredJob[]; seen: Map<string, Sighting>; signal: AbortSignal },
  ): Promise<void> {
    for (const group of groups) {
      if (connector.lastSync[group].status !== "in_progress") continue;
      const running = jobs.some(
        ({ type, status, snapshot }) =>
          groupOf(type) === group && snapshot?.connectorId === connector.id && isActiveJobStatus(status),
      );
      if (running || !this.#isUnchanged(`${connector.id} ${group}`, 0, seen)) continue;
      this.#options.log.warn("orphaned sync lock released", { connector_id: connector.id, group });
      await this.#releaseLock(connector.id, { group, status: "suspended", error: null, signal });
    }
  }

  async #releaseLock(
    id: string,
    {
      group,
      status,
      error,
      signal,
    }: { group: SyncGroup; status: JobStatus; error: string | null; signal: AbortSignal },
  ): Promise<void> {
    const { connectors } = this.#options;
    const connector = await connectors.get(id, signal);
    if (connector?.lastSync[group].status !== "in_progress") return;
    const lastSync = { group, status, error: error ?? connector.lastSync[group].error };
    const failed = error === null || group !== "content" ? {} : { status: "error" as const, error };
    await connectors.change(id, { lastSync, ...failed }, { revision: connector.revision, signal });
  }
}

function lostWorkers({ metadata }: StoredJob): number {
  const count = metadata["lost_workers"];
  return typeof count === "number" ? count : 0;
}

function releaseError({ snapshot }: StoredJob, event: JobEvent): string {
  if (event === "lose_worker")
    return `${mostLostWorkers} workers of the job stopped without a word, one after the other. The process may run out of memory, or be killed: check the service's log and its memory limit.`;
  return snapshot ? "The connector of the job no longer exists." : "The job names no connector.";
}
