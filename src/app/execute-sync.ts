import type { EventEmitter } from "node:events";
import type { Config } from "../config/schema.ts";
import type { SourceCounts } from "../connector/stored-connector.ts";
import { afterGrace, stopGrace, systemClock, type Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { BulkSettings } from "../elasticsearch/bulk/bulk-sink.ts";
import { ContentIndex } from "../elasticsearch/index/content-index.ts";
import { ElasticsearchAccessState } from "../elasticsearch/index/access-state-index.ts";
import { ElasticsearchIdentityIndex } from "../elasticsearch/index/identity-index.ts";
import { ExtractionService } from "../extraction/extraction-service.ts";
import { SalesforceSharing } from "../salesforce/sharing/salesforce-sharing.ts";
import type { MassDeleteLimits } from "../sync/mass-delete-brake.ts";
import type { RunReport } from "../sync/report.ts";
import type { FileSettings } from "../sync/run-context.ts";
import type { Security } from "../sync/access/ports.ts";
import { runAccessSync } from "../sync/access/run-access-sync.ts";
import { runFullSync } from "../sync/run-full-sync.ts";
import { emitterOf, type RequestRetry, type ServiceEvents } from "../sync/service-events.ts";
import { openElasticsearch, openSalesforce } from "./open-clients.ts";
import type { SyncSettings } from "./sync-settings.ts";

/** An access control sync of a connector without document-level security. */
class AccessSyncError extends AppError {
  override readonly code = "access_sync";
}

export interface ExecuteSyncOptions {
  config: Config;
  jobId: string;
  /** Full if it is not given. */
  type?: "full" | "access_control";
  /** What Salesforce counted in earlier syncs. */
  counts: SourceCounts;
  /** Lets this sync delete any number of documents. */
  allowDeletes: boolean;
  events: EventEmitter<ServiceEvents>;
  log: Logger;
  signal: AbortSignal;
  /** Default: the machine's clock. */
  clock?: Clock;
}

const mebibyte = 1_048_576;

/** Enough that Salesforce and Elasticsearch work at the same time, few enough that their pages fit into memory. */
const concurrentObjects = 3;

/** Bytes of file content in memory at once, in all its forms. */
const fileMemoryBytes = 64 * mebibyte;

/** Executes the sync of a job in this process, and returns its report. */
export async function executeSync(
  settings: SyncSettings,
  { config, jobId, type = "full", counts, allowDeletes, events, log, signal, clock = systemClock }: ExecuteSyncOptions,
): Promise<RunReport> {
  const { connectorId, indexName } = settings;
  const run = { jobId, connectorId, indexName, type };
  const runLog = log.child({ connector_id: connectorId, index_name: indexName, job_id: jobId });
  const emit = emitterOf(events, run);
  const onRetry = (retry: RequestRetry): void => emit("requestRetried", retry);
  await using salesforce = openSalesforce(settings, { config, log: runLog, clock, onRetry });
  await using elasticsearch = openElasticsearch(config, { log: runLog, clock, onRetry, apiKey: settings.apiKey });
  // Records that were read before the cancellation are still written.
  const writeSignal = afterGrace(signal, { graceMs: stopGrace.writeMs, clock });
  const writing = { elasticsearch, clock, log: runLog, emit, signal: writeSignal };
  const secured = settings.configuration.documentLevelSecurity;
  const security: Security = {
    sharing: new SalesforceSharing({
      client: salesforce.client,
      objectsWithHierarchies: settings.access.objectsWithHierarchies,
    }),
    identities: new ElasticsearchIdentityIndex({ ...writing, contentIndex: indexName, settings: bulkSettings(config) }),
    state: new ElasticsearchAccessState({ elasticsearch, contentIndex: indexName }),
    options: settings.access,
  };
  const request = {
    run,
    source: salesforce.source,
    index: new ContentIndex({
      ...writing,
      name: indexName,
      bulk: bulkSettings(config),
      pipeline: settings.pipeline,
      secured,
    }),
    counts,
    refusalsKept: config.elasticsearch.bulk.error_monitor.error_queue_size,
    clock,
    log: runLog,
    emit,
    signal,
    peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
  };
  if (type === "access_control") {
    requireSecurity(settings);
    return await runAccessSync({ ...request, security });
  }
  return await runFullSync({
    ...request,
    files: fileSettings(settings, config),
    basicRules: settings.rules.basic,
    massDeletes: massDeleteLimits(settings, config, allowDeletes),
    concurrentObjects,
    security: secured ? security : undefined,
  });
}

/** Documents without access fields would be hidden from every identity. */
function requireSecurity({ connectorId, configuration }: SyncSettings): void {
  if (configuration.documentLevelSecurity) return;
  throw new AccessSyncError(
    `The connector ${connectorId} does not use document level security, so there is no access to sync.`,
    {
      hint: "Set use_document_level_security to true, and run a full sync.",
    },
  );
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
