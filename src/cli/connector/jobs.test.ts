import { describe, expect, it } from "vitest";
import type { StoredJob } from "../../jobs/job-store.ts";
import { jobJson, jobTable } from "./jobs.ts";

const startedAt = Date.parse("2026-03-01T12:00:00.000Z");

const job = (changes: Partial<StoredJob> = {}): StoredJob => ({
  id: "job-1",
  revision: { seqNo: 1, primaryTerm: 1 },
  type: "full",
  status: "completed",
  trigger: "scheduled",
  snapshot: {
    connectorId: "sales",
    indexName: "search-sales",
    serviceType: "salesforce",
    configuration: { client_secret: "open sesame" },
    configurationProblems: [],
    rules: { basic: [], advanced: [], problems: [] },
    pipeline: { name: undefined, extractBinaryContent: true, reduceWhitespace: true, runMlInference: true },
  },
  createdAt: startedAt,
  startedAt,
  completedAt: startedAt + 3_723_000,
  lastSeenAt: startedAt + 3_723_000,
  workerHostname: "vm",
  error: null,
  indexed: 12_000,
  deleted: 3,
  total: 180_000,
  allowDeletes: false,
  metadata: { worker: "w", report: { objects: { Account: { written: 12_000 } } } },
  ...changes,
});

describe("the table of jobs", () => {
  it("shows the type, duration, counts and result of each job", () => {
    const jobs = [
      job({
        id: "job-3",
        status: "canceled",
        trigger: "on_demand",
        startedAt: undefined,
        indexed: 0,
        deleted: 0,
        total: 0,
      }),
      job({ id: "job-2", type: "incremental", status: "error", error: "It\nbroke.", completedAt: startedAt + 65_000 }),
      job(),
    ];

    expect(jobTable(jobs)).toBe(
      [
        "id     type         status     trigger    started                  took  indexed  deleted    total  error",
        "job-3  full         canceled   on_demand  -                           -        0        0        -",
        "job-2  incremental  error      scheduled  2026-03-01T12:00:00Z     1:05   12,000        3  180,000  It broke.",
        "job-1  full         completed  scheduled  2026-03-01T12:00:00Z  1:02:03   12,000        3  180,000",
      ].join("\n"),
    );
  });

  it("counts the time of a running job up to its last heartbeat", () => {
    const running = job({ status: "in_progress", completedAt: undefined, lastSeenAt: startedAt + 7_000 });

    expect(jobTable([running])).toMatch(/in_progress .* 0:07 .* - *$/);
  });

  it("shows no duration if clocks disagree", () => {
    expect(jobTable([job({ completedAt: startedAt - 1 })])).toMatch(/12:00:00Z +- +12,000/);
  });
});

describe("a job as JSON", () => {
  it("has the report of its run, and nothing of its connector's configuration", () => {
    const json = jobJson(job());

    expect(json).toMatchObject({
      job_id: "job-1",
      connector_id: "sales",
      index_name: "search-sales",
      status: "completed",
      started_at: "2026-03-01T12:00:00.000Z",
      total: 180_000,
      report: { objects: { Account: { written: 12_000 } } },
    });
    expect(JSON.stringify(json)).not.toContain("sesame");
  });

  it("has null for unknown values", () => {
    expect(jobJson(job({ snapshot: undefined, metadata: {}, total: undefined, startedAt: undefined }))).toMatchObject({
      connector_id: null,
      index_name: null,
      report: null,
      total: null,
      started_at: null,
    });
  });
});
