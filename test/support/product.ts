import type { Client } from "@elastic/elasticsearch";
import { EventEmitter } from "node:events";
import { executeSync } from "../../src/app/execute-sync.ts";
import { settingsOfEntry, type AccessSettings } from "../../src/app/sync-settings.ts";
import type { RunReport } from "../../src/sync/report.ts";
import type { SourceCounts } from "../../src/connector/stored-connector.ts";
import { parseConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/core/clock.ts";
import { silentLogger, type Logger } from "../../src/core/logger.ts";

/** The options of one sync by the product. */
export interface ProductSync {
  salesforceUrl: string;
  elasticsearchUrl: string;
  index: string;
  /** Full if it is not given. */
  type?: "full" | "access_control";
  /** More lines below `configuration`, such as `{ sync_custom_objects: true }`. */
  configuration?: Record<string, unknown>;
  /** More keys of the connector, such as `{ pipeline: { name: "mine" } }`. */
  connector?: Record<string, unknown>;
  /** More keys below `salesforce`. */
  salesforce?: Record<string, unknown>;
  /** Limits of access that no setting has. */
  access?: Partial<AccessSettings>;
  /** More settings of the file, by dotted key. */
  settings?: Record<string, unknown>;
  /** What Salesforce counted in earlier syncs. */
  counts?: SourceCounts;
  allowDeletes?: boolean;
  log?: Logger;
  clock?: Clock;
  signal?: AbortSignal;
}

/** Runs a sync and returns its report. */
export async function syncProduct(sync: ProductSync): Promise<RunReport> {
  const { salesforceUrl, elasticsearchUrl, index, configuration = {}, connector = {}, settings = {} } = sync;
  const file = {
    "elasticsearch.host": elasticsearchUrl,
    "elasticsearch.retry_interval": 0.05,
    ...settings,
    connectors: [
      {
        connector_id: "test",
        index_name: index,
        salesforce: { base_url: salesforceUrl, ...sync.salesforce },
        configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator", ...configuration },
        ...connector,
      },
    ],
  };
  const { config } = parseConfig(JSON.stringify(file), { file: "test", environment: {} });
  const [entry] = config.connectors;
  if (!entry) throw new Error("The configuration has no connector");
  const syncSettings = settingsOfEntry(entry, config);
  return executeSync(
    { ...syncSettings, access: { ...syncSettings.access, ...sync.access } },
    {
      config,
      ...(sync.type && { type: sync.type }),
      events: new EventEmitter(),
      jobId: "test",
      counts: sync.counts ?? {},
      allowDeletes: sync.allowDeletes ?? false,
      log: sync.log ?? silentLogger,
      ...(sync.clock && { clock: sync.clock }),
      signal: sync.signal ?? new AbortController().signal,
    },
  );
}

/** Every document of an index by its id. */
export async function allDocuments(client: Client, index: string): Promise<Map<string, Record<string, unknown>>> {
  await client.indices.refresh({ index });
  const documents = new Map<string, Record<string, unknown>>();
  const helper = client.helpers.scrollSearch<Record<string, unknown>>({ index, size: 1000, query: { match_all: {} } });
  for await (const page of helper)
    for (const hit of page.body.hits.hits) documents.set(hit._id ?? "", hit._source ?? {});
  return documents;
}
