import type { JobType } from "../connector/capabilities.ts";
import type { ChangeResult, JobStatus, Revision, SyncDefinition } from "../connector/stored-connector.ts";
import type { JsonObject } from "../core/json.ts";

/** The part of its connector that a job took along when it was created. */
export interface JobSnapshot extends SyncDefinition {
  connectorId: string;
}

/** Times are milliseconds since the epoch. */
export interface StoredJob {
  id: string;
  revision: Revision;
  type: JobType;
  status: JobStatus;
  trigger: "on_demand" | "scheduled";
  /** Undefined if the job names no connector. */
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
  /** The run may delete any number of documents. */
  allowDeletes: boolean;
  metadata: JsonObject;
}

export interface NewJob {
  id: string;
  connectorId: string;
  type: JobType;
  trigger: StoredJob["trigger"];
  at: number;
  /** Lets the run delete any number of documents. */
  allowDeletes?: boolean;
}

export type CreatedJob = "created" | "exists" | "no_connector";

/** A change to a job. Members that are not set stay as they are. */
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
  /** Bytes of the documents written. */
  volume?: number;
  /** Documents in the index at the end of the job. */
  total?: number;
  metadata?: JsonObject;
}

/** The stored jobs. */
export interface JobStore {
  /** Creates a job with a snapshot of its connector as it is stored at this moment. */
  create(job: NewJob, signal: AbortSignal): Promise<CreatedJob>;
  get(id: string, signal: AbortSignal): Promise<StoredJob | undefined>;
  /** Lists jobs, oldest first; with `newest`, only so many of the newest. */
  list(
    query: { statuses?: readonly JobStatus[]; connectorIds?: readonly string[]; newest?: number },
    signal: AbortSignal,
  ): Promise<StoredJob[]>;
  /** With a revision, changes only that version. */
  change(id: string, change: JobChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult>;
}
