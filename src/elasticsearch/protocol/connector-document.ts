import type { JsonObject } from "../../core/json.ts";
import type {
  ConnectorChange,
  JobType,
  LastSync,
  StoredConnector,
  StoredSchedule,
  SyncGroup,
} from "../../jobs/ports.ts";
import type { DocumentChange, StoredDocument } from "./protocol-documents.ts";
import { stateWords, statusWords } from "./protocol-words.ts";
import {
  readInstant,
  readObject,
  readText,
  readWord,
  withoutUndefined,
  writeError,
  writeInstant,
} from "./stored-values.ts";

// A connector's document, whose words are the connector protocol's.

const scheduledAtField: Readonly<Record<JobType, string>> = {
  full: "last_sync_scheduled_at",
  incremental: "last_incremental_sync_scheduled_at",
  access_control: "last_access_control_sync_scheduled_at",
};

const lastSyncFields: Readonly<Record<SyncGroup, { status: string; error: string }>> = {
  content: { status: "last_sync_status", error: "last_sync_error" },
  access_control: { status: "last_access_control_sync_status", error: "last_access_control_sync_error" },
};

/** A connector as its document says. */
export function readConnector({ id, revision, source }: StoredDocument): StoredConnector {
  const scheduling = readObject(source["scheduling"]);
  return {
    id,
    revision,
    name: readText(source["name"]),
    serviceType: readText(source["service_type"]),
    indexName: readText(source["index_name"]),
    state: readWord(source["status"], stateWords),
    error: readText(source["error"]),
    configuration: source["configuration"],
    features: source["features"],
    filtering: source["filtering"],
    pipeline: source["pipeline"],
    schedules: byType((type) => readSchedule(scheduling[type])),
    lastScheduledAt: byType((type) => readInstant(source[scheduledAtField[type]])),
    lastSync: { content: readLastSync(source, "content"), access_control: readLastSync(source, "access_control") },
    lastSyncedAt: readInstant(source["last_synced"]),
    lastSeenAt: readInstant(source["last_seen"]),
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
  return { status: readWord(source[status], statusWords), error: readText(source[error]) };
}

/** What a change does to the document. */
export function writeConnectorChange(change: ConnectorChange): DocumentChange {
  return {
    merged: withoutUndefined({
      status: change.state,
      error: writeError(change.error),
      service_type: change.serviceType,
      index_name: change.indexName,
      name: change.name,
      // Merged, so that a value which somebody saves meanwhile and fields of others stay.
      configuration: change.configuration,
      filtering: change.filtering && [...change.filtering],
      pipeline: change.pipeline,
      scheduling: change.schedules && writeSchedules(change.schedules),
      last_seen: writeInstant(change.lastSeenAt),
      ...writeSyncs(change),
    }),
    // A feature that is not named is not there.
    replaced: withoutUndefined({ features: change.features }),
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

/** The document of a connector that has only what Elasticsearch's own API would not do without. */
export function newConnectorDocument(at: number): JsonObject {
  const daily = { enabled: false, interval: "0 0 0 * * ?" };
  return {
    configuration: {},
    custom_scheduling: {},
    deleted: false,
    filtering: [{ domain: "DEFAULT", active: unfiltered(at), draft: unfiltered(at) }],
    is_native: false,
    name: "",
    scheduling: { full: daily, incremental: daily, access_control: daily },
    status: "created",
    sync_now: false,
  };
}

/** Rules that let everything in. */
function unfiltered(at: number): JsonObject {
  const times = { created_at: writeInstant(at), updated_at: writeInstant(at) };
  const rule = { id: "DEFAULT", policy: "include", field: "_", rule: "regex", value: ".*", order: 0 };
  return {
    advanced_snippet: { ...times, value: {} },
    rules: [{ ...rule, ...times }],
    validation: { state: "valid", errors: [] },
  };
}
