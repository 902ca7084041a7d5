import type { EventEmitter } from "node:events";
import type { Config } from "../config/schema.ts";
import type { SourceCounts } from "../connector/stored-connector.ts";
import { afterGrace, systemClock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { BulkSettings } from "../elasticsearch/bulk/bulk-sink.ts";
import { ContentIndex } from "../elasticsearch/index/content-index.ts";
import { ExtractionService } from "../extraction/extraction-service.ts";
import type { MassDeleteLimits } from "../sync/mass-delete-brake.ts";
import type { RunReport } from "../sync/report.ts";
import type { FileSettings } from "../sync/run-context.ts";
import { runFullSync } from "../sync/run-full-sync.ts";
import { emitterOf, type RequestRetry, type ServiceEvents } from "../sync/service-events.ts";
import { openElasticsearch, openSalesforce } from "./open-clients.ts";
import type { SyncSettings } from "./sync-settings.ts";

export interface ExecuteSyncOptions {
  config: Config;
  jobId: string;
  /** What Salesforce counted in earlier syncs. */
  counts: SourceCounts;
  /** Lets this sync delete any number of documents. */
  allowDeletes: boolean;
  events: EventEmitter<ServiceEvents>;
  log: Logger;
  signal: AbortSignal;
}

const mebibyte = 1_048_576;

/** Enough that Salesforce and Elasticsearch work at the same time, few enough that their pages fit into memory. */
const concurrentObjects = 3;

/** Bytes of file content in memory at once, in all its forms. */
const fileMemoryBytes = 64 * mebibyte;

/** The time for writing after a run was canceled. Docker kills a container ten seconds after it asked it to stop. */
const writeGraceMs = 6_000;

/** Executes the sync of a job in this process, and returns its report. */
export async function executeSync(
  settings: SyncSettings,
  { config, jobId, counts, allowDeletes, events, log, signal }: ExecuteSyncOptions,
): Promise<RunReport> {
  const { connectorId, indexName } = settings;
  const run = { jobId, connectorId, indexName, type: "full" as const };
  const runLog = log.child({ connector_id: connectorId, index_name: indexName, job_id: jobId });
  const emit = emitterOf(events, run);
  const onRetry = (retry: RequestRetry): void => emit("requestRetried", retry);
  await using salesforce = openSalesforce(settings, { log: runLog, onRetry });
  await using elasticsearch = openElasticsearch(config, { log: runLog, onRetry, apiKey: settings.apiKey });
  const index = new ContentIndex({
    elasticsearch,
    name: indexName,
    bulk: bulkSettings(config),
    pipeline: settings.pipeline,
    clock: systemClock,
    log: runLog,
    emit,
    // Records that were read before the cancellation are still written.
    signal: afterGrace(signal, { graceMs: writeGraceMs, clock: systemClock }),
  });
  return await runFullSync({
    run,
    source: salesforce.source,
    index,
    files: fileSettings(settings, config),
    basicRules: settings.rules.basic,
    massDeletes: massDeleteLimits(settings, config, allowDeletes),
    counts,
    concurrentObjects,
    refusalsKept: config.elasticsearch.bulk.error_monitor.error_queue_size,
    clock: systemClock,
    log: runLog,
    emit,
    signal,
    peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
  });
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

function massDeleteLimits(
  { configuration }: SyncSettings,
  { service }: Config,
  allowDeletes: boolean,
): MassDeleteLimits {
  return {
    allowed: allowDeletes || configuration.allowMassDeletes,
    percent: configuration.massDeletePercent ?? service.mass_delete_percent,
    documents: configuration.massDeleteDocuments ?? service.mass_delete_documents,
  };
}

function fileSettings(
  { pipeline, configuration }: SyncSettings,
  { service, extraction_service, elasticsearch }: Config,
): FileSettings {
  return {
    extractText: pipeline.extractBinaryContent,
    pipelineMaxBytes: configuration.maxFileBytes ?? service.max_file_download_size,
    ...(extraction_service
      ? {
          extractor: new ExtractionService({
            host: extraction_service.host,
            timeoutMs: extraction_service.timeout * 1000,
            clock: systemClock,
          }),
        }
      : {}),
    extractorTakesAll: configuration.useTextExtractionService,
    concurrentDownloads: configuration.concurrentDownloads ?? elasticsearch.bulk.concurrent_downloads,
    memoryBytes: fileMemoryBytes,
  };
}
