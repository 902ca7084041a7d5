import { describe, expect, it } from "vitest";
import type { RunReport } from "../sync/report.ts";
import { reportedResult } from "./reported-result.ts";

const report = (status: RunReport["status"], error: string | null = null): RunReport => ({
  job_id: "j",
  connector_id: "one",
  index_name: "search-one",
  type: "full",
  status,
  started_at: "",
  completed_at: "",
  objects: {},
  refusals: {},
  held_deletes: [],
  source_counts: {},
  cursors: {},
  salesforce_calls: 0,
  bytes_read: 0,
  bytes_written: 0,
  peak_rss_bytes: 0,
  warnings: [],
  error,
});

const lost = { status: "lost", report: undefined, error: "The job was deleted while it ran." } as const;

describe("the reported result of a sync", () => {
  it("stays completed if the job was lost after that, with a warning", () => {
    expect(reportedResult(report("completed"), lost, false)).toMatchObject({
      status: "completed",
      error: null,
      warnings: ["The job was deleted while it ran."],
    });
  });

  it("is an error with the reason if the job was lost before the sync completed", () => {
    expect(reportedResult(report("canceled", "The work was canceled."), lost, false)).toMatchObject({
      status: "error",
      error: "The job was deleted while it ran.",
    });
  });

  it("stays canceled if the process was stopped and its job could not be told", () => {
    expect(reportedResult(report("canceled"), lost, true)).toMatchObject({
      status: "canceled",
      warnings: ["The job was deleted while it ran."],
    });
  });

  it("is the report of a job that ended as usual", () => {
    const failed = report("error", "Account could not be synced.");

    expect(reportedResult(failed, { status: "error", report: failed, error: failed.error }, false)).toEqual(failed);
    expect(reportedResult(report("canceled"), { status: "canceled", report: undefined, error: null }, false)).toEqual(
      report("canceled"),
    );
  });
});
