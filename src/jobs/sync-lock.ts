import type { JobType } from "../connector/capabilities.ts";
import {
  groupOf,
  type ConnectorChange,
  type ConnectorStore,
  type Cursors,
  type JobStatus,
  type LastSync,
  type Revision,
  type SourceCounts,
  type StoredConnector,
  type SyncGroup,
} from "../connector/stored-connector.ts";
import { isActiveJobStatus } from "./job-states.ts";
import type { JobStore } from "./job-store.ts";

interface SyncLockOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  signal: AbortSignal;
}

/** How the sync that held the lock ended. */
export interface SyncOutcome {
  status: JobStatus;
  error: string | null;
  indexed: number;
  deleted: number;
  at: number;
  /**
   * The cursors of the objects that the sync read completely, the objects that it was to read, and the counts of all selected objects.
   * Undefined without a report.
   */
  progress: { objects: readonly string[]; cursors: Cursors; counts: SourceCounts } | undefined;
  /** When the first permission expires that identities rest on; `null` if none does. Undefined if the sync did not complete identities. */
  permissionsExpireAt: number | null | undefined;
}

const syncGroups: readonly SyncGroup[] = ["content", "access_control"];

/**
 * The sync lock of a connector: among all services, one job of a connector runs at a time, since access control syncs write documents as
 * content syncs do. Each group keeps its own status on the connector. The lock is acquired by writing `in_progress` to the
 * connector as it was read (optimistic concurrency control).
 */
export class SyncLock {
  readonly #id: string;
  readonly #group: SyncGroup;
  /** The connector's last sync before this one. Its error stays until a sync succeeds. */
  readonly #previous: LastSync;
  /** What Salesforce counted in earlier syncs. */
  readonly counts: SourceCounts;
  readonly #connectors: ConnectorStore;
  readonly #jobs: JobStore;
  #revision: Revision;

  private constructor(
    { id, lastSync, counts }: StoredConnector,
    { group, connectors, jobs, revision }: SyncLockOptions & { group: SyncGroup; revision: Revision },
  ) {
    this.#id = id;
    this.#group = group;
    this.#previous = lastSync[group];
    this.counts = counts;
    this.#connectors = connectors;
    this.#jobs = jobs;
    this.#revision = revision;
  }

  /** Returns undefined if another job holds the lock, or the connector was changed meanwhile. */
  static async acquire(
    connector: StoredConnector,
    type: JobType,
    options: SyncLockOptions,
  ): Promise<SyncLock | undefined> {
    const { connectors, jobs, signal } = options;
    const group = groupOf(type);
    const { error } = connector.lastSync[group];
    if (syncGroups.some((each) => connector.lastSync[each].status === "in_progress")) return undefined;
    for (const each of syncGroups) if (await hasActiveJob(connector.id, each, { jobs, signal })) return undefined;
    const result = await connectors.change(
      connector.id,
      { lastSync: { group, status: "in_progress", error } },
      { revision: connector.revision, signal },
    );
    return typeof result === "string" ? undefined : new SyncLock(connector, { ...options, group, ...result });
  }

  /** Releases the lock without a sync: restores the connector's last sync. */
  async release(signal: AbortSignal): Promise<void> {
    for (;;) {
      const change = { lastSync: { group: this.#group, ...this.#previous } };
      const result = await this.#connectors.change(this.#id, change, { revision: this.#revision, signal });
      if (result !== "changed_meanwhile") return;
      const current = await this.#connectors.get(this.#id, signal);
      if (current?.lastSync[this.#group].status !== "in_progress") return;
      // The lock may have been released as orphaned and acquired by another worker.
      if (await hasActiveJob(this.#id, this.#group, { jobs: this.#jobs, signal })) return;
      this.#revision = current.revision;
    }
  }

  /** Releases the lock and records the result of the sync on the connector. */
  async finish(outcome: SyncOutcome, signal: AbortSignal): Promise<void> {
    const { status, error, indexed, deleted, at } = outcome;
    const ended = status === "completed" || status === "error";
    const lastSync = { group: this.#group, status, error: ended ? error : this.#previous.error };
    const synced = status === "suspended" ? {} : { synced: { at, indexed, deleted } };
    for (;;) {
      const current = await this.#connectors.get(this.#id, signal);
      if (!current) return;
      const content = this.#group === "content" ? this.#contentChange(current, outcome) : {};
      const { permissionsExpireAt } = outcome;
      const expiry = permissionsExpireAt === undefined ? {} : { permissionsExpireAt };
      const change = { lastSync, ...synced, ...content, ...expiry };
      const result = await this.#connectors.change(this.#id, change, { revision: current.revision, signal });
      if (result !== "changed_meanwhile") return;
    }
  }

  #contentChange(current: StoredConnector, { status, error, progress }: SyncOutcome): ConnectorChange {
    return {
      ...this.#connectorStatus(current, { status, error }),
      ...(progress && progress.objects.length > 0
        ? {
            cursors: { ...deselected(current.cursors, progress.objects), ...progress.cursors },
            counts: { ...deselected(current.counts, Object.keys(progress.counts)), ...progress.counts },
          }
        : {}),
    };
  }

  /** The connector's status after the sync. It never overwrites a newer finding; a stopped sync changes nothing. */
  #connectorStatus(
    current: StoredConnector,
    { status, error }: { status: JobStatus; error: string | null },
  ): Pick<ConnectorChange, "status" | "error"> {
    // A new configuration was saved while the sync ran.
    if (current.status === "configured") return {};
    if (status === "error") return { status: "error", error };
    // An error other than that of the previous sync was found meanwhile; this sync did not solve it.
    const foundMeanwhile = current.status === "error" && current.error !== this.#previous.error;
    return status === "completed" && !foundMeanwhile ? { status: "connected", error: null } : {};
  }
}

/** Removes the members of other objects. */
function deselected(current: object, selected: readonly string[]): Record<string, null> {
  const others = Object.keys(current).filter((name) => !selected.includes(name));
  return Object.fromEntries(others.map((name) => [name, null]));
}

/**
 * Whether a worker runs a job of the group. The connector's own status does not suffice: canceling all syncs in Kibana changes it at once,
 * while a job may still be stopping.
 */
async function hasActiveJob(
  connectorId: string,
  group: SyncGroup,
  { jobs, signal }: Pick<SyncLockOptions, "jobs" | "signal">,
): Promise<boolean> {
  const found = await jobs.list({ statuses: ["in_progress", "canceling"], connectorIds: [connectorId] }, signal);
  for (const { id } of found.filter(({ type }) => groupOf(type) === group)) {
    // Searches may be a second behind.
    const current = await jobs.get(id, signal);
    if (current && isActiveJobStatus(current.status)) return true;
  }
  return false;
}
