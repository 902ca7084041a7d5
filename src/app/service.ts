import { randomUUID } from "node:crypto";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { describeConfigurationFields } from "../connector/describe-fields.ts";
import { connectorFeatures, serviceType } from "../connector/capabilities.ts";
import type { CheckResult } from "../core/check-result.ts";
import { closestName } from "../core/closest-name.ts";
import { systemClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { retryDelay, type RetryPolicy } from "../core/retry.ts";
import { checkElasticsearch, waitForElasticsearch } from "../elasticsearch/client/check-elasticsearch.ts";
import { ConnectorDocuments } from "../elasticsearch/protocol/connector-store.ts";
import { JobDocuments } from "../elasticsearch/protocol/job-store.ts";
import { ensureProtocolIndices, refreshProtocolIndices } from "../elasticsearch/protocol/protocol-indices.ts";
import { registerFileConnector } from "./file-connectors.ts";
import { ConnectorService } from "../connectors/connector-service.ts";
import { ConnectorReconciler } from "../connectors/connector-reconciler.ts";
import { JobRunner } from "../jobs/job-runner.ts";
import { JobScheduler } from "../connectors/job-scheduler.ts";
import { OrphanedJobCleanup } from "../jobs/orphaned-job-cleanup.ts";
import type { ConnectorStore, JobStore, JobType, StoredConnector } from "../jobs/ports.ts";
import type { ConnectorKind } from "../connectors/prepare-connector.ts";
import { waitAndRun } from "../jobs/wait-and-run.ts";
import { Worker } from "../jobs/worker.ts";
import { openElasticsearch, openSalesforce, serviceKey, type OpenElasticsearch } from "./open-clients.ts";
import { fromConnector, isConfiguredInFile, toRunnableConnector } from "./sync-settings.ts";
import { checkSalesforce } from "../salesforce/client/check-salesforce.ts";
import { SalesforceSyncBackend } from "./salesforce-sync-backend.ts";
import type { RunReport } from "../sync/report.ts";
import type { ProgressListener } from "../sync/run-context.ts";
import type { WorkContext } from "./execute-sync.ts";

// The composition root: a configuration in, things that work out.

/** There is no such connector or job, or it cannot do what is asked of it now. */
export class ConnectorNotReadyError extends AppError {
  override readonly code = "connector_not_ready";
}

/** A running job's counts are written, and what was asked of it is heard, this often. */
const pulseMs = 3_000;

/** A worker that cannot write to its job for this long stops; others take the job over somewhat later. */
const leaseMs = 40_000;
const lostAfterMs = 60_000;

/** Files made for other services say five minutes, where a job that lost its worker would wait as long. */
const longestSweepMs = 20_000;

/** Syncs of the same configuration that worked are not tried again for this long. */
const recheckMs = 300_000;

/** Somebody waits for the answer. */
export const quickRetry: RetryPolicy = { attempts: 2, baseMs: 500, capMs: 1000, jitter: 0 };

const kind: ConnectorKind = {
  serviceType,
  fields: describeConfigurationFields(),
  features: connectorFeatures,
};

/** The connectors and jobs of a cluster. */
export interface Protocol extends AsyncDisposable {
  connectors: ConnectorStore;
  jobs: JobStore;
  /** Lets lists show what was written until now; else it takes about a second. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** Opens the connectors and jobs of the cluster, and makes their indices where they are missing. */
export async function openProtocol(
  config: Config,
  { log, signal, retry }: WorkContext & { retry?: RetryPolicy },
): Promise<Protocol> {
  const elasticsearch = openElasticsearch(config, { log, apiKey: serviceKey(config), ...(retry ? { retry } : {}) });
  try {
    await ensureProtocolIndices({ ...elasticsearch, signal });
  } catch (error) {
    await elasticsearch[Symbol.asyncDispose]();
    throw error;
  }
  return protocolOf(elasticsearch);
}

function protocolOf(elasticsearch: OpenElasticsearch): Protocol {
  return {
    connectors: new ConnectorDocuments(elasticsearch),
    jobs: new JobDocuments(elasticsearch),
    refresh: (signal) => refreshProtocolIndices({ ...elasticsearch, signal }),
    [Symbol.asyncDispose]: () => elasticsearch[Symbol.asyncDispose](),
  };
}

/** The service: looks after its connectors and runs their jobs, until the signal fires. */
export async function runService(config: Config, { log, signal }: WorkContext): Promise<void> {
  await using protocol = await openProtocol(config, { log, signal });
  const { connectors, jobs } = protocol;
  const ids: string[] = [];
  for (const entry of config.connectors)
    if (await registerFileConnector(entry, { connectors, kind, log, signal })) ids.push(entry.connector_id);
  const runner = new SalesforceSyncBackend(config, log);
  const shared = { connectors, jobs, runner, clock: systemClock, log };
  const { service } = config;
  const scheduler = new JobScheduler({ connectors, jobs, types: ["full", "incremental"], log });
  const connectorService = new ConnectorService({
    ...shared,
    wanted: { ids, serviceTypes: service.service_types },
    serviceType,
    reconciler: new ConnectorReconciler({
      ...shared,
      scheduler,
      kind,
      heartbeatMs: service.heartbeat * 1000,
      recheckMs,
    }),
    worker: new Worker({
      jobs,
      log,
      runner: new JobRunner({ ...shared, pulseMs, leaseMs }),
      atOnce: {
        content: service.max_concurrent_content_syncs,
        access_control: service.max_concurrent_access_control_syncs,
      },
    }),
    sweep: new OrphanedJobCleanup({ ...shared, serviceType, lostAfterMs }),
    idleMs: service.idling * 1000,
    sweepMs: Math.min(service.job_cleanup_interval * 1000, longestSweepMs),
  });
  await connectorService.run(signal);
}

/** A connector that a command names: in the file, in Kibana, or both. */
export interface NamedConnector {
  id: string;
  entry: ConnectorEntry | undefined;
}

/** One sync now, as a job of its own, in this process. */
export async function startSyncJob(
  { id, entry }: NamedConnector,
  { config, type, log, signal, progress }: WorkContext & { config: Config; type: JobType; progress: ProgressListener },
): Promise<RunReport> {
  await using protocol = await openProtocol(config, { log, signal });
  const { connectors, jobs } = protocol;
  if (entry) await registerFileConnector(entry, { connectors, kind, log, signal });
  const connector = await findConnector(id, connectors, signal);
  const runner = new JobRunner({
    connectors,
    jobs,
    runner: new SalesforceSyncBackend(config, log),
    clock: systemClock,
    log,
    pulseMs,
    leaseMs,
    onProgress: progress,
  });
  const job = { id: randomUUID(), connector, type, trigger: "on_demand" as const, at: systemClock.now() };
  const shared = { connectors, jobs, clock: systemClock, log, lostAfterMs };
  const sweep = new OrphanedJobCleanup({ ...shared, serviceType });
  const result = await waitAndRun(job, { ...shared, runner, sweep, signal });
  if (!result)
    throw new ConnectorNotReadyError(`Another sync of the connector ${id} is running.`, {
      hint: "Wait for its end, or cancel it: salesforce-connector connector jobs shows it.",
    });
  if (result.report) return result.report;
  throw new ConnectorNotReadyError(result.error ?? `The sync ended ${result.status}.`);
}

/** A connector as it is stored. */
export async function findConnector(
  id: string,
  connectors: ConnectorStore,
  signal: AbortSignal,
): Promise<StoredConnector> {
  const connector = await connectors.get(id, signal);
  if (connector) return connector;
  const others = await connectors.list({ ids: [], serviceTypes: [serviceType] }, signal);
  const nearest = closestName(
    id,
    others.map((other) => other.id),
  );
  throw new ConnectorNotReadyError(`There is no connector ${id}.`, {
    hint: `${nearest === undefined ? "" : `Did you mean ${nearest}? `}salesforce-connector connector list shows those that there are.`,
  });
}

/** Whether a connector can reach and use both sides. Changes nothing. */
export async function checkConnector(
  { id, entry }: NamedConnector,
  { config, log, signal }: WorkContext & { config: Config },
): Promise<CheckResult[]> {
  await using elasticsearch = openElasticsearch(config, {
    log,
    retry: quickRetry,
    apiKey: entry?.api_key ?? serviceKey(config),
  });
  const connector =
    entry && isConfiguredInFile(entry)
      ? toRunnableConnector(entry, config)
      : fromConnector(await findConnector(id, protocolOf(elasticsearch).connectors, signal), { config, entry });
  await using salesforce = openSalesforce(connector, { log, retry: quickRetry });
  const host = new URL(salesforce.baseUrl).host;
  return [
    ...(await checkElasticsearch({ ...elasticsearch, index: connector.indexName, signal })),
    ...(await checkSalesforce({ client: salesforce.client, source: salesforce.source, host, signal })),
  ];
}

/** Fails quickly where Elasticsearch does not answer. */
export async function reachElasticsearch(config: Config, { log, signal }: WorkContext): Promise<void> {
  await using elasticsearch = openElasticsearch(config, { log, retry: quickRetry, apiKey: serviceKey(config) });
  await waitForElasticsearch({ ...elasticsearch, signal });
}

/** Waits for Elasticsearch to answer, as long as elasticsearch.max_wait_duration says. */
export async function waitUntilReachable(config: Config, { log, signal }: WorkContext): Promise<void> {
  const { max_wait_duration, initial_backoff_duration, backoff_multiplier } = config.elasticsearch;
  const retry = {
    attempts: 1,
    baseMs: initial_backoff_duration * 1000,
    capMs: 60_000,
    factor: backoff_multiplier,
    jitter: 0,
  };
  for (let waitedMs = 0; waitedMs < max_wait_duration * 1000; retry.attempts++)
    waitedMs += retryDelay(retry, retry.attempts, 0);
  await using elasticsearch = openElasticsearch(config, { log, retry, apiKey: serviceKey(config) });
  await waitForElasticsearch({ ...elasticsearch, signal });
}
