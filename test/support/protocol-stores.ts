import type { Client } from "@elastic/elasticsearch";
import { silentLogger } from "../../src/core/logger.ts";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { ElasticsearchCaller } from "../../src/elasticsearch/client/elasticsearch-client.ts";
import { connectElasticsearch } from "../../src/elasticsearch/client/connect.ts";
import { ConnectorDocuments } from "../../src/elasticsearch/protocol/connector-store.ts";
import { JobDocuments } from "../../src/elasticsearch/protocol/job-store.ts";
import type { ProtocolIndices } from "../../src/elasticsearch/protocol/protocol-indices.ts";
import { connectorIndices } from "./kibana-templates.ts";

/** The stores as the product makes them. */
export interface OpenProtocolStores {
  readonly client: Client;
  readonly caller: ElasticsearchCaller;
  readonly indices: ProtocolIndices;
  readonly connectors: ConnectorDocuments;
  readonly jobs: JobDocuments;
}

/** Stores on the indices after a prefix, reached with an API key. Close the client after use. */
export function openProtocolStores(
  url: string,
  { prefix, apiKey, now = () => Date.now() }: { prefix: string; apiKey: string; now?: () => number },
): OpenProtocolStores {
  const client = connectElasticsearch({
    host: url,
    apiKey: new Secret(apiKey),
    verifyCerts: true,
    headers: {},
    requestTimeoutMs: 30_000,
    maxConnections: 8,
  });
  const retry = { attempts: 1, baseMs: 10, capMs: 10, jitter: 0 };
  const clock = { ...systemClock, now };
  const caller = new ElasticsearchCaller({ host: url, clock, log: silentLogger, retry, retryOnTimeout: false });
  const names = connectorIndices(prefix);
  const indices: ProtocolIndices = {
    connectors: { index: names.connectors, alias: names.connectorsAlias },
    jobs: { index: names.jobs, alias: names.jobsAlias },
  };
  const connectors = new ConnectorDocuments({ client, caller, alias: indices.connectors.alias, clock });
  return { client, caller, indices, connectors, jobs: new JobDocuments({ client, caller, alias: indices.jobs.alias }) };
}
