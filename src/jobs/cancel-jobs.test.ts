import { describe, expect, it } from "vitest";
import { cancelJob, JobNotCancelableError } from "./cancel-jobs.ts";
import type { CreatedJob, JobStore, StoredJob } from "./job-store.ts";

type Status = StoredJob["status"];
type Change = Parameters<JobStore["change"]>[1];

const now = 1_000;
const signal = new AbortController().signal;

/** A store with one job, which is changed by others before our changes. */
class OneJob implements JobStore {
  readonly changes: Change[] = [];
  readonly #meanwhile: Status[];
  #status: Status;
  #seqNo = 0;

  constructor(status: Status, meanwhile: Status[] = []) {
    this.#status = status;
    this.#meanwhile = meanwhile;
  }

  get(id: string): Promise<StoredJob | undefined> {
    if (id !== "one") return Promise.resolve(undefined);
    const times = { createdAt: 1, startedAt: undefined, completedAt: undefined, lastSeenAt: undefined };
    const counts = { indexed: 0, deleted: 0, total: undefined, allowDeletes: false, metadata: {} };
    const revision = { seqNo: this.#seqNo, primaryTerm: 1 };
    const rest = { snapshot: undefined, workerHostname: null, error: null, ...times, ...counts };
    return Promise.resolve({ id, revision, type: "full", status: this.#status, trigger: "on_demand", ...rest });
  }

  change(...[, change, { revision }]: Parameters<JobStore["change"]>): ReturnType<JobStore["change"]> {
    const other = this.#meanwhile.shift();
    if (other !== undefined) {
      this.#status = other;
      this.#seqNo++;
    }
    if (revision?.seqNo !== this.#seqNo) return Promise.resolve("changed_meanwhile");
    this.changes.push(change);
    this.#status = change.status ?? this.#status;
    return Promise.resolve({ revision: { seqNo: ++this.#seqNo, primaryTerm: 1 } });
  }

  list(): Promise<StoredJob[]> {
    return Promise.resolve([]);
  }

  create(): Promise<CreatedJob> {
    return Promise.resolve("exists");
  }
}

const cancel = (jobs: JobStore, id = "one") => cancelJob(id, { jobs, now: () => now, signal });

describe("canceling a job", () => {
  it.each(["pending", "suspended"] as const)("ends a job that is %s at once", async (status) => {
    const jobs = new OneJob(status);

    const canceled = await cancel(jobs);

    expect(canceled.status).toBe("canceled");
    expect(jobs.changes).toEqual([
      { status: "canceled", cancelationRequestedAt: now, completedAt: now, canceledAt: now },
    ]);
  });

  it("asks its worker to stop", async () => {
    const jobs = new OneJob("in_progress");

    const canceled = await cancel(jobs);

    expect(canceled.status).toBe("canceling");
    expect(jobs.changes).toEqual([{ status: "canceling", cancelationRequestedAt: now }]);
  });

  it("changes nothing if it is being canceled", async () => {
    const jobs = new OneJob("canceling");

    const canceled = await cancel(jobs);

    expect(canceled.status).toBe("canceling");
    expect(jobs.changes).toEqual([]);
  });

  it("asks the worker that claimed it at the same moment", async () => {
    const jobs = new OneJob("pending", ["in_progress", "in_progress"]);

    const canceled = await cancel(jobs);

    expect(canceled.status).toBe("canceling");
    expect(jobs.changes).toEqual([{ status: "canceling", cancelationRequestedAt: now }]);
  });

  it("refuses a job that has ended or does not exist", async () => {
    await expect(cancel(new OneJob("completed"))).rejects.toThrow("The job one has ended: it is completed.");
    await expect(cancel(new OneJob("in_progress", ["error"]))).rejects.toThrow("The job one has ended: it is error.");
    await expect(cancel(new OneJob("pending"), "other")).rejects.toThrow(JobNotCancelableError);
  });
});
