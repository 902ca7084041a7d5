import { CanceledError, describeError, toError } from "../core/errors.ts";
import { SyncStatistics, toReport, type RunReport } from "./report.ts";
import type { SyncRequest } from "./run-context.ts";

/** Runs the work of one sync from its start to its report. Server errors are reported, not thrown. */
export async function runSync(
  request: Pick<SyncRequest, "run" | "clock" | "log" | "emit" | "source" | "refusalsKept" | "peakRssBytes">,
  work: (statistics: SyncStatistics) => Promise<void>,
): Promise<RunReport> {
  const { run, clock, log, emit } = request;
  const startedAt = clock.now();
  const statistics = new SyncStatistics(request.refusalsKept);
  log.info("sync started", { type: run.type });
  emit("syncStarted", { startedAt });
  const error = await attempt(() => work(statistics));
  const report = toReport(statistics, {
    job_id: run.jobId,
    connector_id: run.connectorId,
    index_name: run.indexName,
    type: run.type,
    status: error === undefined ? "completed" : error instanceof CanceledError ? "canceled" : "error",
    error: error === undefined ? null : describeError(error),
    startedAt,
    completedAt: clock.now(),
    usage: request.source.usage,
    peakRssBytes: request.peakRssBytes(),
  });
  if (report.status === "error") log.error("sync failed", { error });
  else log.info("sync finished", { status: report.status, salesforce_calls: report.salesforce_calls });
  emit("syncFinished", { report });
  return report;
}

/** The time for the last refresh of the index, after everything was written. */
const refreshTimeoutMs = 60_000;

/** Waits until what is queued is written, and makes it visible to searches; also after a cancellation. */
export async function finishWriting({ index, clock }: Pick<SyncRequest, "index" | "clock">): Promise<void> {
  await index.flush();
  await index.refresh(clock.timeout(refreshTimeoutMs));
}

/** The error with which the work failed. */
export async function attempt(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toError(error);
  }
}
