import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/logger.ts";
import type { RunReport } from "../sync/report.ts";
import { JobPulse } from "./job-pulse.ts";
import { nextJobState, type JobEvent, type JobStatus } from "./job-states.ts";
import {
  groupOf,
  type ConnectorStore,
  type JobChange,
  type JobProgress,
  type JobStore,
  type JobType,
  type LastSync,
  type NewJob,
  type StoredConnector,
  type StoredJob,
  type SyncRunner,
} from "./ports.ts";

/** What running jobs needs. */
export interface JobRunnerOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  runner: SyncRunner;
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

/** How a run ended. */
interface Outcome {
  event: JobEvent;
  error: string | null;
  report: RunReport | undefined;
}

/** What became of an attempt to run a job: nothing, where another worker has the job or its connector's turn. */
export type RunResult = { status: JobStatus | "lost"; report: RunReport | undefined; error: string | null } | undefined;

/** How long the last words of a run may take. */
const lastWordsMs = 15_000;

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

  /** Runs a waiting job to its end. `signal` asks it to give the job back. */
  async run(job: StoredJob, signal: AbortSignal): Promise<RunResult> {
    const { connectors, clock } = this.#options;
    const { snapshot } = job;
    const connector = snapshot && (await connectors.get(snapshot.connectorId, signal));
    const turn = connector && (await this.#takeTurn(connector, job.type, signal));
    if (!turn) return undefined;
    const claimed = await this.#claim(job, clock.now(), signal);
    if (!claimed) {
      await turn.giveBack();
      return undefined;
    }
    return this.#work(claimed, signal);
  }

  /** Makes a job and runs it at once, in this process. The turn comes first, so that no other worker gets the job. */
  async runNow(job: NewJob, signal: AbortSignal): Promise<RunResult> {
    const { jobs, clock } = this.#options;
    const turn = await this.#takeTurn(job.connector, job.type, signal);
    if (!turn) return undefined;
    await jobs.create(job, signal);
    const made = await jobs.get(job.id, signal);
    const claimed = made && (await this.#claim(made, clock.now(), signal));
    if (claimed) return this.#work(claimed, signal);
    await turn.giveBack();
    return undefined;
  }

  /** One sync of a group at a time: whoever writes that it is in progress has the turn. */
  async #takeTurn(
    connector: StoredConnector,
    type: JobType,
    signal: AbortSignal,
  ): Promise<{ giveBack: () => Promise<void> } | undefined> {
    const { connectors } = this.#options;
    const group = groupOf(type);
    const before: LastSync = connector.lastSync[group];
    if (before.status === "in_progress" || before.status === "canceling") return undefined;
    const result = await connectors.change(
      connector.id,
      { lastSync: { group, status: "in_progress", error: null } },
      { revision: connector.revision, signal },
    );
    if (typeof result === "string") return undefined;
    const { revision } = result;
    return {
      giveBack: async () => {
        await connectors.change(connector.id, { lastSync: { group, ...before } }, { revision, signal });
      },
    };
  }

  async #claim(job: StoredJob, startedAt: number, signal: AbortSignal): Promise<ClaimedJob | undefined> {
    const next = nextJobState(job.status, "claim");
    if (typeof next !== "string") return undefined;
    const metadata = { ...job.metadata, worker: this.#worker };
    const result = await this.#options.jobs.change(
      job.id,
      { status: next, startedAt, lastSeenAt: startedAt, workerHostname: hostname(), error: null, metadata },
      { revision: job.revision, signal },
    );
    return typeof result === "string" ? undefined : { ...job, status: next, startedAt, metadata, ...result };
  }

  async #work(job: ClaimedJob, signal: AbortSignal): Promise<RunResult> {
    const { connectors, jobs, clock, pulseMs, leaseMs } = this.#options;
    const log = this.#options.log.child({ connector_id: job.snapshot?.connectorId, job_id: job.id });
    log.info("job is taken up", { type: job.type, trigger: job.trigger });
    const claim = { revision: job.revision, startedAt: job.startedAt, worker: this.#worker };
    const pulse = new JobPulse({ job, claim, connectors, jobs, clock, log, intervalMs: pulseMs, leaseMs });
    const beating = pulse.run();
    const outcome = await this.#sync(job, pulse, signal);
    pulse.end();
    await beating;
    if (!outcome) {
      log.warn("job was lost to another worker, or is gone; its end is not ours to write", { reason: pulse.reason });
      return {
        status: "lost",
        report: undefined,
        error: "Another worker has taken the job over, or the job was deleted.",
      };
    }
    const status = await this.#end(job, { ...pulse.totals, outcome, log });
    return { status, report: outcome.report, error: outcome.error };
  }

  /** Runs the sync and says what happened to the job; nothing where the job is no longer this worker's. */
  async #sync(job: StoredJob, pulse: JobPulse, signal: AbortSignal): Promise<Outcome | undefined> {
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
      return { event: "lose_connector", error: "The connector was deleted while the job ran.", report };
    if (report?.status === "completed") return { event: "finish", error: null, report };
    if (pulse.reason === "cancel") return { event: "confirm_cancel", error: null, report };
    if (signal.aborted) return { event: "suspend", error: null, report };
    return { event: "fail", error: error ?? "The sync ended before its time.", report };
  }

  /** Writes how the job ended on the job and on its connector. */
  async #end(
    job: StoredJob,
    { indexed, deleted, outcome, log }: { indexed: number; deleted: number; outcome: Outcome; log: Logger },
  ): Promise<JobStatus | "lost"> {
    const { clock, runner } = this.#options;
    const signal = AbortSignal.timeout(lastWordsMs);
    const total = outcome.report ? await runner.count(job, signal).catch(() => undefined) : undefined;
    const counts = { indexed, deleted, ...(total === undefined ? {} : { total }) };
    const status = await this.#endJob(job, { outcome, counts, signal });
    if (status === undefined) {
      log.warn("the end of the job could not be written, because somebody else ended it");
      return "lost";
    }
    await this.#endTurn(job, { status, error: outcome.error, indexed, deleted, at: clock.now(), signal });
    log.info("job ended", { status, ...counts, ...(outcome.error === null ? {} : { reason: outcome.error }) });
    return status;
  }

  async #endJob(
    job: StoredJob,
    { outcome, counts, signal }: { outcome: Outcome; counts: JobChange; signal: AbortSignal },
  ): Promise<JobStatus | undefined> {
    const { jobs, clock } = this.#options;
    for (;;) {
      const current = await jobs.get(job.id, signal);
      if (!current || current.startedAt !== job.startedAt || current.metadata["worker"] !== this.#worker)
        return undefined;
      const status = nextJobState(current.status, outcome.event);
      if (typeof status !== "string") return undefined;
      const now = clock.now();
      const change: JobChange = {
        status,
        lastSeenAt: now,
        error: status === "error" ? outcome.error : null,
        ...(status === "suspended" ? {} : { completedAt: now }),
        ...(status === "canceled" ? { canceledAt: now } : {}),
        ...counts,
        ...(outcome.report
          ? { volume: outcome.report.bytes_written, metadata: toMetadata(current, outcome.report) }
          : {}),
      };
      const result = await jobs.change(job.id, change, { revision: current.revision, signal });
      if (result === "gone") return undefined;
      if (result !== "changed_meanwhile") return status;
    }
  }

  async #endTurn(
    { type, snapshot }: StoredJob,
    end: { status: JobStatus; error: string | null; indexed: number; deleted: number; at: number; signal: AbortSignal },
  ): Promise<void> {
    const { status, error, indexed, deleted, at, signal } = end;
    if (!snapshot) return;
    const group = groupOf(type);
    const standing = standingAfter(status, error);
    await this.#options.connectors.change(
      snapshot.connectorId,
      {
        lastSync: { group, status, error: status === "error" ? error : null },
        ...(status === "suspended" ? {} : { synced: { at, indexed, deleted } }),
        ...(group === "content" ? standing : {}),
      },
      { signal },
    );
  }
}

/** What a finished sync says about its connector. One that was stopped says nothing. */
function standingAfter(status: JobStatus, error: string | null) {
  if (status === "completed") return { state: "connected", error: null } as const;
  return status === "error" ? ({ state: "error", error } as const) : {};
}

function toMetadata({ metadata }: StoredJob, report: RunReport): JsonObject {
  const { objects, warnings, refusals, salesforce_calls, bytes_read, type } = report;
  const plain = JSON.parse(JSON.stringify({ objects, warnings, refusals, salesforce_calls, bytes_read })) as JsonObject;
  return { ...metadata, ran_as: type, report: plain };
}
