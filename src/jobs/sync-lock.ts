import { isActiveJobStatus, type JobStatus } from "./job-states.ts";
import {
  groupOf,
  type ConnectorChange,
  type ConnectorStore,
  type JobStore,
  type JobType,
  type LastSync,
  type Revision,
  type StoredConnector,
  type SyncGroup,
} from "./ports.ts";

/** What taking a turn needs. */
export interface SyncLockOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  signal: AbortSignal;
}

/** How the sync ended that had the turn. */
export interface SyncOutcome {
  status: JobStatus;
  error: string | null;
  indexed: number;
  deleted: number;
  at: number;
}

/**
 * A connector's turn: one sync of a group at a time, in all services. Whoever writes that a sync is in progress, to the connector as it was
 * seen, has the turn.
 */
export class SyncLock {
  readonly #id: string;
  readonly #group: SyncGroup;
  /** What the connector remembered before. The error of a sync stays until a sync succeeds, so it stays meanwhile, too. */
  readonly #before: LastSync;
  readonly #connectors: ConnectorStore;
  readonly #jobs: JobStore;
  #revision: Revision;

  private constructor(
    { id, lastSync }: StoredConnector,
    { group, connectors, jobs, revision }: SyncLockOptions & { group: SyncGroup; revision: Revision },
  ) {
    this.#id = id;
    this.#group = group;
    this.#before = lastSync[group];
    this.#connectors = connectors;
    this.#jobs = jobs;
    this.#revision = revision;
  }

  /** Takes the turn; nothing where somebody has it or the connector has changed meanwhile. */
  static async take(
    connector: StoredConnector,
    type: JobType,
    options: SyncLockOptions,
  ): Promise<SyncLock | undefined> {
    const { connectors, jobs, signal } = options;
    const group = groupOf(type);
    const { status, error } = connector.lastSync[group];
    if (status === "in_progress" || (await isSynced(connector.id, group, { jobs, signal }))) return undefined;
    const result = await connectors.change(
      connector.id,
      { lastSync: { group, status: "in_progress", error } },
      { revision: connector.revision, signal },
    );
    return typeof result === "string" ? undefined : new SyncLock(connector, { ...options, group, ...result });
  }

  /** Gives the turn back unused: the connector remembers what it did before. */
  async release(signal: AbortSignal): Promise<void> {
    for (;;) {
      const change = { lastSync: { group: this.#group, ...this.#before } };
      const result = await this.#connectors.change(this.#id, change, { revision: this.#revision, signal });
      if (result !== "changed_meanwhile") return;
      const current = await this.#connectors.get(this.#id, signal);
      if (current?.lastSync[this.#group].status !== "in_progress") return;
      // Somebody may have taken the turn for lost, and another worker may have it.
      if (await isSynced(this.#id, this.#group, { jobs: this.#jobs, signal })) return;
      this.#revision = current.revision;
    }
  }

  /** Ends the turn with what the sync has to say about the connector. */
  async end({ status, error, indexed, deleted, at }: SyncOutcome, signal: AbortSignal): Promise<void> {
    const ended = status === "completed" || status === "error";
    const lastSync = { group: this.#group, status, error: ended ? error : this.#before.error };
    const synced = status === "suspended" ? {} : { synced: { at, indexed, deleted } };
    for (;;) {
      const current = await this.#connectors.get(this.#id, signal);
      if (!current) return;
      const standing = this.#group === "content" ? this.#standing(current, { status, error }) : {};
      const change = { lastSync, ...synced, ...standing };
      const result = await this.#connectors.change(this.#id, change, { revision: current.revision, signal });
      if (result !== "changed_meanwhile") return;
    }
  }

  /** What a finished sync says about its connector; less than what was found out about it meanwhile. One that was stopped says nothing. */
  #standing(
    { state, error: known }: StoredConnector,
    { status, error }: { status: JobStatus; error: string | null },
  ): Pick<ConnectorChange, "state" | "error"> {
    // Somebody saved a configuration while the sync ran, which it knows nothing of.
    if (state === "configured") return {};
    if (status === "error") return { state: "error", error };
    // An error that is not the last sync's own was found since, and is not mended by a sync that began before.
    const foundSince = state === "error" && known !== this.#before.error;
    return status === "completed" && !foundSince ? { state: "connected", error: null } : {};
  }
}

/**
 * Whether somebody works on a job of the group. Whoever cancels all syncs in Kibana sets the connector's status at once, while a job may
 * still be on its way to its end.
 */
async function isSynced(
  connectorId: string,
  group: SyncGroup,
  { jobs, signal }: Pick<SyncLockOptions, "jobs" | "signal">,
): Promise<boolean> {
  const found = await jobs.list({ statuses: ["in_progress", "canceling"], connectorIds: [connectorId] }, signal);
  for (const { id } of found.filter(({ type }) => groupOf(type) === group)) {
    // A search may be a second behind.
    const current = await jobs.get(id, signal);
    if (current && isActiveJobStatus(current.status)) return true;
  }
  return false;
}
