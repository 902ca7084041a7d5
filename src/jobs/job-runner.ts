import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import { hostname } from "node:os";
import type { JobType } from "../connector/capabilities.ts";
import type { ConnectorStore, JobStatus, SourceCounts, StoredConnector } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/logger.ts";
import type { RunReport } from "../sync/report.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import { JobHeartbeat } from "./job-heartbeat.ts";
import { endDatesOf, nextJobStatus, type JobEvent } from "./job-states.ts";
import type { JobChange, JobStore, NewJob, StoredJob } from "./job-store.ts";
import { describeLoss, type Loss } from "./lost-job.ts";
import type { SyncBackend } from "./sync-backend.ts";
import { SyncLock } from "./sync-lock.ts";

export interface JobRunnerOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  backend: SyncBackend;
  events: EventEmitter<ServiceEvents>;
  clock: Clock;
  log: Logger;
  jobHeartbeatMs: number;
  leaseMs: number;
  /** Ends the last writes after the process was told to stop. */
  closing?: AbortSignal;
}

/** A job that this worker runs. */
interface ClaimedJob extends StoredJob {
  startedAt: number;
}

/** A signal that stops a run, the events that the job then gets, and its event if its heartbeat could not be written. */
interface Stop {
  signal: AbortSignal;
  events: readonly JobEvent[];
  withoutHeartbeat: JobEvent;
}

/** How a run ended. */
interface Outcome {
  events: readonly JobEvent[];
  error: string | null;
  report: RunReport | undefined;
}

/** The result of a job that this worker ran. */
export interface RunResult {
  /** `lost` if the result could not be written to the job; the report tells whether the sync itself completed. */
  status: JobStatus | "lost";
  report: RunReport | undefined;
  error: string | null;
}

/** Time for claiming a job and for writing its end: less than other workers wait before they treat the job as orphaned. */
const jobWriteTimeoutMs = 30_000;

/** Time for counting the documents at the end: enough for a restart of Elasticsearch. The count is optional. */
const countTimeoutMs = 20_000;

/**
 * Runs one job: acquires the connector's sync lock, claims the job, runs the sync, and writes the result. Lock and claim use optimistic
 * concurrency control, so that of several workers one succeeds.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  /** Identifies this process; several services may share a host name. */
  readonly #worker = randomUUID();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Claims a waiting job. Returns a function that runs it, or undefined if another worker has it. The signal suspends the job. */
  async claim(job: StoredJob, signal: AbortSignal): Promise<(() => Promise<RunResult>) | undefined> {
    const { connectors } = this.#options;
    const { snapshot } = job;
    const connector = snapshot && (await connectors.get(snapshot.connectorId, signal));
    const lock = connector && (await this.#lock(connector, job.type));
    return lock && this.#claimLocked(job, lock, { signal, events: ["suspend"], withoutHeartbeat: "suspend" });
  }

  /**
   * Creates a job and runs it at once in this process. The lock comes first, so that no other worker claims the job. The signal cancels the job.
   * Returns undefined if another job holds the lock.
   */
  async claimAndRun(job: NewJob, signal: AbortSignal): Promise<RunResult | undefined> {
    const connector = await this.#options.connectors.get(job.connectorId, signal);
    const lock = connector && (await this.#lock(connector, job.type));
    if (!lock) return undefined;
    const created = await this.#create(job, lock);
    const events = ["request_cancel", "confirm_cancel"] as const;
    const run = created && (await this.#claimLocked(created, lock, { signal, events, withoutHeartbeat: "fail" }));
    return run && (await run());
  }

  /** A claim is not canceled halfway: a write without its response would leave a lock without an owner. */
  #timeout(ms = jobWriteTimeoutMs): AbortSignal {
    const { clock, closing } = this.#options;
    return closing ? AbortSignal.any([clock.timeout(ms), closing]) : clock.timeout(ms);
  }

  #lock(connector: StoredConnector, type: JobType): Promise<SyncLock | undefined> {
    return SyncLock.acquire(connector, type, { ...this.#options, signal: this.#timeout() });
  }

  async #create(job: NewJob, lock: SyncLock): Promise<StoredJob | undefined> {
    const { jobs } = this.#options;
    let created: StoredJob | undefined;
    try {
      await jobs.create(job, this.#timeout());
      created = await jobs.get(job.id, this.#timeout());
    } finally {
      if (!created) await lock.release(this.#timeout());
    }
    return created;
  }

  async #claimLocked(job: StoredJob, lock: SyncLock, stop: Stop): Promise<(() => Promise<RunResult>) | undefined> {
    let claimed: ClaimedJob | undefined;
    try {
      claimed = await this.#writeClaim(job, this.#options.clock.now());
    } finally {
      if (!claimed) await lock.release(this.#timeout());
    }
    return claimed && (() => this.#run(claimed, lock, stop));
  }

  async #writeClaim(job: StoredJob, startedAt: number): Promise<ClaimedJob | undefined> {
    const { jobs } = this.#options;
    const signal = this.#timeout();
    const next = nextJobStatus(job.status, "claim");
    if (typeof next !== "string") return undefined;
    const metadata = { ...job.metadata, worker: this.#worker };
    const result = await jobs.change(
      job.id,
      { status: next, startedAt, lastSeenAt: startedAt, workerHostname: hostname(), error: null, metadata },
      { revision: job.revision, signal },
    );
    if (typeof result !== "string") return { ...job, status: next, startedAt, metadata, ...result };
    // The response to our own claim may have been lost, and its retry refused.
    const current = result === "changed_meanwhile" ? await jobs.get(job.id, signal) : undefined;
    return current && this.#isOurs(current, startedAt) ? { ...current, startedAt } : undefined;
  }

  #isOurs({ startedAt, metadata }: StoredJob, claimedAt: number | undefined): boolean {
    return startedAt === claimedAt && metadata["worker"] === this.#worker;
  }

  async #run(job: ClaimedJob, lock: SyncLock, stop: Stop): Promise<RunResult> {
    const { connectors, jobs, events, clock, jobHeartbeatMs, leaseMs } = this.#options;
    const log = this.#options.log.child({ connector_id: job.snapshot?.connectorId, job_id: job.id });
    log.info("job claimed", { type: job.type, trigger: job.trigger });
    const claim = { revision: job.revision, startedAt: job.startedAt, worker: this.#worker };
    const stores = { connectors, jobs, events, clock, log };
    const heartbeat = new JobHeartbeat({ job, claim, ...stores, intervalMs: jobHeartbeatMs, leaseMs });
    const beating = heartbeat.run();
    const outcome = await this.#sync(job, { heartbeat, stop, counts: lock.counts });
    heartbeat.end();
    await beating;
    const { report, error } = outcome;
    try {
      const ended = await this.#finish(job, { ...heartbeat.totals, lock, outcome, log });
      if ("status" in ended) return { status: ended.status, report, error };
      // A worker that took the job over holds the lock as well. If the job was deleted, no one does.
      if (ended.loss === "job_gone") await lock.release(this.#timeout());
      log.warn("job lost", { reason: ended.loss });
      return { status: "lost", report, error: describeLoss(ended.loss) };
    } catch (thrown) {
      log.warn("the result of the job could not be written", { reason: describeError(thrown) });
      return { status: "lost", report, error: describeLoss("unreachable", describeError(thrown)) };
    }
  }

  async #sync(
    job: StoredJob,
    { heartbeat, stop, counts }: { heartbeat: JobHeartbeat; stop: Stop; counts: SourceCounts },
  ): Promise<Outcome> {
    let report: RunReport | undefined;
    let error: string | null = null;
    try {
      report = await this.#options.backend.run(job, counts, AbortSignal.any([stop.signal, heartbeat.signal]));
      error = report.error;
    } catch (thrown) {
      error = describeError(thrown);
    }
    const { reason } = heartbeat;
    if (reason === "connector_gone")
      return { events: ["lose_connector"], error: "The connector was deleted while the job ran.", report };
    if (report?.status === "completed") return { events: ["finish"], error: null, report };
    if (reason === "cancel") return { events: ["confirm_cancel"], error: null, report };
    if (stop.signal.aborted) return { events: stop.events, error: null, report };
    if (reason === "no_heartbeat") {
      const seconds = Math.round(this.#options.leaseMs / 1000);
      const text = `The sync was stopped: its heartbeat could not be written for ${seconds} s, and then another worker may run the job. Check the connection to Elasticsearch.`;
      return { events: [stop.withoutHeartbeat], error: text, report };
    }
    return { events: ["fail"], error: error ?? "The sync ended early.", report };
  }

  /** Writes the result to the job and to its connector. */
  async #finish(
    job: StoredJob,
    {
      indexed,
      deleted,
      lock,
      outcome,
      log,
    }: { indexed: number; deleted: number; lock: SyncLock; outcome: Outcome; log: Logger },
  ): Promise<{ status: JobStatus } | { loss: Loss }> {
    const { clock, backend } = this.#options;
    const { report, error } = outcome;
    const counted = report ? backend.count(job, this.#timeout(countTimeoutMs)) : undefined;
    const total = await counted?.catch(() => undefined);
    const signal = this.#timeout();
    const counts = { indexed, deleted, ...(total === undefined ? {} : { total }) };
    const ended = await this.#finishJob(job, { outcome, counts, signal });
    if ("loss" in ended) return ended;
    const { status } = ended;
    const progress = report && {
      objects: Object.keys(report.objects),
      cursors: report.cursors,
      counts: report.source_counts,
    };
    const expiresAt = report?.permissions_expire_at;
    const permissionsExpireAt = typeof expiresAt === "string" ? Date.parse(expiresAt) : expiresAt;
    try {
      await lock.finish({ status, error, indexed, deleted, at: clock.now(), progress, permissionsExpireAt }, signal);
    } catch (thrown) {
      // The job has ended. The lock is released as orphaned.
      log.warn("the result of the job could not be written to its connector", { reason: describeError(thrown) });
    }
    log.info("job finished", { status, ...counts, ...(error === null ? {} : { reason: error }) });
    return ended;
  }

  async #finishJob(
    job: StoredJob,
    { outcome, counts, signal }: { outcome: Outcome; counts: JobChange; signal: AbortSignal },
  ): Promise<{ status: JobStatus } | { loss: Loss }> {
    const { jobs, clock } = this.#options;
    let attempted: JobChange | undefined;
    for (;;) {
      const current = await jobs.get(job.id, signal);
      if (!current) return { loss: "job_gone" };
      if (!this.#isOurs(current, job.startedAt)) return { loss: "taken_over" };
      // Our own change may have succeeded although its response was lost.
      if (current.status === attempted?.status && current.lastSeenAt === attempted.lastSeenAt)
        return { status: current.status };
      const status = statusAfter(current.status, outcome.events);
      if (status === undefined) return { loss: "ended" };
      const now = clock.now();
      const change: JobChange = {
        status,
        lastSeenAt: now,
        error: status === "error" ? outcome.error : null,
        ...endDatesOf(status, now),
        ...counts,
        ...(outcome.report
          ? { volume: outcome.report.bytes_written, metadata: toMetadata(current, outcome.report) }
          : {}),
      };
      attempted = change;
      const result = await jobs.change(job.id, change, { revision: current.revision, signal });
      if (result === "gone") return { loss: "job_gone" };
      if (result !== "changed_meanwhile") return { status };
    }
  }
}

/** The status after some events; undefined if one of them is refused. */
function statusAfter(status: JobStatus, events: readonly JobEvent[]): JobStatus | undefined {
  let current = status;
  for (const event of events) {
    const next = nextJobStatus(current, event);
    if (typeof next !== "string") return undefined;
    current = next;
  }
  return current;
}

function toMetadata({ metadata }: StoredJob, report: RunReport): JsonObject {
  const { objects, warnings, refusals, held_deletes, salesforce_calls, bytes_read, permissions_expire_at, type } =
    report;
  const shown = { objects, warnings, refusals, held_deletes, salesforce_calls, bytes_read, permissions_expire_at };
  const plain = JSON.parse(JSON.stringify(shown)) as JsonObject;
  return { ...metadata, ran_as: type, report: plain };
}
