/** What state a job is in. The last three are final. */
export const jobStatuses = [
  "pending",
  "in_progress",
  "suspended",
  "canceling",
  "completed",
  "error",
  "canceled",
] as const;

/** What state a job is in. */
export type JobStatus = (typeof jobStatuses)[number];

/** What may happen to a job. */
export const jobEvents = [
  /** A worker takes the job up. */
  "claim",
  /** A person asks for the job to end. */
  "request_cancel",
  /** The worker has done all of the job. */
  "finish",
  /** The worker cannot go on. */
  "fail",
  /** The worker gives the job back, because its process is told to end. */
  "suspend",
  /** The worker has stopped, as it was asked to. */
  "confirm_cancel",
  /** The worker has not been heard of for so long that it is taken for dead. */
  "lose_worker",
  /** The connector that the job belongs to no longer exists. */
  "lose_connector",
] as const;

/** What may happen to a job. */
export type JobEvent = (typeof jobEvents)[number];

/** An event that a job's status does not allow. */
export interface Refusal {
  /** A sentence for the log and for whoever caused the event. */
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

/** Nobody works on the job, and anybody may begin to. */
const waiting: Row = { ...final, claim: "in_progress", request_cancel: "canceled", lose_connector: "error" };

/** Every status with every event. docs/job-states.md shows it, and says why. */
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

/** The status that a job has after an event, or why the event cannot happen to it. */
export function nextJobStatus(status: JobStatus, event: JobEvent): JobStatus | Refusal {
  const next = transitions[status][event];
  return next === "refused" ? { refused: `A job that is ${status} takes no ${event}.` } : next;
}

/** Whether nothing can happen to a job of this status any more. */
export function isFinalJobStatus(status: JobStatus): boolean {
  return transitions[status] === final;
}

/** Whether a worker has a job of this status in its hands. */
export function isActiveJobStatus(status: JobStatus): boolean {
  return status === "in_progress" || status === "canceling";
}

/** The dates that a job gets with its new status: those of its end, if it has ended. */
export function endDatesOf(status: JobStatus, now: number): { completedAt?: number; canceledAt?: number } {
  return {
    ...(isFinalJobStatus(status) ? { completedAt: now } : {}),
    ...(status === "canceled" ? { canceledAt: now } : {}),
  };
}
