import type {
  ChangeResult,
  ConnectorChange,
  ConnectorStore,
  PipelineSettings,
  Revision,
  SourceCounts,
  StoredConnector,
} from "../../src/connector/stored-connector.ts";
import type { CreatedJob, JobChange, JobStore, NewJob, StoredJob } from "../../src/jobs/job-store.ts";

// In-memory stores of connectors and jobs, with the revisions, conflicts and failures of Elasticsearch.

/** An operation of a store, such as "change the job j1". */
export type Operation = string;

interface Document {
  id: string;
  revision: Revision;
}

class MemoryDocuments<Stored extends Document> {
  readonly #documents = new Map<string, Stored>();
  readonly #noun: string;
  /** Called before each operation, to throw an error or to run another operation first. */
  before: (operation: Operation) => void | Promise<void> = () => undefined;

  constructor(noun: string) {
    this.#noun = noun;
  }

  async get(id: string): Promise<Stored | undefined> {
    await this.before(`get the ${this.#noun} ${id}`);
    return this.read(id);
  }

  read(id: string): Stored | undefined {
    return structuredClone(this.#documents.get(id));
  }

  all(): Stored[] {
    return structuredClone([...this.#documents.values()]);
  }

  /** Stores a document without a check, like a user with direct access. */
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

/** Jobs in memory, with the connectors of which they take snapshots. */
export class MemoryJobStore extends MemoryDocuments<StoredJob> implements JobStore {
  readonly #connectors: MemoryConnectorStore;

  constructor(connectors: MemoryConnectorStore) {
    super("job");
    this.#connectors = connectors;
  }

  async create({ connectorId, ...job }: NewJob): Promise<CreatedJob> {
    const connector = this.#connectors.read(connectorId);
    if (!connector) return "no_connector";
    return (await this.add(pendingJob(connector, job))) ? "created" : "exists";
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

/** The connector after a change. */
function changedConnector(stored: StoredConnector, change: ConnectorChange): StoredConnector {
  const {
    configuration,
    describe,
    rules,
    draftProblems,
    schedules,
    lastScheduledAt,
    lastSync,
    synced,
    cursors,
    counts,
    permissionsExpireAt = stored.permissionsExpireAt,
    ...fields
  } = change;
  return {
    ...stored,
    ...fields,
    configuration: { ...stored.configuration, ...configuration },
    ...(describe && { isDescribed: true, hasFields: true }),
    ...(rules && { rules: { ...rules, problems: [] } }),
    ...(draftProblems && validatedDraft(stored, draftProblems)),
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
    cursors: withChanges<string>(stored.cursors, cursors),
    counts: withChanges<SourceCounts[string]>(stored.counts, counts),
    permissionsExpireAt: permissionsExpireAt ?? undefined,
  };
}

/** Sets values; null removes one. */
function withChanges<Value>(
  current: Readonly<Record<string, Value>>,
  change: Readonly<Record<string, Value | null>> = {},
): Record<string, Value> {
  const entries = Object.entries<Value | null>({ ...current, ...change });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}

function validatedDraft(
  { draft }: StoredConnector,
  problems: NonNullable<ConnectorChange["draftProblems"]>,
): Partial<StoredConnector> {
  if (!draft) return {};
  const validated = { edited: false, rules: { ...draft.rules, problems } };
  return problems.length === 0 ? { draft: validated, rules: draft.rules } : { draft: validated };
}

const pipeline: PipelineSettings = {
  name: undefined,
  extractBinaryContent: true,
  reduceWhitespace: true,
  runMlInference: true,
};

/** A connected connector without a previous sync. */
export function newConnector(id: string, fields: Partial<StoredConnector> = {}): StoredConnector {
  const never = { status: null, error: null };
  return {
    id,
    revision: { seqNo: 0, primaryTerm: 1 },
    name: id,
    serviceType: "salesforce",
    indexName: `search-${id}`,
    status: "connected",
    error: null,
    configuration: {},
    configurationProblems: [],
    hasFields: true,
    isDescribed: true,
    rules: { basic: [], advanced: [], problems: [] },
    draft: undefined,
    malformedRules: undefined,
    pipeline,
    schedules: { full: undefined, incremental: undefined, access_control: undefined },
    lastScheduledAt: { full: undefined, incremental: undefined, access_control: undefined },
    lastSync: { content: never, access_control: never },
    lastSyncedAt: undefined,
    lastSeenAt: undefined,
    cursors: {},
    counts: {},
    permissionsExpireAt: undefined,
    ...fields,
  };
}

/** A pending job of a connector. */
export function pendingJob(
  connector: StoredConnector,
  { id, type = "full", trigger = "on_demand", at = 0, allowDeletes = false }: Partial<NewJob> & Pick<NewJob, "id">,
): StoredJob {
  const { id: connectorId, indexName, serviceType, configuration, configurationProblems, rules } = connector;
  return {
    id,
    revision: { seqNo: 0, primaryTerm: 1 },
    type,
    status: "pending",
    trigger,
    snapshot: { connectorId, indexName, serviceType, configuration, configurationProblems, rules, pipeline },
    createdAt: at,
    startedAt: undefined,
    completedAt: undefined,
    lastSeenAt: at,
    workerHostname: null,
    error: null,
    indexed: 0,
    deleted: 0,
    total: undefined,
    allowDeletes,
    metadata: {},
  };
}
