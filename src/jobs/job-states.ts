import type { JobStatus } from "../connector/stored-connector.ts";

export const jobEvents = [
  /** A worker starts or resumes the job. */
  "claim",
  /** A person cancels the job. */
  "request_cancel",
  /** The worker has completed the job. */
  "finish",
  /** The worker cannot continue. */
  "fail",
  /** The worker's process stops; another worker will resume the job. */
  "suspend",
  /** The worker has stopped a canceled job. */
  "confirm_cancel",
  /** The worker's heartbeat stopped: its process is assumed dead. */
  "lose_worker",
  /** The connector of the job no longer exists. */
  "lose_connector",
] as const;

/** What can happen to a job. */
export type JobEvent = (typeof jobEvents)[number];

/** An event that the status of a job does not allow. */
export interface RefusedTransition {
  refused: string;
}

type Row = Readonly<Record<JobEvent, JobStatus | "refused">>;

const final: Row = {
  claim: "refused",
  request_cancel: "refused",
  finish: "refused",
  fail: "refused",
  suspend: "refused",
  confirm_cancel: "refused",
  lose_worker: "refused",
  lose_connector: "refused",
};

/** No worker runs the job. */
const waiting: Row = { ...final, claim: "in_progress", request_cancel: "canceled", lose_connector: "error" };

/** Every status with every event; docs/job-states.md explains it. */
const transitions: Readonly<Record<JobStatus, Row>> = {
  pending: waiting,
  in_progress: {
    claim: "refused",
    request_cancel: "canceling",
    finish: "completed",
    fail: "error",
    suspend: "suspended",
    confirm_cancel: "refused",
    lose_worker: "suspended",
    lose_connector: "error",
  },
  suspended: waiting,
  canceling: {
    claim: "refused",
    request_cancel: "canceling",
    finish: "canceled",
    fail: "error",
    suspend: "canceled",
    confirm_cancel: "canceled",
    lose_worker: "canceled",
    lose_connector: "error",
  },
  completed: final,
  error: final,
  canceled: final,
};

/** The status of a job after an event. */
export function nextJobStatus(status: JobStatus, event: JobEvent): JobStatus | RefusedTransition {
  const next = transitions[status][event];
  return next === "refused" ? { refused: `The event ${event} is not allowed for a job that is ${status}.` } : next;
}

/** Whether no event can change the status. */
export function isFinalJobStatus(status: JobStatus): boolean {
  return transitions[status] === final;
}

/** Whether a worker runs the job. */
export function isActiveJobStatus(status: JobStatus): boolean {
  return status === "in_progress" || status === "canceling";
}

/** The end dates that a job gets with a new status. */
export function endDatesOf(status: JobStatus, now: number): { completedAt?: number; canceledAt?: number } {
  return {
    ...(isFinalJobStatus(status) ? { completedAt: now } : {}),
    ...(status === "canceled" ? { canceledAt: now } : {}),
  };
}
