import type { ApiLimits } from "../usage/api-limits.ts";
import type { CsvPlan } from "./csv-plan.ts";
import { JobList } from "./job-list.ts";

// Jobs of Bulk API 1.0: a job has batches, and each batch has a query.

export type BatchFormat = "CSV" | "JSON" | "XML";

export interface BatchJob {
  readonly id: string;
  readonly userId: string;
  readonly operation: "query" | "queryAll";
  readonly object: string;
  readonly contentType: BatchFormat;
  readonly concurrencyMode: string;
  readonly apiVersion: string;
  readonly createdAt: number;
  /** Rows of a batch with PK chunking. */
  readonly chunkSize: number | undefined;
  readonly batches: Batch[];
  state: "Open" | "Closed" | "Aborted";
  changedAt: number;
}

export interface Batch {
  readonly id: string;
  readonly query: string;
  readonly createdAt: number;
  readonly doneAt: number;
  /** Set if the batch fails: the reason. */
  readonly failure: string | undefined;
  /** True for the original batch, which PK chunking splits into others. */
  readonly split: boolean;
  readonly plan: CsvPlan | undefined;
  readonly rows: Uint32Array;
}

export type BatchState = "Queued" | "InProgress" | "Completed" | "Failed" | "NotProcessed";

const firstSerial = 500_000;

/** The jobs of one org. The state of a batch is computed from the clock, without background work. */
export class BatchJobs {
  readonly #jobs: JobList<BatchJob>;
  readonly #now: () => number;
  readonly #limits: ApiLimits;

  constructor(now: () => number, limits: ApiLimits) {
    this.#now = now;
    this.#jobs = new JobList(now, firstSerial);
    this.#limits = limits;
  }

  create(
    traits: Pick<
      BatchJob,
      "userId" | "operation" | "object" | "contentType" | "concurrencyMode" | "apiVersion" | "chunkSize"
    >,
  ): BatchJob {
    const now = this.#now();
    return this.#jobs.add({
      ...traits,
      id: this.#jobs.nextId("750"),
      createdAt: now,
      batches: [],
      state: "Open",
      changedAt: now,
    });
  }

  get(id: string, userId: string): BatchJob | undefined {
    return this.#jobs.find(id, userId);
  }

  /** Adds a batch that ends after the time of a bulk job. */
  addBatch(job: BatchJob, traits: Pick<Batch, "query" | "failure" | "split" | "plan" | "rows">): Batch {
    const { settings } = this.#limits;
    this.#limits.spend("DailyBulkApiBatches");
    const fails = settings.bulkJobsToFail > 0 && !traits.split;
    if (fails) settings.bulkJobsToFail -= 1;
    const createdAt = this.#now();
    const batch: Batch = {
      ...traits,
      id: this.#jobs.nextId("751"),
      createdAt,
      doneAt: createdAt + settings.bulkJobSeconds * 1000,
      failure: fails ? "InternalServerError : Retried more than fifteen times" : traits.failure,
    };
    job.batches.push(batch);
    return batch;
  }

  state(job: BatchJob, batch: Batch): BatchState {
    if (batch.split || (job.state === "Aborted" && job.changedAt < batch.doneAt)) return "NotProcessed";
    const now = this.#now();
    if (now >= batch.doneAt) return batch.failure === undefined ? "Completed" : "Failed";
    return now >= batch.createdAt + (batch.doneAt - batch.createdAt) / 3 ? "InProgress" : "Queued";
  }

  end(job: BatchJob, state: "Closed" | "Aborted"): void {
    job.state = state;
    job.changedAt = this.#now();
  }
}
