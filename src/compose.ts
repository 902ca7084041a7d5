import { randomUUID } from "node:crypto";
import type { Client } from "@elastic/elasticsearch";
import type { Config, ConnectorEntry } from "./config/schema.ts";
import type { CheckResult } from "./core/check-result.ts";
import { systemClock } from "./core/clock.ts";
import { afterGrace } from "./core/grace.ts";
import type { Logger } from "./core/logger.ts";
import { retryDelay, type RetryPolicy } from "./core/retry.ts";
import type { BulkSettings } from "./elasticsearch/bulk-settings.ts";
import { ElasticsearchCaller } from "./elasticsearch/call.ts";
import { checkElasticsearch, waitForElasticsearch } from "./elasticsearch/check-elasticsearch.ts";
import { connectElasticsearch } from "./elasticsearch/connect.ts";
import { ContentIndex } from "./elasticsearch/content-index.ts";
import type { PipelineSettings } from "./elasticsearch/ingest-pipeline.ts";
import { ExtractionService } from "./extraction/extraction-service.ts";
import { SalesforceSession } from "./salesforce/auth/session.ts";
import { checkSalesforce } from "./salesforce/check-salesforce.ts";
import { SalesforceClient } from "./salesforce/client/salesforce-client.ts";
import { SalesforceTransport } from "./salesforce/client/transport.ts";
import { SalesforceSource } from "./salesforce/salesforce-source.ts";
import type { RunnableConnector } from "./runnable-connector.ts";
import type { RunReport } from "./sync/report.ts";
import type { FileSettings, ProgressListener } from "./sync/run-context.ts";
import { runSync } from "./sync/run-sync.ts";

// The composition root: a configuration in, things that work out. Only this file names concrete classes together.

export type { RunReport } from "./sync/report.ts";
export type { ProgressListener } from "./sync/run-context.ts";
export { describeConfigurationFields } from "./connector/describe-fields.ts";
export { Schedule } from "./jobs/schedule.ts";
export { toRunnableConnector, type RunnableConnector } from "./runnable-connector.ts";
export { runOnSchedule } from "./jobs/scheduler.ts";

/** What a piece of work needs from the process around it. */
export interface WorkContext {
  log: Logger;
  signal: AbortSignal;
}

const mebibyte = 1_048_576;

/** Objects that are read side by side: enough that Salesforce's answers overlap with Elasticsearch's, few enough that their pages fit into memory. */
const concurrentObjects = 3;

/** Bytes of file content, in all its forms, that are in memory at once. */
const fileMemoryBytes = 64 * mebibyte;

/** How long writing may go on after a run was told to stop. Docker ends a container ten seconds after it asked. */
const writeGraceMs = 8_000;

/** Runs one full sync to its end. */
export async function syncOnce(
  connector: RunnableConnector,
  config: Config,
  { log, signal, progress }: WorkContext & { progress: ProgressListener },
): Promise<RunReport> {
  const jobId = randomUUID();
  const runLog = log.child({
    connector_id: connector.entry.connector_id,
    index_name: connector.indexName,
    job_id: jobId,
  });
  await using salesforce = openSalesforce(connector, { log: runLog, signal });
  await using elasticsearch = openElasticsearch(config, connector.entry, { log: runLog });
  const index = new ContentIndex({
    ...elasticsearch,
    name: connector.indexName,
    bulk: bulkSettings(config),
    pipeline: pipelineSettings(connector.entry),
    clock: systemClock,
    log: runLog,
    // What was taken from Salesforce is still written when the run is told to stop.
    signal: afterGrace(signal, writeGraceMs),
  });
  return await runSync({
    jobId,
    connectorId: connector.entry.connector_id,
    indexName: connector.indexName,
    source: salesforce.source,
    index,
    files: fileSettings(connector, config),
    concurrentObjects,
    refusalsKept: config.elasticsearch.bulk.error_monitor.error_queue_size,
    clock: systemClock,
    log: runLog,
    signal,
    progress,
    peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
  });
}

/** Whether a connector can reach and use both sides. Changes nothing. */
export async function checkConnector(
  connector: RunnableConnector,
  config: Config,
  context: WorkContext,
): Promise<CheckResult[]> {
  await using salesforce = openSalesforce(connector, context, checkRetry);
  await using elasticsearch = openElasticsearch(config, connector.entry, { log: context.log, retry: checkRetry });
  const host = new URL(salesforce.baseUrl).host;
  return [
    ...(await checkElasticsearch({ ...elasticsearch, index: connector.indexName, signal: context.signal })),
    ...(await checkSalesforce({ client: salesforce.client, source: salesforce.source, host, signal: context.signal })),
  ];
}

/** Fails quickly where Elasticsearch does not answer. */
export async function reachElasticsearch(
  config: Config,
  entry: ConnectorEntry,
  { log, signal }: WorkContext,
): Promise<void> {
  await using elasticsearch = openElasticsearch(config, entry, { log, retry: checkRetry });
  await waitForElasticsearch({ ...elasticsearch, signal });
}

/** Waits for Elasticsearch to answer, as long as elasticsearch.max_wait_duration says. */
export async function waitUntilReachable(
  config: Config,
  entry: ConnectorEntry,
  { log, signal }: WorkContext,
): Promise<void> {
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
  await using elasticsearch = openElasticsearch(config, entry, { log, retry });
  await waitForElasticsearch({ ...elasticsearch, signal });
}

/** A connector is tried out quickly: somebody waits for the answer. */
const checkRetry: RetryPolicy = { attempts: 2, baseMs: 500, capMs: 1000, jitter: 0 };

interface OpenSalesforce extends AsyncDisposable {
  client: SalesforceClient;
  source: SalesforceSource;
  baseUrl: string;
}

function openSalesforce(
  { entry, configuration, advancedRules }: RunnableConnector,
  { log }: WorkContext,
  retry?: RetryPolicy,
): OpenSalesforce {
  const baseUrl = entry.salesforce?.base_url ?? `https://${configuration.domain}.my.salesforce.com`;
  const { clientId, clientSecret, apiVersion } = configuration;
  const transport = new SalesforceTransport();
  const session = new SalesforceSession({
    baseUrl,
    apiVersion,
    credentials: { clientId, clientSecret },
    transport,
    log,
  });
  const client = new SalesforceClient({
    session,
    transport,
    apiVersion,
    baseUrl,
    clock: systemClock,
    log,
    ...(retry ? { retry } : {}),
  });
  const source = new SalesforceSource({ client, baseUrl, configuration, advancedRules, log });
  return { client, source, baseUrl, [Symbol.asyncDispose]: () => transport.close() };
}

interface OpenElasticsearch extends AsyncDisposable {
  client: Client;
  caller: ElasticsearchCaller;
}

function openElasticsearch(
  { elasticsearch }: Config,
  entry: ConnectorEntry,
  { log, retry }: { log: Logger; retry?: RetryPolicy },
): OpenElasticsearch {
  const client = connectElasticsearch({
    host: elasticsearch.host,
    apiKey: entry.api_key ?? elasticsearch.api_key,
    username: elasticsearch.username,
    password: elasticsearch.password,
    verifyCerts: elasticsearch.ssl ? elasticsearch.verify_certs : true,
    caCerts: elasticsearch.ssl ? elasticsearch.ca_certs : undefined,
    headers: elasticsearch.headers,
    requestTimeoutMs: elasticsearch.request_timeout * 1000,
    maxConnections: elasticsearch.bulk.max_concurrency + 4,
  });
  const policy: RetryPolicy = {
    attempts: 1 + elasticsearch.max_retries,
    baseMs: elasticsearch.retry_interval * 1000,
    capMs: 60_000,
    jitter: 0.2,
  };
  const caller = new ElasticsearchCaller({
    host: elasticsearch.host,
    clock: systemClock,
    log,
    retry: retry ?? policy,
    retryOnTimeout: elasticsearch.retry_on_timeout,
  });
  return { client, caller, [Symbol.asyncDispose]: () => client.close() };
}

function bulkSettings({ elasticsearch: { bulk } }: Config): BulkSettings {
  return {
    maxDocuments: bulk.chunk_size,
    maxBytes: bulk.chunk_max_mem_size * mebibyte,
    maxConcurrency: bulk.max_concurrency,
    queueMaxDocuments: bulk.queue_max_size,
    queueMaxBytes: bulk.queue_max_mem_size * mebibyte,
    stallMs: bulk.queue_refresh_timeout * 1000,
    maxDocumentBytes: bulk.max_text_document_size * mebibyte,
    logOperations: bulk.enable_operations_logging,
    errorMonitor: {
      enabled: bulk.error_monitor.enabled,
      maxTotal: bulk.error_monitor.max_total_errors,
      maxConsecutive: bulk.error_monitor.max_consecutive_errors,
      maxRate: bulk.error_monitor.max_error_rate,
      window: bulk.error_monitor.error_window_size,
    },
  };
}

function fileSettings(
  { entry, configuration }: RunnableConnector,
  { service, extraction_service, elasticsearch }: Config,
): FileSettings {
  return {
    extractText: entry.pipeline.extract_binary_content,
    pipelineMaxBytes: service.max_file_download_size,
    ...(extraction_service
      ? {
          extractor: new ExtractionService({
            host: extraction_service.host,
            timeoutMs: extraction_service.timeout * 1000,
          }),
        }
      : {}),
    extractorTakesAll: configuration.useTextExtractionService,
    concurrentDownloads: elasticsearch.bulk.concurrent_downloads,
    memoryBytes: fileMemoryBytes,
  };
}

function pipelineSettings({ pipeline }: ConnectorEntry): PipelineSettings {
  return {
    name: pipeline.name,
    extractBinaryContent: pipeline.extract_binary_content,
    reduceWhitespace: pipeline.reduce_whitespace,
    runMlInference: pipeline.run_ml_inference,
  };
}
