import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/logger.ts";
import type { RunReport } from "../sync/report.ts";
import { SyncLock } from "./sync-lock.ts";
import { JobHeartbeat } from "./job-heartbeat.ts";
import { endDatesOf, nextJobStatus, type JobEvent, type JobStatus } from "./job-states.ts";
import type {
  ConnectorStore,
  JobChange,
  JobProgress,
  JobStore,
  JobType,
  NewJob,
  StoredConnector,
  StoredJob,
  SyncBackend,
} from "./ports.ts";

/** What running jobs needs. */
export interface JobRunnerOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  runner: SyncBackend;
  clock: Clock;
  log: Logger;
  /** How often a running job's counts are written. */
  pulseMs: number;
  leaseMs: number;
  /** Told of each run's progress as well. */
  onProgress?: JobProgress;
}

/** A job that this worker runs. */
interface ClaimedJob extends StoredJob {
  startedAt: number;
}

/** What asks a run to stop, and what that means for its job. */
interface Stop {
  signal: AbortSignal;
  stopEvents: readonly JobEvent[];
}

/** How a run ended. */
interface Outcome {
  /** What happened to the job, one after the other. */
  events: readonly JobEvent[];
  error: string | null;
  report: RunReport | undefined;
}

/** What became of a job that this worker ran. */
export interface RunResult {
  status: JobStatus | "lost";
  report: RunReport | undefined;
  error: string | null;
}

/** How long taking a job, and the last words of a run, may take: less than it takes others to think that nobody has the job. */
const jobWriteTimeoutMs = 30_000;

/** How long counting the documents may take; a number is not worth the end of a job. */
const countMs = 5_000;

/**
 * Runs one job, if this worker gets it: takes the connector's turn and the job, both only as they were seen, so that of several workers one
 * wins; syncs; and writes how it ended.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  /** Names this process; two services may share a host name. */
  readonly #worker = randomUUID();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Takes a waiting job up, if this worker gets it; what comes back runs it to its end. `signal` asks to give the job back. */
  async take(job: StoredJob, signal: AbortSignal): Promise<(() => Promise<RunResult>) | undefined> {
    const { connectors } = this.#options;
    const { snapshot } = job;
    const connector = snapshot && (await connectors.get(snapshot.connectorId, signal));
    const turn = connector && (await this.#takeTurn(connector, job.type));
    return turn && this.#takeJob(job, turn, { signal, stopEvents: ["suspend"] });
  }

  /**
   * Makes a job and runs it at once, in this process. The turn comes first, so that no other worker gets the job. Whoever stops it wanted
   * it now, so that nobody else goes on with it.
   */
  async claimAndRun(job: NewJob, signal: AbortSignal): Promise<RunResult | undefined> {
    const turn = await this.#takeTurn(job.connector, job.type);
    if (!turn) return undefined;
    const made = await this.#make(job, turn);
    const work =
      made && (await this.#takeJob(made, turn, { signal, stopEvents: ["request_cancel", "confirm_cancel"] }));
    return work && (await work());
  }

  /** Whoever begins to take something sees it through: what was written and not heard of would belong to nobody. */
  #takeTurn(connector: StoredConnector, type: JobType): Promise<SyncLock | undefined> {
    return SyncLock.take(connector, type, { ...this.#options, signal: AbortSignal.timeout(jobWriteTimeoutMs) });
  }

  async #make(job: NewJob, turn: SyncLock): Promise<StoredJob | undefined> {
    const { jobs } = this.#options;
    let made: StoredJob | undefined;
    try {
      await jobs.create(job, AbortSignal.timeout(jobWriteTimeoutMs));
      made = await jobs.get(job.id, AbortSignal.timeout(jobWriteTimeoutMs));
    } finally {
      if (!made) await turn.release(AbortSignal.timeout(jobWriteTimeoutMs));
    }
    return made;
  }

  async #takeJob(job: StoredJob, turn: SyncLock, stop: Stop): Promise<(() => Promise<RunResult>) | undefined> {
    let claimed: ClaimedJob | undefined;
    try {
      claimed = await this.#claim(job, this.#options.clock.now());
    } finally {
      if (!claimed) await turn.release(AbortSignal.timeout(jobWriteTimeoutMs));
    }
    return claimed && (() => this.#work(claimed, turn, stop));
  }

  async #claim(job: StoredJob, startedAt: number): Promise<ClaimedJob | undefined> {
    const { jobs } = this.#options;
    const signal = AbortSignal.timeout(jobWriteTimeoutMs);
    const next = nextJobStatus(job.status, "claim");
    if (typeof next !== "string") return undefined;
    const metadata = { ...job.metadata, worker: this.#worker };
    const result = await jobs.change(
      job.id,
      { status: next, startedAt, lastSeenAt: startedAt, workerHostname: hostname(), error: null, metadata },
      { revision: job.revision, signal },
    );
    if (typeof result !== "string") return { ...job, status: next, startedAt, metadata, ...result };
    // The answer to our own claim may have been lost, and its repetition refused.
    const current = result === "changed_meanwhile" ? await jobs.get(job.id, signal) : undefined;
    return current && this.#isOurs(current, startedAt) ? { ...current, startedAt } : undefined;
  }

  #isOurs({ startedAt, metadata }: StoredJob, claimedAt: number | undefined): boolean {
    return startedAt === claimedAt && metadata["worker"] === this.#worker;
  }

  async #work(job: ClaimedJob, turn: SyncLock, stop: Stop): Promise<RunResult> {
    const { connectors, jobs, clock, pulseMs, leaseMs } = this.#options;
    const log = this.#options.log.child({ connector_id: job.snapshot?.connectorId, job_id: job.id });
    log.info("job is taken up", { type: job.type, trigger: job.trigger });
    const claim = { revision: job.revision, startedAt: job.startedAt, worker: this.#worker };
    const pulse = new JobHeartbeat({ job, claim, connectors, jobs, clock, log, intervalMs: pulseMs, leaseMs });
    const beating = pulse.run();
    const outcome = await this.#sync(job, pulse, stop);
    pulse.end();
    await beating;
    if (!outcome) {
      // Whoever took the job over has the turn as well; of a job that was deleted, nobody has.
      if (pulse.reason === "job_gone") await turn.release(AbortSignal.timeout(jobWriteTimeoutMs));
      log.warn("job was lost to another worker, or is gone; its end is not ours to write", { reason: pulse.reason });
      return {
        status: "lost",
        report: undefined,
        error: "Another worker has taken the job over, or the job was deleted.",
      };
    }
    const status = await this.#end(job, { ...pulse.totals, turn, outcome, log });
    return { status, report: outcome.report, error: outcome.error };
  }

  /** Runs the sync and says what happened to the job; nothing where the job is no longer this worker's. */
  async #sync(job: StoredJob, pulse: JobHeartbeat, { signal, stopEvents }: Stop): Promise<Outcome | undefined> {
    let report: RunReport | undefined;
    let error: string | null = null;
    try {
      const both = AbortSignal.any([signal, pulse.signal]);
      const { runner, onProgress } = this.#options;
      report = await runner.run(job, {
        signal: both,
        progress: (name, counts, finished) => {
          pulse.progress(name, counts, finished);
          onProgress?.(name, counts, finished);
        },
      });
      error = report.error;
    } catch (thrown) {
      error = describeError(thrown);
    }
    if (pulse.reason === "lost" || pulse.reason === "job_gone") return undefined;
    if (pulse.reason === "connector_gone")
      return { events: ["lose_connector"], error: "The connector was deleted while the job ran.", report };
    if (report?.status === "completed") return { events: ["finish"], error: null, report };
    if (pulse.reason === "cancel") return { events: ["confirm_cancel"], error: null, report };
    if (signal.aborted) return { events: stopEvents, error: null, report };
    return { events: ["fail"], error: error ?? "The sync ended before its time.", report };
  }

  /** Writes how the job ended on the job and on its connector. */
  async #end(
    job: StoredJob,
    {
      indexed,
      deleted,
      turn,
      outcome,
      log,
    }: { indexed: number; deleted: number; turn: SyncLock; outcome: Outcome; log: Logger },
  ): Promise<JobStatus | "lost"> {
    const { clock, runner } = this.#options;
    const counting = AbortSignal.timeout(countMs);
    const total = outcome.report ? await runner.count(job, counting).catch(() => undefined) : undefined;
    const signal = AbortSignal.timeout(jobWriteTimeoutMs);
    const counts = { indexed, deleted, ...(total === undefined ? {} : { total }) };
    const status = await this.#endJob(job, { outcome, counts, signal });
    if (status === undefined) {
      log.warn("the end of the job could not be written, because somebody else ended it");
      return "lost";
    }
    await turn.end({ status, error: outcome.error, indexed, deleted, at: clock.now() }, signal);
    log.info("job ended", { status, ...counts, ...(outcome.error === null ? {} : { reason: outcome.error }) });
    return status;
  }

  async #endJob(
    job: StoredJob,
    { outcome, counts, signal }: { outcome: Outcome; counts: JobChange; signal: AbortSignal },
  ): Promise<JobStatus | undefined> {
    const { jobs, clock } = this.#options;
    let tried: JobChange | undefined;
    for (;;) {
      const current = await jobs.get(job.id, signal);
      if (!current || !this.#isOurs(current, job.startedAt)) return undefined;
      // Our own change may have been made although its answer was lost.
      if (current.status === tried?.status && current.lastSeenAt === tried.lastSeenAt) return current.status;
      const status = stateAfter(current.status, outcome.events);
      if (status === undefined) return undefined;
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
      tried = change;
      const result = await jobs.change(job.id, change, { revision: current.revision, signal });
      if (result === "gone") return undefined;
      if (result !== "changed_meanwhile") return status;
    }
  }
}

/** The state after some events; nothing where one of them is refused. */
function stateAfter(status: JobStatus, events: readonly JobEvent[]): JobStatus | undefined {
  let current = status;
  for (const event of events) {
    const next = nextJobStatus(current, event);
    if (typeof next !== "string") return undefined;
    current = next;
  }
  return current;
}

function toMetadata({ metadata }: StoredJob, report: RunReport): JsonObject {
  const { objects, warnings, refusals, salesforce_calls, bytes_read, type } = report;
  const plain = JSON.parse(JSON.stringify({ objects, warnings, refusals, salesforce_calls, bytes_read })) as JsonObject;
  return { ...metadata, ran_as: type, report: plain };
}
