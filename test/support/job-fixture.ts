import { EventEmitter } from "node:events";
import type { JobType } from "../../src/connector/capabilities.ts";
import type { StoredConnector } from "../../src/connector/stored-connector.ts";
import { silentLogger, type Logger } from "../../src/core/logger.ts";
import { JobRunner } from "../../src/jobs/job-runner.ts";
import type { StoredJob } from "../../src/jobs/job-store.ts";
import { OrphanedJobCleanup } from "../../src/jobs/orphaned-job-cleanup.ts";
import type { ServiceEvents } from "../../src/sync/service-events.ts";
import { MemoryBackend } from "./memory-backend.ts";
import { MemoryConnectorStore, MemoryJobStore, newConnector, pendingJob } from "./memory-stores.ts";
import { TestClock } from "./test-clock.ts";

export const serviceType = "salesforce";
export const jobHeartbeatMs = 3_000;
export const leaseMs = 40_000;
export const lostAfterMs = 60_000;

/** Connectors and jobs in memory, the clock, and the backend that runs their syncs. */
export class JobFixture {
  readonly clock = new TestClock();
  readonly events = new EventEmitter<ServiceEvents>();
  readonly connectors = new MemoryConnectorStore();
  readonly jobs = new MemoryJobStore(this.connectors);
  readonly backend = new MemoryBackend(this.events);

  constructor(...connectors: StoredConnector[]) {
    for (const connector of connectors) this.connectors.put(connector);
  }

  readConnector(id = "one"): StoredConnector {
    const found = this.connectors.read(id);
    if (!found) throw new Error(`There is no connector ${id}.`);
    return found;
  }

  readJob(id: string): StoredJob {
    const found = this.jobs.read(id);
    if (!found) throw new Error(`There is no job ${id}.`);
    return found;
  }

  /** Stores a pending job. */
  ask(id: string, { connectorId = "one", type = "full" }: { connectorId?: string; type?: JobType } = {}): StoredJob {
    const connector = this.connectors.read(connectorId) ?? newConnector(connectorId);
    this.jobs.put(pendingJob(connector, { id, type, at: this.clock.now() }));
    return this.readJob(id);
  }

  newJobRunner({ log = silentLogger, closing }: { log?: Logger; closing?: AbortSignal } = {}): JobRunner {
    const { connectors, jobs, backend, events, clock } = this;
    const options = { connectors, jobs, backend, events, clock, log, jobHeartbeatMs, leaseMs };
    return new JobRunner({ ...options, ...(closing ? { closing } : {}) });
  }

  newOrphanedJobCleanup(log: Logger = silentLogger): OrphanedJobCleanup {
    const { connectors, jobs, clock } = this;
    return new OrphanedJobCleanup({ connectors, jobs, serviceType, clock, log, lostAfterMs });
  }
}
