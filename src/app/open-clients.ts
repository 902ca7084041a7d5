import type { Client } from "@elastic/elasticsearch";
import type { Config } from "../config/schema.ts";
import { systemClock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { Secret } from "../core/secret.ts";
import { ElasticsearchCaller } from "../elasticsearch/client/elasticsearch-client.ts";
import { connectElasticsearch } from "../elasticsearch/client/connect.ts";
import type { RunnableConnector } from "./sync-settings.ts";
import { SalesforceSession } from "../salesforce/auth/session.ts";
import { SalesforceClient } from "../salesforce/client/salesforce-client.ts";
import { SalesforceTransport } from "../salesforce/client/transport.ts";
import { SalesforceSource } from "../salesforce/salesforce-source.ts";

/** What opening a client needs beside the configuration. `retry` replaces the configured patience. */
export interface OpenOptions {
  log: Logger;
  retry?: RetryPolicy;
}

/** A Salesforce org, signed in to at the first request. */
export interface OpenSalesforce extends AsyncDisposable {
  client: SalesforceClient;
  source: SalesforceSource;
  baseUrl: string;
}

/** Opens the org of a connector. */
export function openSalesforce(connector: RunnableConnector, { log, retry }: OpenOptions): OpenSalesforce {
  const { configuration, rules } = connector;
  const baseUrl = connector.baseUrl ?? `https://${configuration.domain}.my.salesforce.com`;
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
  const source = new SalesforceSource({ client, baseUrl, configuration, advancedRules: rules.advanced, log });
  return { client, source, baseUrl, [Symbol.asyncDispose]: () => transport.close() };
}

/** A cluster, and how requests to it are made. */
export interface OpenElasticsearch extends AsyncDisposable {
  client: Client;
  caller: ElasticsearchCaller;
}

/** Opens the cluster, with a connector's own key where it has one. */
export function openElasticsearch(
  { elasticsearch }: Config,
  { log, retry, apiKey }: OpenOptions & { apiKey?: Secret | undefined },
): OpenElasticsearch {
  const client = connectElasticsearch({
    host: elasticsearch.host,
    apiKey: apiKey ?? elasticsearch.api_key,
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

/** The key for the connectors' and jobs' documents: the file's, or that of a connector where the file has no other credentials. */
export function serviceKey({ elasticsearch, connectors }: Config): Secret | undefined {
  const none = elasticsearch.api_key === undefined && elasticsearch.username === undefined;
  return none ? connectors.find(({ api_key }) => api_key !== undefined)?.api_key : undefined;
}
