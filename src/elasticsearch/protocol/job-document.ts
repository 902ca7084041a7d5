import { readFiltering } from "../../connector/filtering.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { JobChange, JobSnapshot, JobType, NewJob, StoredConnector, StoredJob } from "../../jobs/ports.ts";
import type { DocumentChange, StoredDocument } from "./protocol-documents.ts";
import { statusWords, typeWords } from "./protocol-words.ts";
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

// A job's document, whose words are the connector protocol's.

const mebibyte = 1024 * 1024;

/** A job as its document says; undefined for one whose status or type is none that we know, which nobody here may touch. */
export function readJob({ id, revision, source }: StoredDocument): StoredJob | undefined {
  const status = readWord(source["status"], statusWords);
  // A job that does not say is a full sync, as it is for Elasticsearch.
  const type = readWord(source["job_type"] ?? "full", typeWords);
  if (status === null || type === null) return undefined;
  return {
    id,
    revision,
    type,
    status,
    trigger: source["trigger_method"] === "scheduled" ? "scheduled" : "on_demand",
    snapshot: readSnapshot(source["connector"]),
    createdAt: readInstant(source["created_at"]),
    startedAt: readInstant(source["started_at"]),
    completedAt: readInstant(source["completed_at"]),
    lastSeenAt: readInstant(source["last_seen"]),
    workerHostname: readText(source["worker_hostname"]),
    error: readText(source["error"]),
    indexed: readCount(source["indexed_document_count"]) ?? 0,
    deleted: readCount(source["deleted_document_count"]) ?? 0,
    total: readCount(source["total_document_count"]),
    metadata: readObject(source["metadata"]),
  };
}

function readSnapshot(value: unknown): JobSnapshot | undefined {
  const { id, index_name: indexName, service_type: serviceType, ...rest } = readObject(value);
  if (typeof id !== "string" || id === "") return undefined;
  const { configuration, filtering, pipeline } = rest;
  return {
    connectorId: id,
    indexName: readText(indexName),
    serviceType: readText(serviceType),
    configuration,
    // Elasticsearch writes the active rules, older versions of Kibana a list of them.
    filtering: Array.isArray(filtering) ? filtering[0] : filtering,
    pipeline,
  };
}

/** What a change does to the document. */
export function writeJobChange(change: JobChange): DocumentChange {
  return {
    merged: withoutUndefined({
      status: change.status,
      error: writeError(change.error),
      started_at: writeInstant(change.startedAt),
      completed_at: writeInstant(change.completedAt),
      cancelation_requested_at: writeInstant(change.cancelationRequestedAt),
      canceled_at: writeInstant(change.canceledAt),
      last_seen: writeInstant(change.lastSeenAt),
      worker_hostname: change.workerHostname,
      indexed_document_count: change.indexed,
      deleted_document_count: change.deleted,
      indexed_document_volume: change.volume === undefined ? undefined : Math.round(change.volume / mebibyte),
      total_document_count: change.total,
    }),
    // What a checkpoint no longer names must be gone.
    replaced: withoutUndefined({ metadata: change.metadata }),
  };
}

/** The document of a job that nobody has taken up yet, as Elasticsearch's own API writes it. */
export function newJobDocument({ connector, type, trigger, at }: NewJob): JsonObject {
  return {
    connector: takeSnapshot(connector, type),
    created_at: writeInstant(at),
    deleted_document_count: 0,
    indexed_document_count: 0,
    indexed_document_volume: 0,
    job_type: type,
    last_seen: writeInstant(at),
    metadata: {},
    status: "pending",
    total_document_count: 0,
    trigger_method: trigger,
  };
}

/** What has no value is left out. */
function takeSnapshot(connector: StoredConnector, type: JobType): JsonObject {
  const { id, indexName, serviceType, configuration, filtering, pipeline } = connector;
  return withoutUndefined({
    id,
    index_name: indexName === null ? undefined : targetIndex(indexName, type),
    service_type: serviceType ?? undefined,
    configuration: readObject(configuration),
    filtering: takeRules(filtering),
    pipeline: isJsonObject(pipeline) ? pipeline : undefined,
  });
}

/** Rules that cannot be read must not pass for none: without them, the job would write what they keep out. */
function takeRules(filtering: unknown): JsonObject | undefined {
  const found = readFiltering(filtering);
  if (!found) return undefined;
  if ("active" in found && isJsonObject(found.active)) return found.active;
  const message = "problem" in found ? found.problem : "The active sync rules are not an object.";
  return { validation: { state: "invalid", errors: [{ ids: [], messages: [message] }] } };
}

/** Identities have an index of their own beside the content's. */
function targetIndex(indexName: string, type: JobType): string {
  return type === "access_control" ? `.search-acl-filter-${indexName}` : indexName;
}
