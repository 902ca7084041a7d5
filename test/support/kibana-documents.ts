import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import type { ConfigurationField } from "./kibana-configuration.ts";

// The documents of the connector protocol as Elasticsearch's connector API writes them: members without a value are omitted, instants
// have nine decimals. Facts from Elasticsearch's x-pack/plugin/ent-search (Connector, ConnectorSyncJob, ConnectorFiltering).

export type JobType = "full" | "incremental" | "access_control";

/** The status of a job. */
export type JobStatus = "pending" | "in_progress" | "suspended" | "canceling" | "canceled" | "completed" | "error";

/** The status of a connector. */
type ConnectorStatus = "created" | "needs_configuration" | "configured" | "connected" | "error";

/** A basic sync rule; the times are those of the writing unless given. */
export interface DraftRule {
  id: string;
  policy: "include" | "exclude";
  field: string;
  rule: "equals" | "contains" | "starts_with" | "ends_with" | "regex" | ">" | "<";
  value: string;
  order: number;
  created_at?: string;
  updated_at?: string;
}

/** A sync rule in a document. */
type StoredRule = Required<DraftRule>;

/** The active or the draft half of the sync rules. */
export interface Filter {
  advanced_snippet: { created_at: string; updated_at: string; value: JsonValue };
  rules: StoredRule[];
  validation: { state: "edited" | "valid" | "invalid"; errors: { ids: string[]; messages: string[] }[] };
}

/** The schedule of one type of sync. */
export interface Schedule {
  enabled: boolean;
  /** Quartz cron. */
  interval: string;
}

/** The ingest pipeline of a connector's documents. */
export interface Pipeline {
  name: string;
  extract_binary_content: boolean;
  reduce_whitespace: boolean;
  run_ml_inference: boolean;
}

/** A document of `.elastic-connectors`, with the members of the API and of the service. */
export interface ConnectorDocument {
  api_key_id?: string | null;
  api_key_secret_id?: string | null;
  configuration: Record<string, ConfigurationField>;
  custom_scheduling: JsonObject;
  description?: string;
  error?: string | null;
  features?: JsonObject | null;
  filtering: { domain: "DEFAULT"; active: Filter; draft: Filter }[];
  index_name?: string | null;
  is_native: boolean;
  language?: string;
  last_access_control_sync_error?: string | null;
  last_access_control_sync_scheduled_at?: string | null;
  last_access_control_sync_status?: JobStatus | null;
  last_deleted_document_count?: number;
  last_incremental_sync_scheduled_at?: string | null;
  last_indexed_document_count?: number;
  last_seen?: string | null;
  last_sync_error?: string | null;
  last_sync_scheduled_at?: string | null;
  last_sync_status?: JobStatus | null;
  last_synced?: string | null;
  name: string;
  pipeline?: Pipeline | null;
  scheduling: Record<JobType, Schedule>;
  service_type?: string | null;
  status: ConnectorStatus;
  sync_cursor?: JsonObject | null;
  sync_now: boolean;
  deleted: boolean;
}

/** The snapshot of its connector in a job. */
interface ConnectorSnapshot {
  id: string;
  configuration: Record<string, ConfigurationField>;
  filtering?: Filter;
  index_name?: string;
  language?: string;
  pipeline?: Pipeline;
  service_type?: string;
  sync_cursor?: JsonObject | null;
}

/** A document of `.elastic-connectors-sync-jobs`. */
export interface JobDocument {
  cancelation_requested_at?: string | null;
  canceled_at?: string | null;
  completed_at?: string | null;
  connector: ConnectorSnapshot;
  created_at: string;
  deleted_document_count: number;
  error?: string | null;
  indexed_document_count: number;
  indexed_document_volume: number;
  job_type: JobType;
  last_seen: string;
  metadata: JsonObject;
  started_at?: string | null;
  status: JobStatus;
  total_document_count: number;
  trigger_method: "on_demand" | "scheduled";
  worker_hostname?: string | null;
}

/** An instant as Java prints it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "456789Z");
}

/** The properties of a connector at its creation. */
export interface NewConnector {
  indexName?: string;
  name?: string;
  description?: string;
  native?: boolean;
  language?: string;
  serviceType?: string;
}

/** The document of a connector that was just created. */
export function newConnectorDocument(connector: NewConnector, now: string): ConnectorDocument {
  const { indexName, name = "", description, native = false, language, serviceType } = connector;
  const daily: Schedule = { enabled: false, interval: "0 0 0 * * ?" };
  return {
    configuration: {},
    custom_scheduling: {},
    ...(description !== undefined && { description }),
    filtering: [{ active: untouchedFilter(now), domain: "DEFAULT", draft: untouchedFilter(now) }],
    ...(indexName !== undefined && { index_name: indexName }),
    is_native: native,
    ...(language !== undefined && { language }),
    name,
    scheduling: { access_control: daily, full: daily, incremental: daily },
    ...(serviceType !== undefined && { service_type: serviceType }),
    status: native ? "needs_configuration" : "created",
    sync_now: false,
    deleted: false,
  };
}

function untouchedFilter(now: string): Filter {
  return {
    advanced_snippet: { created_at: now, updated_at: now, value: {} },
    rules: [defaultRule({ order: 0, createdAt: now, now })],
    validation: { state: "valid", errors: [] },
  };
}

function defaultRule({ order, createdAt, now }: { order: number; createdAt: string; now: string }): StoredRule {
  return {
    created_at: createdAt,
    field: "_",
    id: "DEFAULT",
    order,
    policy: "include",
    rule: "regex",
    updated_at: now,
    value: ".*",
  };
}

/** A user's changes of the draft; missing parts stay. */
export interface DraftChange {
  rules?: readonly DraftRule[];
  advancedSnippet?: JsonValue;
}

/** The draft after a user saved it: to be validated by the service. */
export function editedDraft(draft: Filter, { rules, advancedSnippet }: DraftChange, now: string): Filter {
  const snippet = draft.advanced_snippet;
  return {
    advanced_snippet: advancedSnippet === undefined ? snippet : { ...snippet, updated_at: now, value: advancedSnippet },
    rules: rules === undefined ? draft.rules : orderedRules(rules, now),
    validation: { state: "edited", errors: [] },
  };
}

/** The rules by their order. The rule that includes everything comes last. */
function orderedRules(rules: readonly DraftRule[], now: string): StoredRule[] {
  const sorted = rules
    .filter((rule) => !isDefaultRule(rule))
    .sort((one, other) => one.order - other.order)
    .map((rule): StoredRule => ({ ...rule, created_at: rule.created_at ?? now, updated_at: rule.updated_at ?? now }));
  const last = sorted.at(-1);
  const createdAt = rules.find(isDefaultRule)?.created_at ?? now;
  return [...sorted, defaultRule({ order: last === undefined ? 0 : last.order + 1, createdAt, now })];
}

function isDefaultRule({ id, field, policy, rule, value }: DraftRule): boolean {
  return id === "DEFAULT" && field === "_" && policy === "include" && rule === "regex" && value === ".*";
}

/** A connector at the time of a sync request. */
export interface NewJob {
  connectorId: string;
  connector: ConnectorDocument;
  /** As the API read it. */
  configuration: Record<string, ConfigurationField>;
  jobType: JobType;
  triggerMethod: "on_demand" | "scheduled";
}

/** The document of a job that was just created. */
export function newJobDocument(job: NewJob, now: string): JobDocument {
  return {
    connector: snapshot(job),
    created_at: now,
    deleted_document_count: 0,
    indexed_document_count: 0,
    indexed_document_volume: 0,
    job_type: job.jobType,
    last_seen: now,
    metadata: {},
    status: "pending",
    total_document_count: 0,
    trigger_method: job.triggerMethod,
  };
}

/** The index that a job writes to; `null` for none. */
export function targetIndex(connector: ConnectorDocument, jobType: JobType): string | null {
  const { index_name: name = null } = connector;
  // Of a connector without an index this makes ".search-acl-filter-null", as the API does.
  return jobType === "access_control" ? `.search-acl-filter-${name ?? "null"}` : name;
}

function snapshot({ connectorId, connector, configuration, jobType }: NewJob): ConnectorSnapshot {
  const { filtering, language, pipeline, service_type: serviceType } = connector;
  const active = filtering[0]?.active;
  const indexName = targetIndex(connector, jobType);
  return {
    id: connectorId,
    ...(active !== undefined && { filtering: active }),
    ...(indexName !== null && { index_name: indexName }),
    ...(language !== undefined && { language }),
    ...(pipeline && { pipeline }),
    ...(serviceType !== null && serviceType !== undefined && { service_type: serviceType }),
    configuration,
  };
}
