import type { Config } from "../config/schema.ts";
import { systemClock } from "../core/clock.ts";
import { afterGrace } from "../core/grace.ts";
import type { Logger } from "../core/logger.ts";
import type { BulkSettings } from "../elasticsearch/bulk/bulk-settings.ts";
import { ContentIndex } from "../elasticsearch/index/content-index.ts";
import { ExtractionService } from "../extraction/extraction-service.ts";
import { openElasticsearch, openSalesforce } from "./open-clients.ts";
import type { RunnableConnector } from "./sync-settings.ts";
import type { RunReport } from "../sync/report.ts";
import type { FileSettings, ProgressListener } from "../sync/run-context.ts";
import { runFullSync } from "../sync/run-full-sync.ts";

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
const writeGraceMs = 6_000;

/** Runs one full sync to its end. */
export async function executeSync(
  connector: RunnableConnector,
  config: Config,
  { jobId, log, signal, progress }: WorkContext & { jobId: string; progress: ProgressListener },
): Promise<RunReport> {
  const runLog = log.child({ connector_id: connector.id, index_name: connector.indexName, job_id: jobId });
  await using salesforce = openSalesforce(connector, { log: runLog });
  await using elasticsearch = openElasticsearch(config, { log: runLog, apiKey: connector.apiKey });
  const index = new ContentIndex({
    ...elasticsearch,
    name: connector.indexName,
    bulk: bulkSettings(config),
    pipeline: connector.pipeline,
    clock: systemClock,
    log: runLog,
    // What was taken from Salesforce is still written when the run is told to stop.
    signal: afterGrace(signal, writeGraceMs),
  });
  return await runFullSync({
    jobId,
    connectorId: connector.id,
    indexName: connector.indexName,
    source: salesforce.source,
    index,
    files: fileSettings(connector, config),
    basicRules: connector.rules.basic,
    concurrentObjects,
    refusalsKept: config.elasticsearch.bulk.error_monitor.error_queue_size,
    clock: systemClock,
    log: runLog,
    signal,
    progress,
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

function fileSettings(
  { pipeline, configuration }: RunnableConnector,
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
          }),
        }
      : {}),
    extractorTakesAll: configuration.useTextExtractionService,
    concurrentDownloads: configuration.concurrentDownloads ?? elasticsearch.bulk.concurrent_downloads,
    memoryBytes: fileMemoryBytes,
  };
}
