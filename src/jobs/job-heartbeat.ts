import type { EventEmitter } from "node:events";
import type { ConnectorStore, Revision } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ObjectCounts } from "../sync/report.ts";
import type { RunEvents, RunIdentity, ServiceEvents } from "../sync/service-events.ts";
import type { JobStore, StoredJob } from "./job-store.ts";

/**
 * Why a run must stop before its end: `taken_over` by another worker; `ended` or released by another process; `no_heartbeat` could be written
 * for so long that others may treat the job as orphaned.
 */
export type StopReason = "cancel" | "taken_over" | "ended" | "no_heartbeat" | "connector_gone" | "job_gone";

export interface JobHeartbeatOptions {
  job: StoredJob;
  /** The version of the job that this worker claimed. */
  claim: { revision: Revision; startedAt: number; worker: string };
  connectors: ConnectorStore;
  jobs: JobStore;
  events: EventEmitter<ServiceEvents>;
  clock: Clock;
  log: Logger;
  intervalMs: number;
  /** Without a heartbeat for this long, other workers may treat the job as orphaned. */
  leaseMs: number;
}

/**
 * The heartbeat of a running job: writes its counts every few seconds and notices changes by others at the same time. Its signal fires when the
 * run must stop.
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

  /** Documents written and deleted so far. */
  get totals(): { indexed: number; deleted: number } {
    let [indexed, deleted] = [0, 0];
    for (const counts of this.#counts.values()) {
      indexed += counts.written;
      deleted += counts.deleted;
    }
    return { indexed, deleted };
  }

  /** Sends heartbeats until `end` is called or the run must stop. */
  async run(): Promise<void> {
    const { clock, intervalMs, leaseMs, log, job, events } = this.#options;
    events.on("pageRead", this.#keepCounts);
    events.on("objectFinished", this.#keepCounts);
    try {
      let lastBeatAt = clock.now();
      while (!this.#isOver()) {
        try {
          await clock.sleep(intervalMs, this.#ended.signal);
          await this.#beat(AbortSignal.any([this.#ended.signal, clock.timeout(leaseMs)]));
          lastBeatAt = clock.now();
        } catch (error) {
          if (this.#isOver()) return;
          if (!(error instanceof CanceledError))
            log.warn("job heartbeat failed", { job_id: job.id, reason: toError(error).message });
          if (clock.now() - lastBeatAt > leaseMs) this.#stop("no_heartbeat");
        }
      }
    } finally {
      events.off("pageRead", this.#keepCounts);
      events.off("objectFinished", this.#keepCounts);
    }
  }

  /** Ends the heartbeat after the run. */
  end(): void {
    this.#ended.abort();
  }

  readonly #keepCounts = ({ jobId }: RunIdentity, { object, counts }: RunEvents["pageRead"]): void => {
    if (jobId === this.#options.job.id) this.#counts.set(object, counts);
  };

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
    if (result === "changed_meanwhile") return this.#checkChange(signal);
    if (result === "gone") {
      this.#stop("job_gone");
      return;
    }
    this.#revision = result.revision;
    if (job.snapshot && !(await connectors.get(job.snapshot.connectorId, signal))) this.#stop("connector_gone");
  }

  /** Someone else changed the job: a person canceled it, or another worker treats it as orphaned. */
  async #checkChange(signal: AbortSignal): Promise<void> {
    const { job, jobs, claim } = this.#options;
    const current = await jobs.get(job.id, signal);
    if (!current) {
      this.#stop("job_gone");
      return;
    }
    const ours = current.startedAt === claim.startedAt && current.metadata["worker"] === claim.worker;
    if (!ours) this.#stop("taken_over");
    else if (current.status === "canceling") this.#stop("cancel");
    else if (current.status === "in_progress") this.#revision = current.revision;
    else this.#stop("ended");
  }

  #stop(reason: StopReason): void {
    this.#reason = reason;
    this.#controller.abort(reason);
  }
}
