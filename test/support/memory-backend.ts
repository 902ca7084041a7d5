import type { EventEmitter } from "node:events";
import type { RuleProblem } from "../../src/connector/rules/basic-rule.ts";
import type { SourceCounts } from "../../src/connector/stored-connector.ts";
import { AppError } from "../../src/core/errors.ts";
import type { StoredJob } from "../../src/jobs/job-store.ts";
import type { SyncBackend } from "../../src/jobs/sync-backend.ts";
import { SyncStatistics, toReport, type ObjectCounts, type RunReport } from "../../src/sync/report.ts";
import type { ServiceEvents } from "../../src/sync/service-events.ts";

/** An injected error of a sync or a store. */
export class RunFailure extends AppError {
  override readonly code = "run_failure";
}

/** A sync that a test ends. */
export interface ControlledRun {
  readonly job: StoredJob;
  readonly counts: SourceCounts;
  readonly signal: AbortSignal;
  /** Reports the counts of an object. */
  progress(object: string, counts: ObjectCounts): void;
  /** Ends it: completed, or with an error in its report. */
  end(error?: string, changes?: Partial<RunReport>): void;
  /** Ends it by throwing. */
  fail(error: Error): void;
}

/** Syncs that run until a test ends them or their signal fires. */
export class MemoryBackend implements SyncBackend {
  readonly runs: ControlledRun[] = [];
  readonly #events: EventEmitter<ServiceEvents>;
  problem: Error | undefined;
  ruleProblems: readonly RuleProblem[] = [];

  constructor(events: EventEmitter<ServiceEvents>) {
    this.#events = events;
  }

  check(): Promise<void> {
    return this.problem ? Promise.reject(this.problem) : Promise.resolve();
  }

  validateRules(): Promise<readonly RuleProblem[]> {
    return Promise.resolve(this.ruleProblems);
  }

  run(job: StoredJob, counts: SourceCounts, signal: AbortSignal): Promise<RunReport> {
    const identity = { jobId: job.id, connectorId: job.snapshot?.connectorId ?? "", indexName: "", type: job.type };
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(reportOf(job, "canceled", "The work was canceled."));
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
      this.runs.push({
        job,
        counts,
        signal,
        progress: (object, counts) => void this.#events.emit("pageRead", identity, { object, counts }),
        end: (error, changes = {}) =>
          resolve({ ...reportOf(job, error === undefined ? "completed" : "error", error ?? null), ...changes }),
        fail: reject,
      });
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
