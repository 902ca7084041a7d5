import type { Clock } from "../core/clock.ts";
import { CanceledError, toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ObjectCounts } from "../sync/report.ts";
import type { ConnectorStore, JobProgress, JobStore, Revision, StoredJob } from "./ports.ts";

/** Why a run must stop before its end. */
export type StopReason = "cancel" | "lost" | "connector_gone" | "job_gone";

/** What the pulse of a run needs. */
export interface JobHeartbeatOptions {
  job: StoredJob;
  /** The job as this worker claimed it. */
  claim: { revision: Revision; startedAt: number; worker: string };
  connectors: ConnectorStore;
  jobs: JobStore;
  clock: Clock;
  log: Logger;
  /** How often the counts are written. */
  intervalMs: number;
  /** Without a sign of life for this long, others may take the job for lost. */
  leaseMs: number;
}

/**
 * The sign of life of a run: writes its counts to the job every few seconds, and hears in the same moment when somebody else changed the
 * job. Fires its signal when the run must stop.
 */
export class JobHeartbeat {
  readonly #options: JobHeartbeatOptions;
  readonly #controller = new AbortController();
  readonly #ended = new AbortController();
  readonly #counts = new Map<string, Readonly<ObjectCounts>>();
  #revision: Revision;
  #reason: StopReason | undefined;

  constructor(options: JobHeartbeatOptions) {
    this.#options = options;
    this.#revision = options.claim.revision;
  }

  /** Fires when the run must stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal fired. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Takes the counts of one object; they go on counting. */
  readonly progress: JobProgress = (name, counts) => void this.#counts.set(name, counts);

  /** Documents written and deleted so far. */
  get totals(): { indexed: number; deleted: number } {
    let [indexed, deleted] = [0, 0];
    for (const counts of this.#counts.values()) {
      indexed += counts.written;
      deleted += counts.deleted;
    }
    return { indexed, deleted };
  }

  /** Beats until `end` is called or the run must stop. */
  async run(): Promise<void> {
    const { clock, intervalMs, leaseMs, log, job } = this.#options;
    let heardAt = clock.now();
    while (!this.#isOver()) {
      try {
        await clock.sleep(intervalMs, this.#ended.signal);
        await this.#beat(AbortSignal.any([this.#ended.signal, AbortSignal.timeout(leaseMs)]));
        heardAt = clock.now();
      } catch (error) {
        if (this.#isOver()) return;
        if (!(error instanceof CanceledError))
          log.warn("the job's counts could not be written", { job_id: job.id, reason: toError(error).message });
        if (clock.now() - heardAt > leaseMs) this.#stop("lost");
      }
    }
  }

  /** Ends the beating; the run is over. */
  end(): void {
    this.#ended.abort();
  }

  #isOver(): boolean {
    return this.#ended.signal.aborted || this.#reason !== undefined;
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { job, jobs, connectors, clock } = this.#options;
    const result = await jobs.change(
      job.id,
      { lastSeenAt: clock.now(), ...this.totals },
      { revision: this.#revision, signal },
    );
    if (result === "changed_meanwhile") return this.#look(signal);
    if (result === "gone") {
      this.#stop("job_gone");
      return;
    }
    this.#revision = result.revision;
    if (job.snapshot && !(await connectors.get(job.snapshot.connectorId, signal))) this.#stop("connector_gone");
  }

  /** Somebody else changed the job: a person who wants it to end, or a worker that took it for lost. */
  async #look(signal: AbortSignal): Promise<void> {
    const { job, jobs, claim } = this.#options;
    const current = await jobs.get(job.id, signal);
    if (!current) {
      this.#stop("job_gone");
      return;
    }
    const ours = current.startedAt === claim.startedAt && current.metadata["worker"] === claim.worker;
    if (current.status === "canceling") this.#stop(ours ? "cancel" : "lost");
    else if (current.status === "in_progress" && ours) this.#revision = current.revision;
    else this.#stop("lost");
  }

  #stop(reason: StopReason): void {
    this.#reason = reason;
    this.#controller.abort(reason);
  }
}
