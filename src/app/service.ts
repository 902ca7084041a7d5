import { EventEmitter } from "node:events";
import { randomUUID } from "node:crypto";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { serviceType, type JobType } from "../connector/capabilities.ts";
import { ConnectorReconciler } from "../connectors/connector-reconciler.ts";
import { ConnectorService } from "../connectors/connector-service.ts";
import { JobScheduler } from "../connectors/job-scheduler.ts";
import { afterGrace, stopGrace, systemClock, type Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import { waitForDisk } from "../elasticsearch/client/wait-for-disk.ts";
import { JobRunner } from "../jobs/job-runner.ts";
import { OrphanedJobCleanup } from "../jobs/orphaned-job-cleanup.ts";
import { waitAndRun } from "../jobs/wait-and-run.ts";
import { Worker } from "../jobs/worker.ts";
import type { RunReport } from "../sync/report.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import { registerFileConnector } from "./file-connectors.ts";
import { reportedResult } from "./reported-result.ts";
import { SalesforceSyncBackend } from "./salesforce-sync-backend.ts";
import { ConnectorNotReadyError, findConnector, openStores, type Stores } from "./stored-connectors.ts";

export interface ServiceOptions {
  log: Logger;
  signal: AbortSignal;
  events?: EventEmitter<ServiceEvents>;
  /** Default: the machine's clock. */
  clock?: Clock;
}

const jobHeartbeatMs = 3_000;

/** A worker without a heartbeat for this long stops; other workers treat the job as orphaned somewhat later. */
const leaseMs = 40_000;
const lostAfterMs = 60_000;

/** Files for other services say five minutes, which would be a long wait for an orphaned job. */
const maxCleanupIntervalMs = 20_000;

/** How long a successful check of a configuration stays valid. */
const recheckMs = 300_000;

/** Runs the service until the signal fires. `onPass` is called after each pass of its loops. */
export async function runService(
  config: Config,
  { log, signal, events = newEvents(), clock = systemClock, onPass }: ServiceOptions & { onPass: () => void },
): Promise<void> {
  const waiting = { log, clock, signal };
  await using stores = await waitForDisk(waiting, () => openStores(config, { log, signal, clock }));
  const { connectors, jobs } = stores;
  const ids: string[] = [];
  for (const entry of config.connectors) {
    const exists = await waitForDisk(waiting, () => registerFileConnector(entry, { connectors, log, signal }));
    if (exists) ids.push(entry.connector_id);
  }
  const shared = sharedParts(config, { stores, log, events, signal, clock });
  const { service } = config;
  const reconciler = new ConnectorReconciler({
    ...shared,
    scheduler: new JobScheduler({ connectors, jobs, log }),
    heartbeatMs: service.heartbeat * 1000,
    recheckMs,
  });
  const concurrency = {
    content: service.max_concurrent_content_syncs,
    access_control: service.max_concurrent_access_control_syncs,
  };
  const connectorService = new ConnectorService({
    ...shared,
    selection: { ids, serviceTypes: service.service_types },
    reconciler,
    worker: new Worker({ jobs, log, concurrency, runner: new JobRunner(shared) }),
    cleanup: new OrphanedJobCleanup(shared),
    pollIntervalMs: service.idling * 1000,
    onPass,
    cleanupIntervalMs: Math.min(service.job_cleanup_interval * 1000, maxCleanupIntervalMs),
  });
  await connectorService.run(signal);
}

/** A connector named by a command: in the file, in Kibana, or both. */
export interface NamedConnector {
  id: string;
  entry: ConnectorEntry | undefined;
}

/** Creates the job of one sync, runs it in this process, and returns its report. */
export async function startSyncJob(
  { id, entry }: NamedConnector,
  {
    config,
    type,
    allowDeletes = false,
    log,
    signal,
    events = newEvents(),
    clock = systemClock,
  }: ServiceOptions & { config: Config; type: JobType; allowDeletes?: boolean },
): Promise<RunReport> {
  await using stores = await openStores(config, { log, signal, clock });
  if (entry) await registerFileConnector(entry, { connectors: stores.connectors, log, signal });
  await findConnector(id, stores.connectors, signal);
  const shared = sharedParts(config, { stores, log, events, signal, clock });
  const asked = { type, trigger: "on_demand" as const, at: clock.now(), allowDeletes };
  const job = { id: randomUUID(), connectorId: id, ...asked };
  const result = await waitAndRun(job, {
    ...shared,
    runner: new JobRunner(shared),
    cleanup: new OrphanedJobCleanup(shared),
    signal,
  });
  if (!result)
    throw new ConnectorNotReadyError(`Another sync of the connector ${id} is running.`, {
      hint: "Wait for its end, or cancel it: salesforce-connector connector jobs shows it.",
    });
  if (result.report) return reportedResult(result.report, result, signal.aborted);
  throw new ConnectorNotReadyError(result.error ?? `The sync ended with the status ${result.status}.`);
}

function newEvents(): EventEmitter<ServiceEvents> {
  return new EventEmitter<ServiceEvents>();
}

function sharedParts(
  config: Config,
  { stores, log, events, signal, clock }: Required<ServiceOptions> & { stores: Stores },
) {
  const { connectors, jobs } = stores;
  const backend = new SalesforceSyncBackend({ config, log, events, clock });
  const closing = afterGrace(signal, { graceMs: stopGrace.closeMs, clock });
  const times = { jobHeartbeatMs, leaseMs, lostAfterMs, closing };
  return { connectors, jobs, backend, events, serviceType, clock, log, ...times };
}
