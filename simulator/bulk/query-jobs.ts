import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import type { ApiLimits } from "../usage/api-limits.ts";
import type { CsvPlan } from "./csv-plan.ts";
import { JobList } from "./job-list.ts";

type JobState = "UploadComplete" | "InProgress" | "JobComplete" | "Failed" | "Aborted";

export interface QueryJob {
  readonly id: string;
  readonly userId: string;
  readonly operation: "query" | "queryAll";
  readonly query: string;
  readonly plan: CsvPlan;
  /** `62.0` */
  readonly apiVersion: string;
  readonly columnDelimiter: string;
  readonly lineEnding: "LF" | "CRLF";
  readonly createdAt: number;
  readonly doneAt: number;
  readonly fails: boolean;
  abortedAt: number | undefined;
  /** Row numbers, set when the results are read for the first time. */
  rows: Uint32Array | undefined;
}

/** The query jobs of one org. The state of a job is computed from the clock, without background work. */
export class QueryJobs {
  readonly #jobs: JobList<QueryJob>;
  readonly #now: () => number;
  readonly #limits: ApiLimits;

  constructor(now: () => number, limits: ApiLimits) {
    this.#now = now;
    this.#jobs = new JobList(now, 0);
    this.#limits = limits;
  }

  create(
    traits: Pick<QueryJob, "userId" | "operation" | "query" | "plan" | "apiVersion" | "columnDelimiter" | "lineEnding">,
  ): QueryJob {
    const { settings } = this.#limits;
    if (this.#limits.used("DailyBulkV2QueryJobs") >= settings.dailyBulkV2QueryJobs) {
      throw new SalesforceError(
        403,
        "LIMIT_EXCEEDED",
        `Max bulk v2 query jobs (${settings.dailyBulkV2QueryJobs}) per 24 hrs has been reached`,
      );
    }
    if (this.#limits.used("DailyBulkV2QueryFileStorageMB") >= settings.dailyBulkV2QueryFileStorageMB) {
      throw new SalesforceError(
        403,
        "LIMIT_EXCEEDED",
        `Max bulk v2 query result size stored (${settings.dailyBulkV2QueryFileStorageMB * 1024}) kb per 24 hrs has been exceeded`,
      );
    }
    this.#limits.spend("DailyBulkV2QueryJobs");
    const createdAt = this.#now();
    const fails = settings.bulkJobsToFail > 0;
    if (fails) settings.bulkJobsToFail -= 1;
    const doneAt = createdAt + settings.bulkJobSeconds * 1000;
    return this.#jobs.add({
      ...traits,
      id: this.#jobs.nextId("750"),
      createdAt,
      doneAt,
      fails,
      abortedAt: undefined,
      rows: undefined,
    });
  }

  get(id: string, userId: string): QueryJob {
    const job = this.#jobs.find(id, userId);
    if (job === undefined) throw notFound();
    return job;
  }

  list(userId: string): QueryJob[] {
    return this.#jobs.of(userId);
  }

  state(job: QueryJob): JobState {
    if (job.abortedAt !== undefined) return "Aborted";
    const now = this.#now();
    if (now >= job.doneAt) return job.fails ? "Failed" : "JobComplete";
    return now >= startOf(job) ? "InProgress" : "UploadComplete";
  }

  /** The time of the last change of the job's state. */
  changedAt(job: QueryJob): number {
    switch (this.state(job)) {
      case "UploadComplete":
        return job.createdAt;
      case "InProgress":
        return startOf(job);
      case "Aborted":
        return job.abortedAt ?? job.doneAt;
      case "JobComplete":
      case "Failed":
        return job.doneAt;
    }
  }

  abort(job: QueryJob): void {
    if (this.#isOver(job)) {
      throw badRequest("INVALIDJOBSTATE", `Aborting already ${this.state(job)} Job not allowed`);
    }
    job.abortedAt = this.#now();
  }

  delete(job: QueryJob): void {
    if (!this.#isOver(job)) {
      throw badRequest("INVALIDJOBSTATE", "The job cannot be deleted before it is JobComplete, Failed or Aborted");
    }
    this.#jobs.delete(job);
  }

  #isOver(job: QueryJob): boolean {
    return ["JobComplete", "Failed", "Aborted"].includes(this.state(job));
  }
}

/** A job is queued for the first third of its duration. */
function startOf({ createdAt, doneAt }: QueryJob): number {
  return createdAt + (doneAt - createdAt) / 3;
}
