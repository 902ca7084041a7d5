import { jobTypes, type JobType } from "../../connector/capabilities.ts";
import { jobStatuses } from "../../connector/stored-connector.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { JobChange, JobSnapshot, NewJob, StoredJob } from "../../jobs/job-store.ts";
import { readPipeline } from "./connector-document.ts";
import { readConfiguration } from "./described-fields.ts";
import type { DocumentChange, StoredDocument } from "./protocol-documents.ts";
import { identityIndexName } from "./protocol-indices.ts";
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
import { filterForJob, readJobRules } from "./sync-rules.ts";

// The document of a sync job in the connector protocol: reading it, and writing changes to it.

const mebibyte = 1024 * 1024;

/** Undefined if the status or the type is unknown: such a job must not be touched. */
export function readJob({ id, revision, source }: StoredDocument): StoredJob | undefined {
  const status = readWord(source["status"], jobStatuses);
  // As in Elasticsearch, a job without a type is a full sync.
  const type = readWord(source["job_type"] ?? "full", jobTypes);
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
    allowDeletes: readObject(source["metadata"])["allow_deletes"] === true,
    metadata: readObject(source["metadata"]),
  };
}

function readSnapshot(value: unknown): JobSnapshot | undefined {
  const {
    id,
    index_name: indexName,
    service_type: serviceType,
    configuration,
    filtering,
    pipeline,
  } = readObject(value);
  if (typeof id !== "string" || id === "") return undefined;
  const { values, problems } = readConfiguration(configuration);
  return {
    connectorId: id,
    indexName: readText(indexName),
    serviceType: readText(serviceType),
    configuration: values,
    configurationProblems: problems,
    rules: readJobRules(filtering),
    pipeline: readPipeline(pipeline),
  };
}

/** Converts a change to the job into a change of its document. */
export function writeJobChange(change: JobChange): DocumentChange {
  const { metadata } = change;
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
    // Replaced, because merging would keep outdated members.
    ...(metadata ? { replace: () => ({ metadata }) } : {}),
  };
}

/** The document of a new job, as Elasticsearch's own API writes it. `connector` is the document of its connector. */
export function newJobDocument(
  { type, trigger, at, allowDeletes = false }: NewJob,
  connector: StoredDocument,
): JsonObject {
  return {
    connector: snapshotOf(connector, type),
    created_at: writeInstant(at),
    deleted_document_count: 0,
    indexed_document_count: 0,
    indexed_document_volume: 0,
    job_type: type,
    last_seen: writeInstant(at),
    metadata: allowDeletes ? { allow_deletes: true } : {},
    status: "pending",
    total_document_count: 0,
    trigger_method: trigger,
  };
}

/** The part of the connector's document that a job takes along. */
function snapshotOf({ id, source }: StoredDocument, type: JobType): JsonObject {
  const indexName = readText(source["index_name"]);
  const { pipeline } = source;
  return withoutUndefined({
    id,
    index_name: indexName === null ? undefined : targetIndex(indexName, type),
    service_type: readText(source["service_type"]) ?? undefined,
    configuration: readObject(source["configuration"]),
    filtering: filterForJob(source["filtering"]),
    pipeline: isJsonObject(pipeline) ? pipeline : undefined,
  });
}

/** Access control syncs write to the index of identities. */
function targetIndex(indexName: string, type: JobType): string {
  return type === "access_control" ? identityIndexName(indexName) : indexName;
}
