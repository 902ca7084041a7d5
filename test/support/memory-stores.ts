import type { JsonObject } from "../../src/core/json.ts";
import { mergeObjects } from "../../src/elasticsearch/protocol/merge-objects.ts";
import type {
  ChangeResult,
  ConnectorChange,
  ConnectorStore,
  JobChange,
  JobStore,
  NewJob,
  Revision,
  StoredConnector,
  StoredJob,
} from "../../src/jobs/ports.ts";

// Where connectors and jobs are stored, in memory: with revisions, conflicts and failures as Elasticsearch has them.

/** An operation of a store, such as "change the job j1". */
export type Operation = string;

interface Document {
  id: string;
  revision: Revision;
}

/** What both stores have in common. */
class MemoryDocuments<Stored extends Document> {
  readonly #documents = new Map<string, Stored>();
  readonly #noun: string;
  /** Called before each operation: to throw, or to let others go first. */
  before: (operation: Operation) => void | Promise<void> = () => undefined;

  constructor(noun: string) {
    this.#noun = noun;
  }

  async get(id: string): Promise<Stored | undefined> {
    await this.before(`get the ${this.#noun} ${id}`);
    return this.read(id);
  }

  /** The document as it is, for a test. */
  read(id: string): Stored | undefined {
    return structuredClone(this.#documents.get(id));
  }

  /** All documents as they are. */
  all(): Stored[] {
    return structuredClone([...this.#documents.values()]);
  }

  /** Stores a document as a person would, past everything. */
  put(document: Stored): void {
    const seqNo = (this.#documents.get(document.id)?.revision.seqNo ?? 0) + 1;
    this.#documents.set(document.id, structuredClone({ ...document, revision: { seqNo, primaryTerm: 1 } }));
  }

  remove(id: string): void {
    this.#documents.delete(id);
  }

  protected async find(wanted: (stored: Stored) => boolean): Promise<Stored[]> {
    await this.before(`list the ${this.#noun}s`);
    return this.all().filter(wanted);
  }

  protected async add(document: Stored): Promise<boolean> {
    await this.before(`create the ${this.#noun} ${document.id}`);
    if (this.#documents.has(document.id)) return false;
    this.put(document);
    return true;
  }

  protected async edit(
    id: string,
    revision: Revision | undefined,
    change: (stored: Stored) => Stored,
  ): Promise<ChangeResult> {
    await this.before(`change the ${this.#noun} ${id}`);
    const stored = this.#documents.get(id);
    if (!stored) return "gone";
    if (revision && revision.seqNo !== stored.revision.seqNo) return "changed_meanwhile";
    this.put(change(stored));
    return { revision: this.#documents.get(id)?.revision ?? stored.revision };
  }
}

/** Connectors in memory. */
export class MemoryConnectorStore extends MemoryDocuments<StoredConnector> implements ConnectorStore {
  constructor() {
    super("connector");
  }

  list({ ids, serviceTypes }: { ids: readonly string[]; serviceTypes: readonly string[] }): Promise<StoredConnector[]> {
    return this.find(({ id, serviceType }) => ids.includes(id) || serviceTypes.includes(serviceType ?? ""));
  }

  create(id: string, change: ConnectorChange): Promise<boolean> {
    return this.add(changedConnector(newConnector(id), change));
  }

  change(id: string, change: ConnectorChange, { revision }: { revision?: Revision }): Promise<ChangeResult> {
    return this.edit(id, revision, (stored) => changedConnector(stored, change));
  }
}

/** Jobs in memory. */
export class MemoryJobStore extends MemoryDocuments<StoredJob> implements JobStore {
  constructor() {
    super("job");
  }

  create(job: NewJob): Promise<boolean> {
    return this.add(pendingJob(job));
  }

  async list({
    statuses,
    connectorIds,
    newest,
  }: {
    statuses?: readonly string[];
    connectorIds?: readonly string[];
    newest?: number;
  }): Promise<StoredJob[]> {
    const found = await this.find(
      ({ status, snapshot }) =>
        (statuses?.includes(status) ?? true) && (connectorIds?.includes(snapshot?.connectorId ?? "") ?? true),
    );
    const sorted = found.sort((one, other) => (one.createdAt ?? Infinity) - (other.createdAt ?? Infinity));
    return newest === undefined ? sorted : sorted.slice(-newest);
  }

  change(id: string, change: JobChange, { revision }: { revision?: Revision }): Promise<ChangeResult> {
    const { cancelationRequestedAt: _, canceledAt: __, volume: ___, ...fields } = change;
    return this.edit(id, revision, (stored) => ({ ...stored, ...fields }));
  }
}

/** What a change makes of a connector: objects of the configuration are merged, features replaced. */
export function changedConnector(stored: StoredConnector, change: ConnectorChange): StoredConnector {
  const { configuration, schedules, lastScheduledAt, lastSync, synced, ...fields } = change;
  return {
    ...stored,
    ...fields,
    ...(configuration && { configuration: mergeObjects((stored.configuration ?? {}) as JsonObject, configuration) }),
    schedules: { ...stored.schedules, ...schedules },
    lastScheduledAt: {
      ...stored.lastScheduledAt,
      ...(lastScheduledAt && { [lastScheduledAt.type]: lastScheduledAt.at }),
    },
    lastSync: {
      ...stored.lastSync,
      ...(lastSync && { [lastSync.group]: { status: lastSync.status, error: lastSync.error } }),
    },
    ...(synced && { lastSyncedAt: synced.at }),
  };
}

/** A connector that works and has never been synced. */
export function newConnector(id: string, fields: Partial<StoredConnector> = {}): StoredConnector {
  const never = { status: null, error: null };
  return {
    id,
    revision: { seqNo: 0, primaryTerm: 1 },
    name: id,
    serviceType: "salesforce",
    indexName: `search-${id}`,
    state: "connected",
    error: null,
    configuration: {},
    features: null,
    filtering: undefined,
    pipeline: undefined,
    schedules: { full: undefined, incremental: undefined, access_control: undefined },
    lastScheduledAt: { full: undefined, incremental: undefined, access_control: undefined },
    lastSync: { content: never, access_control: never },
    lastSyncedAt: undefined,
    lastSeenAt: undefined,
    ...fields,
  };
}

/** A job that nobody has taken up. */
export function pendingJob({ id, connector, type, trigger, at }: NewJob): StoredJob {
  const { id: connectorId, indexName, serviceType, configuration, filtering, pipeline } = connector;
  return {
    id,
    revision: { seqNo: 0, primaryTerm: 1 },
    type,
    status: "pending",
    trigger,
    snapshot: { connectorId, indexName, serviceType, configuration, filtering, pipeline },
    createdAt: at,
    startedAt: undefined,
    completedAt: undefined,
    lastSeenAt: at,
    workerHostname: null,
    error: null,
    indexed: 0,
    deleted: 0,
    total: undefined,
    metadata: {},
  };
}
