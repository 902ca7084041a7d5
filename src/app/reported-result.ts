import type { RunResult } from "../jobs/job-runner.ts";
import type { RunReport } from "../sync/report.ts";

/**
 * The report of a sync, with what became of its job. A sync that completed stays completed, and one that was stopped stays canceled, even if
 * its job could not be told; otherwise the reason why the job ended early is the error.
 */
export function reportedResult(report: RunReport, { status, error }: RunResult, stopped: boolean): RunReport {
  if (error === null) return report;
  if (report.status !== "completed" && !stopped) return { ...report, status: "error", error };
  return status === "lost" ? { ...report, warnings: [...report.warnings, error] } : report;
}
