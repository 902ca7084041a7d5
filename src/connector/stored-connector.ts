import type { JobType } from "./capabilities.ts";
import type { ConfigurationValues } from "./configuration-fields.ts";
import type { ConfigurationProblem } from "./errors.ts";
import type { RuleProblem } from "./rules/basic-rule.ts";
import type { ParsedRules, SyncRules } from "./rules/sync-rules.ts";

// A connector as it is stored in Elasticsearch and shown by Kibana, parsed. Wire names and formats are in elasticsearch/protocol.

/** Full and incremental syncs are in the group `content`. A connector runs one sync of each group at a time. */
export type SyncGroup = "content" | "access_control";

export function groupOf(type: JobType): SyncGroup {
  return type === "access_control" ? "access_control" : "content";
}

/** The last three are final. */
export const jobStatuses = [
  "pending",
  "in_progress",
  "suspended",
  "canceling",
  "completed",
  "error",
  "canceled",
] as const;

export type JobStatus = (typeof jobStatuses)[number];

export const connectorStatuses = ["created", "needs_configuration", "configured", "connected", "error"] as const;

export type ConnectorStatus = (typeof connectorStatuses)[number];

/** The version of a stored document (`_seq_no`, `_primary_term`), for optimistic concurrency control. */
export interface Revision {
  seqNo: number;
  primaryTerm: number;
}

/** The settings of the ingest pipeline, which Kibana shows on the connector's page. */
export interface PipelineSettings {
  /** Undefined: the cluster's default pipeline. */
  name: string | undefined;
  extractBinaryContent: boolean;
  reduceWhitespace: boolean;
  runMlInference: boolean;
}

/** Everything that defines a sync. Connectors store the current definition, jobs a snapshot from their creation. */
export interface SyncDefinition {
  indexName: string | null;
  serviceType: string | null;
  configuration: ConfigurationValues;
  /** Configuration values that could not be read. */
  configurationProblems: readonly ConfigurationProblem[];
  /** The active sync rules. */
  rules: ParsedRules;
  pipeline: PipelineSettings;
}

/** A schedule of one job type; the expression is in Quartz form and may be invalid. */
export interface StoredSchedule {
  enabled: boolean;
  expression: string;
}

/** Sync rules as edited by a person, before they are validated. */
export interface DraftRules {
  /** Edited since the last validation. */
  edited: boolean;
  rules: ParsedRules;
}

/** The last sync of a group. A status of `in_progress` is the sync lock. */
export interface LastSync {
  status: JobStatus | null;
  error: string | null;
}

/** By object name: Salesforce's time (ISO 8601, UTC) at the start of the last complete read. */
export type Cursors = Readonly<Record<string, string>>;

/** What Salesforce counted of an object when its deletes were last made. The brake against mass deletes compares with it. */
export interface SourceCount {
  /** Identifies the records that were counted; changes with the sync rules that select them. */
  selection: string;
  records?: number;
  /** The files that were attached to the records, each counted once per record. Undefined if files were not read. */
  links?: number;
}

/** By object name. */
export type SourceCounts = Readonly<Record<string, SourceCount>>;

/** Times are milliseconds since the epoch. */
export interface StoredConnector extends SyncDefinition {
  id: string;
  revision: Revision;
  name: string | null;
  status: ConnectorStatus | null;
  error: string | null;
  /** Its document has at least one configuration field. */
  hasFields: boolean;
  /** Its document describes every field and feature of this version, which Kibana requires. */
  isDescribed: boolean;
  draft: DraftRules | undefined;
  /** Set if its sync rules are not in the form that the protocol defines. */
  malformedRules: string | undefined;
  schedules: Readonly<Record<JobType, StoredSchedule | undefined>>;
  lastScheduledAt: Readonly<Record<JobType, number | undefined>>;
  lastSync: Readonly<Record<SyncGroup, LastSync>>;
  /** The end of the last sync of any type. */
  lastSyncedAt: number | undefined;
  /** The last heartbeat of a service. */
  lastSeenAt: number | undefined;
  cursors: Cursors;
  counts: SourceCounts;
  /** When the first permission set assignment that identities rest on expires. Undefined if none does. */
  permissionsExpireAt: number | undefined;
}

/** A change to a connector. Members that are not set stay as they are. */
export interface ConnectorChange {
  status?: ConnectorStatus;
  error?: string | null;
  serviceType?: string;
  indexName?: string;
  name?: string;
  /** Values to set; other values stay. */
  configuration?: ConfigurationValues;
  /** Adds the descriptions of fields and features that are missing or outdated. Values stay. */
  describe?: true;
  /** Replaces the active rules and the draft. */
  rules?: SyncRules;
  /** Records the validation of the draft: without problems the draft becomes active. */
  draftProblems?: readonly RuleProblem[];
  pipeline?: PipelineSettings;
  schedules?: Partial<Record<JobType, StoredSchedule>>;
  lastSeenAt?: number;
  lastScheduledAt?: { type: JobType; at: number };
  lastSync?: { group: SyncGroup } & LastSync;
  /** The result of the last sync of any type. */
  synced?: { at: number; indexed: number; deleted: number };
  /** Cursors to set; null removes one. */
  cursors?: Readonly<Record<string, string | null>>;
  /** Counts to set; null removes those of an object. */
  counts?: Readonly<Record<string, SourceCount | null>>;
  permissionsExpireAt?: number | null;
}

/** The result of a change to a connector or a job. */
export type ChangeResult = { revision: Revision } | "changed_meanwhile" | "gone";

/** The stored connectors. */
export interface ConnectorStore {
  /** Lists the connectors with these ids, the self-managed ones of these service types, and those that write to this index. */
  list(
    query: { ids: readonly string[]; serviceTypes: readonly string[]; indexName?: string },
    signal: AbortSignal,
  ): Promise<StoredConnector[]>;
  /** The current version, or undefined if it does not exist or was deleted. */
  get(id: string, signal: AbortSignal): Promise<StoredConnector | undefined>;
  /** Returns false if the id is taken. */
  create(id: string, change: ConnectorChange, signal: AbortSignal): Promise<boolean>;
  /** With a revision, changes only that version. */
  change(id: string, change: ConnectorChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult>;
}
