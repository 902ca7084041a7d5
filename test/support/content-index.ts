import type { Client } from "@elastic/elasticsearch";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { silentLogger } from "../../src/core/logger.ts";
import type { BulkSettings } from "../../src/elasticsearch/bulk/bulk-settings.ts";
import { ElasticsearchCaller } from "../../src/elasticsearch/client/elasticsearch-client.ts";
import { connectElasticsearch } from "../../src/elasticsearch/client/connect.ts";
import { ContentIndex } from "../../src/elasticsearch/index/content-index.ts";
import type { PipelineSettings } from "../../src/elasticsearch/index/ingest-pipeline.ts";
import type { IndexedDocument, WriteOperation, WriteOutcome } from "../../src/sync/ports.ts";

/** Bulk settings like those of the configuration file, with small waits. */
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
  extractBinaryContent: true,
  reduceWhitespace: true,
  runMlInference: true,
};

/** The machine's clock, but nobody waits long. */
const hastyClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal),
};

/** A content index on a cluster, as the product makes one, and the client to be closed. */
export function openContentIndex(
  url: string,
  name: string,
  {
    bulk = {},
    pipeline = pipelineSettings,
    clock = hastyClock,
    signal = new AbortController().signal,
  }: { bulk?: Partial<BulkSettings>; pipeline?: PipelineSettings; clock?: Clock; signal?: AbortSignal } = {},
): { index: ContentIndex; client: Client } {
  const client = connectElasticsearch({
    host: url,
    verifyCerts: true,
    headers: {},
    requestTimeoutMs: 30_000,
    maxConnections: 8,
  });
  const retry = { attempts: 6, baseMs: 10, capMs: 100, jitter: 0 };
  const caller = new ElasticsearchCaller({ host: url, clock, log: silentLogger, retry, retryOnTimeout: true });
  const index = new ContentIndex({
    client,
    caller,
    name,
    bulk: { ...bulkSettings, ...bulk },
    pipeline,
    clock,
    log: silentLogger,
    signal,
  });
  return { index, client };
}

/** Writes an operation, its body as text, and keeps what became of it. */
export async function writeTo(
  index: ContentIndex,
  operation: Omit<WriteOperation, "settled" | "body"> & { body: string },
  outcomes = new Map<string, WriteOutcome>(),
): Promise<void> {
  const body = Buffer.from(operation.body);
  await index.write({ ...operation, body, settled: (outcome) => void outcomes.set(operation.id, outcome) });
}

/** All of one object type that the index holds. */
export async function held(index: ContentIndex, objectType: string): Promise<IndexedDocument[]> {
  const found: IndexedDocument[] = [];
  for await (const batch of index.documents(objectType, new AbortController().signal)) found.push(...batch);
  return found;
}
