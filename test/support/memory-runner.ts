import { AppError } from "../../src/core/errors.ts";
import type { JobProgress, RuleProblem, StoredJob, SyncBackend } from "../../src/jobs/ports.ts";
import { toReport, SyncStatistics, type RunReport } from "../../src/sync/report.ts";

/** What a run in memory is told to end with. */
export class RunFailure extends AppError {
  override readonly code = "run_failure";
}

/** A run that a test ends. */
export interface ControlledRun {
  readonly job: StoredJob;
  readonly progress: JobProgress;
  readonly signal: AbortSignal;
  /** Ends it: completed, or with an error in its report. */
  end(error?: string): void;
  /** Ends it by an exception. */
  fail(error: Error): void;
}

/** Syncs that go on until a test ends them, or until they are told to stop. */
export class MemoryRunner implements SyncBackend {
  readonly runs: ControlledRun[] = [];
  problem: Error | undefined;
  ruleProblems: readonly RuleProblem[] = [];

  check(): Promise<void> {
    return this.problem ? Promise.reject(this.problem) : Promise.resolve();
  }

  validateRules(): Promise<readonly RuleProblem[]> {
    return Promise.resolve(this.ruleProblems);
  }

  run(job: StoredJob, { signal, progress }: { signal: AbortSignal; progress: JobProgress }): Promise<RunReport> {
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(reportOf(job, "canceled", "The work was stopped."));
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
      const end = (error?: string): void =>
        resolve(error === undefined ? reportOf(job, "completed", null) : reportOf(job, "error", error));
      this.runs.push({ job, progress, signal, end, fail: reject });
    });
  }

  count(): Promise<number> {
    return Promise.resolve(7);
  }
}

function reportOf(job: StoredJob, status: RunReport["status"], error: string | null): RunReport {
  return toReport(new SyncStatistics(1), {
    job_id: job.id,
    connector_id: job.snapshot?.connectorId ?? "",
    index_name: job.snapshot?.indexName ?? "",
    type: "full",
    status,
    error,
    startedAt: 0,
    completedAt: 0,
    usage: { calls: 1, bytesRead: 1 },
    peakRssBytes: 1,
  });
}
