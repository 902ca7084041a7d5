import { systemClock, type Clock } from "../../src/core/clock.ts";
import { silentLogger } from "../../src/core/logger.ts";
import type { PipelineSettings } from "../../src/connector/stored-connector.ts";
import type { BulkSettings } from "../../src/elasticsearch/bulk/bulk-sink.ts";
import { connectElasticsearch } from "../../src/elasticsearch/client/connect.ts";
import type { ElasticsearchClient } from "../../src/elasticsearch/client/elasticsearch-client.ts";
import { ContentIndex } from "../../src/elasticsearch/index/content-index.ts";
import { ElasticsearchIdentityIndex } from "../../src/elasticsearch/index/identity-index.ts";
import type { IndexedDocument, WriteOperation, WriteResult } from "../../src/sync/ports.ts";

/** The defaults of the configuration file, with short waits. */
const bulkSettings: BulkSettings = {
  maxDocuments: 1000,
  maxBytes: 5_000_000,
  maxConcurrency: 3,
  queueMaxDocuments: 10_000,
  queueMaxBytes: 25_000_000,
  stallMs: 60_000,
  maxDocumentBytes: 0,
  logOperations: false,
  errorMonitor: { enabled: true, maxTotal: 1000, maxConsecutive: 10, maxRate: 0.15, window: 100 },
};

/** Kibana's defaults. */
const pipelineSettings: PipelineSettings = {
  name: undefined,
  extractBinaryContent: true,
  reduceWhitespace: true,
  runMlInference: true,
};

/** The machine's clock with short waits. */
const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) };

export interface OpenContentIndexOptions {
  bulk?: Partial<BulkSettings>;
  pipeline?: PipelineSettings;
  clock?: Clock;
  signal?: AbortSignal;
}

/** Opens a content index like the product, with a function that closes its client. */
export function openContentIndex(
  url: string,
  name: string,
  {
    bulk = {},
    pipeline = pipelineSettings,
    clock = hastyClock,
    signal = new AbortController().signal,
  }: OpenContentIndexOptions = {},
): { index: ContentIndex; elasticsearch: ElasticsearchClient; close: () => Promise<void> } {
  const connection = { host: url, verifyCerts: true, headers: {}, requestTimeoutMs: 30_000, maxConnections: 8 };
  const retry = { attempts: 6, baseMs: 10, capMs: 100, jitter: 0 };
  const elasticsearch = connectElasticsearch(connection, { clock, log: silentLogger, retry, retryOnTimeout: true });
  const index = new ContentIndex({
    elasticsearch,
    name,
    bulk: { ...bulkSettings, ...bulk },
    pipeline,
    secured: false,
    clock,
    log: silentLogger,
    emit: () => undefined,
    signal,
  });
  return { index, elasticsearch, close: () => elasticsearch[Symbol.asyncDispose]() };
}

/** The index of identities of a content index. */
export function openIdentityIndex(
  elasticsearch: ElasticsearchClient,
  contentIndex: string,
): ElasticsearchIdentityIndex {
  return new ElasticsearchIdentityIndex({
    elasticsearch,
    contentIndex,
    settings: bulkSettings,
    clock: hastyClock,
    log: silentLogger,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

/** Writes an operation with a body of text, and records its result. */
export async function writeTo(
  index: ContentIndex,
  operation: Omit<WriteOperation, "acknowledged" | "body"> & { body: string },
  results = new Map<string, WriteResult>(),
): Promise<void> {
  const body = Buffer.from(operation.body);
  await index.write({ ...operation, body, acknowledged: (result) => void results.set(operation.id, result) });
}

/** All indexed documents of one object type. */
export async function held(index: ContentIndex, objectType: string): Promise<IndexedDocument[]> {
  const found: IndexedDocument[] = [];
  for await (const batch of index.documents(objectType, new AbortController().signal)) found.push(...batch);
  return found;
}
