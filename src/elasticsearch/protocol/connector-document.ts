import type { JobType } from "../../connector/capabilities.ts";
import {
  connectorStatuses,
  jobStatuses,
  type ConnectorChange,
  type Cursors,
  type LastSync,
  type PipelineSettings,
  type SourceCount,
  type SourceCounts,
  type StoredConnector,
  type StoredSchedule,
  type SyncGroup,
} from "../../connector/stored-connector.ts";
import type { JsonObject } from "../../core/json.ts";
import {
  isDescribed,
  missingDescriptions,
  newConfiguration,
  protocolFeatures,
  readConfiguration,
  writeConfiguration,
} from "./described-fields.ts";
import { mergeObjects, type DocumentChange, type StoredDocument } from "./protocol-documents.ts";
import {
  readCount,
  readInstant,
  readObject,
  readText,
  readWord,
  withoutUndefined,
  writeError,
  writeInstant,
} from "./stored-values.ts";
import { readFiltering, validateDraft, writeFiltering } from "./sync-rules.ts";

// The document of a connector in the connector protocol: reading it, and writing changes to it.

const scheduledAtField: Readonly<Record<JobType, string>> = {
  full: "last_sync_scheduled_at",
  incremental: "last_incremental_sync_scheduled_at",
  access_control: "last_access_control_sync_scheduled_at",
};

const lastSyncFields: Readonly<Record<SyncGroup, { status: string; error: string }>> = {
  content: { status: "last_sync_status", error: "last_sync_error" },
  access_control: { status: "last_access_control_sync_status", error: "last_access_control_sync_error" },
};

const defaultPipeline = "search-default-ingestion";

export function readConnector({ id, revision, source }: StoredDocument): StoredConnector {
  const scheduling = readObject(source["scheduling"]);
  const { values, problems } = readConfiguration(source["configuration"]);
  const { active, draft, malformed } = readFiltering(source["filtering"]);
  return {
    id,
    revision,
    name: readText(source["name"]),
    serviceType: readText(source["service_type"]),
    indexName: readText(source["index_name"]),
    status: readWord(source["status"], connectorStatuses),
    error: readText(source["error"]),
    configuration: values,
    configurationProblems: problems,
    hasFields: Object.keys(readObject(source["configuration"])).length > 0,
    isDescribed: isDescribed({ configuration: source["configuration"], features: source["features"] }),
    rules: active,
    draft,
    malformedRules: malformed,
    pipeline: readPipeline(source["pipeline"]),
    schedules: byType((type) => readSchedule(scheduling[type])),
    lastScheduledAt: byType((type) => readInstant(source[scheduledAtField[type]])),
    lastSync: { content: readLastSync(source, "content"), access_control: readLastSync(source, "access_control") },
    lastSyncedAt: readInstant(source["last_synced"]),
    lastSeenAt: readInstant(source["last_seen"]),
    cursors: readCursors(source["sync_cursor"]),
    counts: readCounts(source["sync_cursor"]),
    permissionsExpireAt: readInstant(readObject(source["sync_cursor"])["permissions_expire_at"]),
  };
}

function byType<Value>(read: (type: JobType) => Value): Record<JobType, Value> {
  return { full: read("full"), incremental: read("incremental"), access_control: read("access_control") };
}

function readSchedule(value: unknown): StoredSchedule | undefined {
  const { enabled, interval } = readObject(value);
  return typeof interval === "string" ? { enabled: enabled === true, expression: interval } : undefined;
}

function readLastSync(source: JsonObject, group: SyncGroup): LastSync {
  const { status, error } = lastSyncFields[group];
  return { status: readWord(source[status], jobStatuses), error: readText(source[error]) };
}

/** Missing members have Kibana's defaults. */
export function readPipeline(stored: unknown): PipelineSettings {
  const pipeline = readObject(stored);
  const flag = (key: string): boolean => pipeline[key] !== false;
  return {
    name: typeof pipeline["name"] === "string" && pipeline["name"] !== "" ? pipeline["name"] : undefined,
    extractBinaryContent: flag("extract_binary_content"),
    reduceWhitespace: flag("reduce_whitespace"),
    runMlInference: flag("run_ml_inference"),
  };
}

function writePipeline({ name, extractBinaryContent, reduceWhitespace, runMlInference }: PipelineSettings): JsonObject {
  return {
    name: name ?? defaultPipeline,
    extract_binary_content: extractBinaryContent,
    reduce_whitespace: reduceWhitespace,
    run_ml_inference: runMlInference,
  };
}

/**
 * `sync_cursor` holds the cursors of objects under `objects`, their counts under `counts`, and `permissions_expire_at`. Other connectors store
 * other cursors there.
 */
function readCursors(stored: unknown): Cursors {
  const { objects } = readObject(stored);
  const entries = Object.entries(readObject(objects)).filter(
    ([, time]) => typeof time === "string" && readInstant(time) !== undefined,
  );
  return Object.fromEntries(entries) as Cursors;
}

/** A count that cannot be read counts as missing. */
function readCounts(stored: unknown): SourceCounts {
  const found = new Map<string, SourceCount>();
  for (const [name, value] of Object.entries(readObject(readObject(stored)["counts"]))) {
    const { selection, ...counts } = readObject(value);
    if (typeof selection !== "string") continue;
    const [records, links] = [readCount(counts["records"]), readCount(counts["links"])];
    found.set(name, { selection, ...(records !== undefined && { records }), ...(links !== undefined && { links }) });
  }
  return Object.fromEntries(found);
}

/** Every member is written, because a partial update keeps those that are missing. */
function writeCounts(counts: NonNullable<ConnectorChange["counts"]>): JsonObject {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [
      name,
      count && { selection: count.selection, records: count.records ?? null, links: count.links ?? null },
    ]),
  );
}

/** Converts a change to the connector into a change of its document. `now` dates new sync rules. */
export function writeConnectorChange(change: ConnectorChange, now: number): DocumentChange {
  const replace = replacements(change, now);
  return {
    merged: withoutUndefined({
      status: change.status,
      error: writeError(change.error),
      service_type: change.serviceType,
      index_name: change.indexName,
      name: change.name,
      // Merged, so that values saved at the same time stay.
      configuration: change.configuration && writeConfiguration(change.configuration),
      pipeline: change.pipeline && writePipeline(change.pipeline),
      scheduling: change.schedules && writeSchedules(change.schedules),
      last_seen: writeInstant(change.lastSeenAt),
      sync_cursor: writeProgress(change),
      ...writeSyncs(change),
    }),
    ...(replace.length === 0
      ? {}
      : { replace: (document) => Object.assign({}, ...replace.map((members) => members(document))) as JsonObject }),
  };
}

function writeProgress({ cursors, counts, permissionsExpireAt }: ConnectorChange): JsonObject | undefined {
  const progress = withoutUndefined({
    objects: cursors && { ...cursors },
    counts: counts && writeCounts(counts),
    permissions_expire_at: permissionsExpireAt === null ? null : writeInstant(permissionsExpireAt),
  });
  return Object.keys(progress).length > 0 ? progress : undefined;
}

/** Members that are computed from the current document. */
function replacements(change: ConnectorChange, now: number): ((source: JsonObject) => JsonObject)[] {
  const { describe, rules, draftProblems } = change;
  return [
    ...(describe ? [describedMembers] : []),
    ...(rules ? [() => ({ filtering: writeFiltering(rules, writeInstant(now)) })] : []),
    ...(draftProblems
      ? [(source: JsonObject) => ({ filtering: validateDraft(source["filtering"], draftProblems) })]
      : []),
  ];
}

function describedMembers({ configuration }: JsonObject): JsonObject {
  return {
    configuration: mergeObjects(readObject(configuration), missingDescriptions(configuration)),
    features: protocolFeatures,
  };
}

function writeSchedules(schedules: NonNullable<ConnectorChange["schedules"]>): JsonObject {
  return Object.fromEntries(
    Object.entries(schedules).map(([type, { enabled, expression }]) => [type, { enabled, interval: expression }]),
  );
}

function writeSyncs({ lastScheduledAt, lastSync, synced }: ConnectorChange): JsonObject {
  return {
    ...(lastScheduledAt && { [scheduledAtField[lastScheduledAt.type]]: writeInstant(lastScheduledAt.at) }),
    ...(lastSync && {
      [lastSyncFields[lastSync.group].status]: lastSync.status,
      [lastSyncFields[lastSync.group].error]: writeError(lastSync.error),
    }),
    ...(synced && {
      last_synced: writeInstant(synced.at),
      last_indexed_document_count: synced.indexed,
      last_deleted_document_count: synced.deleted,
    }),
  };
}

/** The document of a new connector, with every member that Elasticsearch's own API requires. */
export function newConnectorDocument(change: ConnectorChange, now: number): JsonObject {
  const daily = { enabled: false, interval: "0 0 0 * * ?" };
  const empty = {
    configuration: newConfiguration(change.configuration ?? {}),
    custom_scheduling: {},
    deleted: false,
    features: protocolFeatures,
    filtering: writeFiltering({ basic: [], advanced: [] }, writeInstant(now)),
    is_native: false,
    name: "",
    scheduling: { full: daily, incremental: daily, access_control: daily },
    status: "created",
    sync_now: false,
  };
  const { merged, replace } = writeConnectorChange(change, now);
  const document = mergeObjects(empty, merged);
  return { ...document, ...replace?.(document) };
}
