import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger, LogFields } from "../core/logger.ts";
import { endDatesOf, isActiveJobStatus, nextJobStatus, type JobEvent, type JobStatus } from "./job-states.ts";
import {
  groupOf,
  type ConnectorStore,
  type JobStore,
  type StoredConnector,
  type StoredJob,
  type SyncGroup,
} from "./ports.ts";

/** What the sweep needs. */
export interface OrphanedJobCleanupOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  /** Jobs of other kinds of connectors are other services' business. */
  serviceType: string;
  clock: Clock;
  log: Logger;
  /** A job without a sign of life for this long has lost its worker. */
  lostAfterMs: number;
}

interface Sighting {
  version: number;
  at: number;
}

const groups: readonly SyncGroup[] = ["content", "access_control"];

/**
 * Finds jobs whose worker has died, and frees them for another one. Whether a worker lives is told by its job changing while this process
 * watches, never by comparing clocks: two machines' clocks may be minutes apart.
 */
export class OrphanedJobCleanup {
  readonly #options: OrphanedJobCleanupOptions;
  #sightings = new Map<string, Sighting>();

  constructor(options: OrphanedJobCleanupOptions) {
    this.#options = options;
  }

  /** Looks at every job that somebody works on, and at the connectors that wait for one. */
  async sweep(connectors: readonly StoredConnector[], signal: AbortSignal): Promise<void> {
    const { serviceType, jobs } = this.#options;
    const found = await jobs.list({ statuses: ["pending", "suspended", "in_progress", "canceling"] }, signal);
    const ids = new Set(connectors.map(({ id }) => id));
    // A job that names no connector is nobody's, so it is everybody's to end.
    const ours = found.filter(
      ({ snapshot }) => snapshot === undefined || snapshot.serviceType === serviceType || ids.has(snapshot.connectorId),
    );
    const seen = new Map<string, Sighting>();
    for (const job of ours) {
      await this.#attempt({ job_id: job.id, connector_id: job.snapshot?.connectorId }, signal, async () => {
        const event = await this.#fate(job, seen, signal);
        if (event) await this.#end(job, event, signal);
      });
    }
    for (const connector of connectors) {
      await this.#attempt({ connector_id: connector.id }, signal, () =>
        this.#freeTurns(connector, { jobs: ours, seen, signal }),
      );
    }
    this.#sightings = seen;
  }

  /** One job or connector that cannot be changed keeps none behind it waiting; the next pass tries it again. */
  async #attempt(fields: LogFields, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      this.#options.log.error("what a dead worker left could not be freed, and is tried again", {
        ...fields,
        reason: describeError(error),
      });
    }
  }

  async #fate(job: StoredJob, seen: Map<string, Sighting>, signal: AbortSignal): Promise<JobEvent | undefined> {
    const busy = isActiveJobStatus(job.status);
    // First of all, so that a read that fails does not begin the wait anew.
    const still = busy && this.#isStill(job.id, job.revision.seqNo, seen);
    const connector = job.snapshot && (await this.#options.connectors.get(job.snapshot.connectorId, signal));
    if (!connector) return "lose_connector";
    return still ? "lose_worker" : undefined;
  }

  /** Whether something has stood at one version for too long. */
  #isStill(name: string, version: number, seen: Map<string, Sighting>): boolean {
    const { clock, lostAfterMs } = this.#options;
    const before = this.#sightings.get(name);
    const sighting = before?.version === version ? before : { version, at: clock.now() };
    seen.set(name, sighting);
    return clock.now() - sighting.at >= lostAfterMs;
  }

  async #end(job: StoredJob, event: JobEvent, signal: AbortSignal): Promise<void> {
    const { jobs, clock, log } = this.#options;
    const status = nextJobStatus(job.status, event);
    if (typeof status !== "string") return;
    const now = clock.now();
    const result = await jobs.change(
      job.id,
      {
        status,
        ...endDatesOf(status, now),
        ...(status === "error"
          ? {
              error: job.snapshot
                ? "The connector that the job belongs to no longer exists."
                : "The job does not say which connector it is of.",
            }
          : {}),
      },
      { revision: job.revision, signal },
    );
    if (typeof result === "string") return;
    log.warn("job had nobody who works on it", {
      job_id: job.id,
      connector_id: job.snapshot?.connectorId,
      event,
      status,
    });
    if (job.snapshot) await this.#endTurn(job.snapshot.connectorId, { group: groupOf(job.type), status, signal });
  }

  /** A worker may die between taking its connector's turn and taking the job: then nothing runs, and nothing may begin. */
  async #freeTurns(
    connector: StoredConnector,
    { jobs, seen, signal }: { jobs: readonly StoredJob[]; seen: Map<string, Sighting>; signal: AbortSignal },
  ): Promise<void> {
    for (const group of groups) {
      if (connector.lastSync[group].status !== "in_progress") continue;
      const running = jobs.some(
        ({ type, status, snapshot }) =>
          groupOf(type) === group && snapshot?.connectorId === connector.id && isActiveJobStatus(status),
      );
      if (running || !this.#isStill(`${connector.id} ${group}`, 0, seen)) continue;
      this.#options.log.warn("connector waited for a sync that nobody runs", { connector_id: connector.id, group });
      await this.#endTurn(connector.id, { group, status: "suspended", signal });
    }
  }

  async #endTurn(
    id: string,
    { group, status, signal }: { group: SyncGroup; status: JobStatus; signal: AbortSignal },
  ): Promise<void> {
    const { connectors } = this.#options;
    const connector = await connectors.get(id, signal);
    if (connector?.lastSync[group].status !== "in_progress") return;
    const { error } = connector.lastSync[group];
    await connectors.change(id, { lastSync: { group, status, error } }, { revision: connector.revision, signal });
  }
}
