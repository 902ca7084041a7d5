import type { Config } from "../config/schema.ts";
import type { CheckResult } from "../core/check-result.ts";
import type { Logger } from "../core/logger.ts";
import { retryDelay } from "../core/retry.ts";
import { checkElasticsearch, waitForElasticsearch } from "../elasticsearch/client/check-elasticsearch.ts";
import { identityIndexName } from "../elasticsearch/protocol/protocol-indices.ts";
import { checkSalesforce } from "../salesforce/client/check-salesforce.ts";
import { checkSharing } from "../salesforce/sharing/check-sharing.ts";
import { openElasticsearch, openSalesforce, quickRetry, serviceKey } from "./open-clients.ts";
import type { NamedConnector } from "./service.ts";
import { settingsOf } from "./stored-connectors.ts";

interface CheckContext {
  log: Logger;
  signal: AbortSignal;
}

/** Checks that a connector can reach and use Salesforce and Elasticsearch. Changes nothing. */
export async function checkConnector(
  { id, entry }: NamedConnector,
  { config, log, signal }: CheckContext & { config: Config },
): Promise<CheckResult[]> {
  await using elasticsearch = openElasticsearch(config, { log, retry: quickRetry, apiKey: serviceKey(config) });
  await using content = openElasticsearch(config, { log, retry: quickRetry, apiKey: entry?.api_key });
  const settings = await settingsOf(id, { config, entry }, { elasticsearch, signal });
  await using salesforce = openSalesforce(settings, { config, log, retry: quickRetry });
  const { client, source } = salesforce;
  const { indexName: index, pipeline } = settings;
  const host = new URL(salesforce.baseUrl).host;
  const secured = settings.configuration.documentLevelSecurity;
  const identityIndex = secured ? identityIndexName(index) : undefined;
  return [
    ...(await checkElasticsearch({ elasticsearch, content, index, identityIndex, pipeline, signal })),
    ...(await checkSalesforce({ client, source, host, signal })),
    ...(secured ? await checkSharing(client, signal) : []),
  ];
}

/** Fails at once if Elasticsearch does not answer. */
export async function reachElasticsearch(config: Config, { log, signal }: CheckContext): Promise<void> {
  await using elasticsearch = openElasticsearch(config, { log, retry: quickRetry, apiKey: serviceKey(config) });
  await waitForElasticsearch({ elasticsearch, signal });
}

/** Waits for Elasticsearch as long as elasticsearch.max_wait_duration allows. */
export async function waitUntilReachable(config: Config, { log, signal }: CheckContext): Promise<void> {
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
  await waitForElasticsearch({ elasticsearch, signal });
}
