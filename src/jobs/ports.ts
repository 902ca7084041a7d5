import type { JsonObject, JsonValue } from "../core/json.ts";
import type { ObjectCounts, RunReport } from "../sync/report.ts";
import type { JobStatus } from "./job-states.ts";

// What jobs need from where connectors and jobs are stored, and from what runs a sync. What a person may have written by hand is `unknown`
// or JSON here: whoever uses it looks at it first, so that one broken document stops nothing but its own connector.

/** The kinds of sync. */
export const jobTypes = ["full", "incremental", "access_control"] as const;

/** The kinds of sync. */
export type JobType = (typeof jobTypes)[number];

/** Full and incremental syncs write the same index, so a connector runs one of them at a time; access control syncs write another one. */
export type SyncGroup = "content" | "access_control";

/** What a sync of this type competes with. */
export function groupOf(type: JobType): SyncGroup {
  return type === "access_control" ? "access_control" : "content";
}

/** What Kibana shows of a connector. */
export type ConnectorState = "created" | "needs_configuration" | "configured" | "connected" | "error";

/** A version of a stored document; a change that names it is made only if the document has not changed since. */
export interface Revision {
  seqNo: number;
  primaryTerm: number;
}

/** When a sync runs by itself. */
export interface StoredSchedule {
  enabled: boolean;
  /** In Quartz form, as a person wrote it. */
  expression: string;
}

/** The last sync of a group, as the connector remembers it. */
export interface LastSync {
  status: JobStatus | null;
  error: string | null;
}

/** A connector as it is stored. */
export interface StoredConnector {
  id: string;
  revision: Revision;
  /** What people call it. */
  name: string | null;
  serviceType: string | null;
  indexName: string | null;
  state: ConnectorState | null;
  error: string | null;
  /** Fields with their values, by key. */
  configuration: unknown;
  features: unknown;
  /** The sync rules: `draft` and `active`. */
  filtering: unknown;
  pipeline: unknown;
  schedules: Readonly<Record<JobType, StoredSchedule | undefined>>;
  lastScheduledAt: Readonly<Record<JobType, number | undefined>>;
  lastSync: Readonly<Record<SyncGroup, LastSync>>;
  /** When the last sync of any kind ended. */
  lastSyncedAt: number | undefined;
  lastSeenAt: number | undefined;
}

/** A change to a connector; what is not named stays. */
export interface ConnectorChange {
  state?: ConnectorState;
  error?: string | null;
  serviceType?: string;
  indexName?: string;
  name?: string;
  configuration?: JsonObject;
  features?: JsonObject;
  filtering?: readonly JsonValue[];
  pipeline?: JsonObject;
  schedules?: Partial<Record<JobType, StoredSchedule>>;
  lastSeenAt?: number;
  lastScheduledAt?: { type: JobType; at: number };
  lastSync?: { group: SyncGroup } & LastSync;
  /** What the last sync of any kind did. */
  synced?: { at: number; indexed: number; deleted: number };
}

/** What became of a change. */
export type ChangeResult = { revision: Revision } | "changed_meanwhile" | "gone";

/** Where connectors are stored. */
export interface ConnectorStore {
  /** The connectors with these ids, the self-managed ones of these service types, and any that writes to this index. */
  list(
    wanted: { ids: readonly string[]; serviceTypes: readonly string[]; indexName?: string },
    signal: AbortSignal,
  ): Promise<StoredConnector[]>;
  /** One connector as it is now, unless it was deleted. */
  get(id: string, signal: AbortSignal): Promise<StoredConnector | undefined>;
  /** Makes a connector under an id that nobody has; false where somebody has. */
  create(id: string, change: ConnectorChange, signal: AbortSignal): Promise<boolean>;
  /** Changes a connector; where a revision is given, only that one. */
  change(id: string, change: ConnectorChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult>;
}

/** What a job took along from its connector when it was asked for. */
export interface JobSnapshot {
  connectorId: string;
  indexName: string | null;
  serviceType: string | null;
  configuration: unknown;
  /** The active sync rules. */
  filtering: unknown;
  pipeline: unknown;
}

/** A job as it is stored. */
export interface StoredJob {
  id: string;
  revision: Revision;
  type: JobType;
  status: JobStatus;
  trigger: "on_demand" | "scheduled";
  /** Undefined where the job does not say which connector it is of. */
  snapshot: JobSnapshot | undefined;
  createdAt: number | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  lastSeenAt: number | undefined;
  workerHostname: string | null;
  error: string | null;
  indexed: number;
  deleted: number;
  total: number | undefined;
  metadata: JsonObject;
}

/** A job to be stored. */
export interface NewJob {
  id: string;
  connector: StoredConnector;
  type: JobType;
  trigger: StoredJob["trigger"];
  at: number;
}

/** A change to a job; what is not named stays. */
export interface JobChange {
  status?: JobStatus;
  error?: string | null;
  startedAt?: number;
  completedAt?: number;
  cancelationRequestedAt?: number;
  canceledAt?: number;
  lastSeenAt?: number;
  workerHostname?: string;
  indexed?: number;
  deleted?: number;
  /** Bytes of documents written. */
  volume?: number;
  /** Documents of the index when the job ended. */
  total?: number;
  metadata?: JsonObject;
}

/** Where jobs are stored. */
export interface JobStore {
  /** Makes a job; false where one of that id is there already. */
  create(job: NewJob, signal: AbortSignal): Promise<boolean>;
  get(id: string, signal: AbortSignal): Promise<StoredJob | undefined>;
  /** Jobs in one of these states, the oldest first; of some connectors, or of all; of these, so many of the newest, or all. */
  list(
    wanted: { statuses?: readonly JobStatus[]; connectorIds?: readonly string[]; newest?: number },
    signal: AbortSignal,
  ): Promise<StoredJob[]>;
  /** Changes a job; where a revision is given, only that one. */
  change(id: string, change: JobChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult>;
}

/** Called with what a sync has done so far of one object. */
export type JobProgress = (name: string, counts: Readonly<ObjectCounts>, finished: boolean) => void;

/** One thing that is wrong with sync rules: the ids of the rules, and what to say about them. */
export interface RuleProblem {
  ids: readonly string[];
  messages: readonly string[];
}

/** What can be done with a connector's configuration. */
export interface SyncBackend {
  /**
   * Signs in to the source with the connector's configuration.
   * @throws AppError with what a person must do
   */
  check(connector: StoredConnector, signal: AbortSignal): Promise<void>;
  /**
   * Looks at sync rules (a filter's `rules` and `advanced_snippet`).
   * @throws AppError where the source cannot be asked
   */
  validateRules(connector: StoredConnector, filter: unknown, signal: AbortSignal): Promise<readonly RuleProblem[]>;
  /**
   * Runs the sync that a job asks for, to its end. What a server answered is in the report.
   * @throws AppError where the job cannot be run as it is
   */
  run(job: StoredJob, context: { signal: AbortSignal; progress: JobProgress }): Promise<RunReport>;
  /** Documents that the job's index holds. */
  count(job: StoredJob, signal: AbortSignal): Promise<number>;
}
