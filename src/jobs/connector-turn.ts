import type { JobStatus } from "./job-states.ts";
import {
  groupOf,
  type ConnectorStore,
  type JobStore,
  type JobType,
  type LastSync,
  type Revision,
  type StoredConnector,
  type SyncGroup,
} from "./ports.ts";

/** What taking a turn needs. */
export interface TurnOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  signal: AbortSignal;
}

/** How the sync ended that had the turn. */
export interface TurnEnd {
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
export class ConnectorTurn {
  readonly #id: string;
  readonly #group: SyncGroup;
  /** What the connector remembered before. The error of a sync stays until a sync succeeds, so it stays meanwhile, too. */
  readonly #before: LastSync;
  readonly #connectors: ConnectorStore;
  #revision: Revision;

  private constructor(
    { id, lastSync }: StoredConnector,
    { group, connectors, revision }: { group: SyncGroup; connectors: ConnectorStore; revision: Revision },
  ) {
    this.#id = id;
    this.#group = group;
    this.#before = lastSync[group];
    this.#connectors = connectors;
    this.#revision = revision;
  }

  /** Takes the turn; nothing where somebody has it or the connector has changed meanwhile. */
  static async take(
    connector: StoredConnector,
    type: JobType,
    { connectors, jobs, signal }: TurnOptions,
  ): Promise<ConnectorTurn | undefined> {
    const group = groupOf(type);
    const { status, error } = connector.lastSync[group];
    if (status === "in_progress" || (await isSynced(connector.id, group, { jobs, signal }))) return undefined;
    const result = await connectors.change(
      connector.id,
      { lastSync: { group, status: "in_progress", error } },
      { revision: connector.revision, signal },
    );
    return typeof result === "string" ? undefined : new ConnectorTurn(connector, { group, connectors, ...result });
  }

  /** Gives the turn back unused: the connector remembers what it did before. */
  async giveBack(signal: AbortSignal): Promise<void> {
    for (;;) {
      const change = { lastSync: { group: this.#group, ...this.#before } };
      const result = await this.#connectors.change(this.#id, change, { revision: this.#revision, signal });
      if (result !== "changed_meanwhile") return;
      const current = await this.#connectors.get(this.#id, signal);
      if (current?.lastSync[this.#group].status !== "in_progress") return;
      this.#revision = current.revision;
    }
  }

  /** Ends the turn with what the sync has to say about the connector. */
  async end({ status, error, indexed, deleted, at }: TurnEnd, signal: AbortSignal): Promise<void> {
    const ended = status === "completed" || status === "error";
    await this.#connectors.change(
      this.#id,
      {
        lastSync: { group: this.#group, status, error: ended ? error : this.#before.error },
        ...(status === "suspended" ? {} : { synced: { at, indexed, deleted } }),
        ...(this.#group === "content" ? standingAfter(status, error) : {}),
      },
      { signal },
    );
  }
}

/**
 * Whether somebody works on a job of the group. Whoever cancels all syncs in Kibana sets the connector's status at once, while a job may
 * still be on its way to its end.
 */
async function isSynced(
  connectorId: string,
  group: SyncGroup,
  { jobs, signal }: Pick<TurnOptions, "jobs" | "signal">,
): Promise<boolean> {
  const found = await jobs.list({ statuses: ["in_progress", "canceling"], connectorIds: [connectorId] }, signal);
  for (const { id } of found.filter(({ type }) => groupOf(type) === group)) {
    // A search may be a second behind.
    const current = await jobs.get(id, signal);
    if (current?.status === "in_progress" || current?.status === "canceling") return true;
  }
  return false;
}

/** What a finished sync says about its connector. One that was stopped says nothing. */
function standingAfter(status: JobStatus, error: string | null) {
  if (status === "completed") return { state: "connected", error: null } as const;
  return status === "error" ? ({ state: "error", error } as const) : {};
}
