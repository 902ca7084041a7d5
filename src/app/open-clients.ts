import type { Config } from "../config/schema.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { Secret } from "../core/secret.ts";
import { connectElasticsearch } from "../elasticsearch/client/connect.ts";
import type { ElasticsearchClient } from "../elasticsearch/client/elasticsearch-client.ts";
import { clientCredentialsSignIn } from "../salesforce/auth/client-credentials.ts";
import { SalesforceSession } from "../salesforce/auth/session.ts";
import { SalesforceHttp } from "../salesforce/client/http.ts";
import { SalesforceClient } from "../salesforce/client/salesforce-client.ts";
import { SalesforceSource } from "../salesforce/salesforce-source.ts";
import type { RequestRetry } from "../sync/service-events.ts";
import type { SyncSettings } from "./sync-settings.ts";

export interface OpenOptions {
  log: Logger;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Replaces the configured retries. */
  retry?: RetryPolicy;
  onRetry?: (retry: RequestRetry) => void;
}

/** For commands whose user waits for the answer. */
export const quickRetry: RetryPolicy = { attempts: 2, baseMs: 500, capMs: 1000, jitter: 0 };

const mebibyte = 1_048_576;

/** The longest pause between two parts of a response of Salesforce. */
const longestBodyPauseMs = 60_000;

/** A Salesforce org. The first request signs in. */
export interface OpenSalesforce extends AsyncDisposable {
  client: SalesforceClient;
  source: SalesforceSource;
  baseUrl: string;
}

export function openSalesforce(
  settings: SyncSettings,
  { config, log, clock = systemClock, retry, onRetry }: OpenOptions & { config: Config },
): OpenSalesforce {
  const { configuration, rules } = settings;
  const baseUrl = settings.baseUrl ?? `https://${configuration.domain}.my.salesforce.com`;
  const { clientId, clientSecret, apiVersion } = configuration;
  const limits = config.salesforce;
  const http = new SalesforceHttp(
    {
      headersMs: limits.request_timeout * 1000,
      bodyIdleMs: Math.min(longestBodyPauseMs, limits.request_timeout * 1000),
      maxBodyBytes: Math.floor(limits.max_response_size * mebibyte),
      mebibyteMs: limits.mebibyte_timeout * 1000,
      maxRetryAfterMs: limits.max_retry_after * 1000,
    },
    clock,
  );
  const session = new SalesforceSession(clientCredentialsSignIn({ baseUrl, clientId, clientSecret, http }));
  const client = new SalesforceClient({
    session,
    http,
    apiVersion,
    baseUrl,
    clock,
    log,
    onRetry,
    maxRecordBytes: Math.floor(limits.max_record_size * mebibyte),
    ...(retry ? { retry } : {}),
  });
  const source = new SalesforceSource({ client, baseUrl, configuration, advancedRules: rules.advanced, log });
  return {
    client,
    source,
    baseUrl,
    async [Symbol.asyncDispose]() {
      session[Symbol.dispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}

/** Opens the cluster, with a connector's own API key if it has one. */
export function openElasticsearch(
  { elasticsearch }: Config,
  { log, clock = systemClock, retry, onRetry, apiKey }: OpenOptions & { apiKey?: Secret | undefined },
): ElasticsearchClient {
  const policy: RetryPolicy = {
    attempts: 1 + elasticsearch.max_retries,
    baseMs: elasticsearch.retry_interval * 1000,
    capMs: 60_000,
    jitter: 0.2,
  };
  const connection = {
    host: elasticsearch.host,
    apiKey: apiKey ?? elasticsearch.api_key,
    username: elasticsearch.username,
    password: elasticsearch.password,
    verifyCerts: elasticsearch.ssl ? elasticsearch.verify_certs : true,
    caCerts: elasticsearch.ssl ? elasticsearch.ca_certs : undefined,
    headers: elasticsearch.headers,
    requestTimeoutMs: elasticsearch.request_timeout * 1000,
    maxResponseBytes: Math.floor(elasticsearch.max_response_size * mebibyte),
    maxConnections: elasticsearch.bulk.max_concurrency + 4,
  };
  const { retry_on_timeout: retryOnTimeout } = elasticsearch;
  return connectElasticsearch(connection, { clock, log, retry: retry ?? policy, retryOnTimeout, onRetry });
}

/** The API key for connectors and jobs: that of the file, or a connector's own if the file has no other credentials. */
export function serviceKey({ elasticsearch, connectors }: Config): Secret | undefined {
  const none = elasticsearch.api_key === undefined && elasticsearch.username === undefined;
  return none ? connectors.find(({ api_key }) => api_key !== undefined)?.api_key : undefined;
}
