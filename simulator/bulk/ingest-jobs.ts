import { badRequest, notFound } from "../core/salesforce-error.ts";
import type { ApiLimits } from "../usage/api-limits.ts";
import { JobList } from "./job-list.ts";

export type IngestOperation = "insert" | "update" | "upsert" | "delete" | "hardDelete";

export type IngestState = "Open" | "UploadComplete" | "InProgress" | "JobComplete" | "Failed" | "Aborted";

/** A line of the upload and its result. */
export interface IngestResult {
  readonly values: readonly string[];
  /** Empty if the record was not created. */
  readonly id: string;
  readonly created: boolean;
  /** Undefined for a success. */
  readonly error: string | undefined;
}

export interface IngestOutcome {
  readonly header: readonly string[];
  readonly results: readonly IngestResult[];
  /** Set if the upload as a whole could not be processed. */
  readonly failure: string | undefined;
}

export interface IngestJob {
  readonly id: string;
  readonly userId: string;
  readonly operation: IngestOperation;
  readonly object: string;
  readonly externalIdFieldName: string | undefined;
  readonly apiVersion: string;
  readonly columnDelimiter: string;
  readonly lineEnding: "LF" | "CRLF";
  readonly createdAt: number;
  upload: string | undefined;
  abortedAt: number | undefined;
  /** Set when the upload is complete. */
  completedAt: number | undefined;
  outcome: IngestOutcome;
}

const firstSerial = 1_000_000;

/** The ingest jobs of one org. Records are written at the end of the upload. The state of a job is computed from the clock. */
export class IngestJobs {
  readonly #jobs: JobList<IngestJob>;
  readonly #now: () => number;
  readonly #limits: ApiLimits;

  constructor(now: () => number, limits: ApiLimits) {
    this.#now = now;
    this.#jobs = new JobList(now, firstSerial);
    this.#limits = limits;
  }

  create(
    traits: Pick<
      IngestJob,
      "userId" | "operation" | "object" | "externalIdFieldName" | "apiVersion" | "columnDelimiter" | "lineEnding"
    >,
  ): IngestJob {
    return this.#jobs.add({
      ...traits,
      id: this.#jobs.nextId("750"),
      createdAt: this.#now(),
      upload: undefined,
      abortedAt: undefined,
      completedAt: undefined,
      outcome: { header: [], results: [], failure: undefined },
    });
  }

  get(id: string, userId: string): IngestJob {
    const job = this.#jobs.find(id, userId);
    if (job === undefined) throw notFound();
    return job;
  }

  list(userId: string): IngestJob[] {
    return this.#jobs.of(userId);
  }

  state({ abortedAt, completedAt, outcome }: IngestJob): IngestState {
    if (abortedAt !== undefined) return "Aborted";
    if (completedAt === undefined) return "Open";
    const elapsed = this.#now() - completedAt;
    const duration = this.#limits.settings.bulkJobSeconds * 1000;
    if (elapsed >= duration) return outcome.failure === undefined ? "JobComplete" : "Failed";
    return elapsed >= duration / 3 ? "InProgress" : "UploadComplete";
  }

  upload(job: IngestJob, data: string): void {
    if (this.state(job) !== "Open" || job.upload !== undefined) {
      throw badRequest("INVALIDJOBSTATE", "A job takes one upload, before it is complete");
    }
    job.upload = data;
  }

  /** Ends the upload. `process` writes the records. */
  complete(job: IngestJob, process: () => IngestOutcome): void {
    if (this.state(job) !== "Open") throw badRequest("INVALIDJOBSTATE", `The job is ${this.state(job)} already`);
    job.outcome = process();
    job.completedAt = this.#now();
  }

  abort(job: IngestJob): void {
    if (this.state(job) !== "Open") {
      throw badRequest("INVALIDJOBSTATE", `Aborting already ${this.state(job)} Job not allowed`);
    }
    job.abortedAt = this.#now();
  }

  delete(job: IngestJob): void {
    if (!["JobComplete", "Failed", "Aborted"].includes(this.state(job))) {
      throw badRequest("INVALIDJOBSTATE", "The job cannot be deleted before it is JobComplete, Failed or Aborted");
    }
    this.#jobs.delete(job);
  }
}
