import { systemClock } from "../../src/core/clock.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { Secret } from "../../src/core/secret.ts";
import { connectElasticsearch } from "../../src/elasticsearch/client/connect.ts";
import type { ElasticsearchClient } from "../../src/elasticsearch/client/elasticsearch-client.ts";
import { ConnectorDocuments } from "../../src/elasticsearch/protocol/connector-store.ts";
import { JobDocuments } from "../../src/elasticsearch/protocol/job-store.ts";
import type { ProtocolIndices } from "../../src/elasticsearch/protocol/protocol-indices.ts";
import { connectorIndices } from "./kibana-templates.ts";

/** The stores as the product opens them. */
export interface OpenProtocolStores {
  readonly elasticsearch: ElasticsearchClient;
  readonly indices: ProtocolIndices;
  readonly connectors: ConnectorDocuments;
  readonly jobs: JobDocuments;
}

/** Stores on the indices after a prefix, reached with an API key. Dispose of the client after use. */
export function openProtocolStores(
  url: string,
  { prefix, apiKey, now = () => Date.now() }: { prefix: string; apiKey: string; now?: () => number },
): OpenProtocolStores {
  const retry = { attempts: 1, baseMs: 10, capMs: 10, jitter: 0 };
  const clock = { ...systemClock, now };
  const elasticsearch = connectElasticsearch(
    {
      host: url,
      apiKey: new Secret(apiKey),
      verifyCerts: true,
      headers: {},
      requestTimeoutMs: 30_000,
      maxConnections: 8,
    },
    { clock, log: silentLogger, retry, retryOnTimeout: false },
  );
  const names = connectorIndices(prefix);
  const indices: ProtocolIndices = {
    connectors: { index: names.connectors, alias: names.connectorsAlias },
    jobs: { index: names.jobs, alias: names.jobsAlias },
  };
  const { connectors, jobs } = indices;
  return {
    elasticsearch,
    indices,
    connectors: new ConnectorDocuments({ elasticsearch, alias: connectors.alias, clock }),
    jobs: new JobDocuments({ elasticsearch, alias: jobs.alias, connectorAlias: connectors.alias }),
  };
}
