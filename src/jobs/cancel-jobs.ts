import { AppError } from "../core/errors.ts";
import { endDatesOf, nextJobStatus } from "./job-states.ts";
import type { JobStore, StoredJob } from "./job-store.ts";

/** The job does not exist or has ended. */
export class JobNotCancelableError extends AppError {
  override readonly code = "job_not_cancelable";
}

export interface CancelContext {
  jobs: JobStore;
  now: () => number;
  signal: AbortSignal;
}

/**
 * Cancels a job and returns its new version: canceled at once if no worker runs it, otherwise canceling.
 * @throws JobNotCancelableError
 */
export async function cancelJob(id: string, { jobs, now, signal }: CancelContext): Promise<StoredJob> {
  for (;;) {
    const job = await jobs.get(id, signal);
    if (!job)
      throw new JobNotCancelableError(`The job ${id} does not exist.`, {
        hint: "salesforce-connector connector jobs lists the jobs.",
      });
    const status = nextJobStatus(job.status, "request_cancel");
    if (typeof status !== "string") throw new JobNotCancelableError(`The job ${id} has ended: it is ${job.status}.`);
    if (status === job.status) return job;
    const at = now();
    const change = { status, cancelationRequestedAt: at, ...endDatesOf(status, at) };
    const result = await jobs.change(id, change, { revision: job.revision, signal });
    // A running job changes every few seconds, and a waiting job may be claimed at this moment.
    if (typeof result !== "string") return { ...job, status };
  }
}

/** Cancels all unfinished jobs of a connector: waiting jobs first, so that none is claimed when a running one ends. */
export async function cancelAllJobs(connectorId: string, context: CancelContext): Promise<StoredJob[]> {
  const { jobs, signal } = context;
  const canceled: StoredJob[] = [];
  for (const statuses of [
    ["pending", "suspended"],
    ["in_progress", "canceling"],
  ] as const) {
    for (const { id } of await jobs.list({ statuses, connectorIds: [connectorId] }, signal)) {
      try {
        canceled.push(await cancelJob(id, context));
      } catch (error) {
        // The job ended meanwhile.
        if (!(error instanceof JobNotCancelableError)) throw error;
      }
    }
  }
  return canceled;
}
