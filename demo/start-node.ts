import { readFile } from "node:fs/promises";
import { Client } from "@elastic/elasticsearch";
import { startElasticsearch } from "../embedded-elasticsearch/start-elasticsearch.ts";
import { startEmbeddedNode } from "../embedded-elasticsearch/start-embedded-node.ts";
import type { Major } from "../embedded-elasticsearch/versions.ts";

/** The Elasticsearch of the demo. */
export interface DemoNode {
  url: string;
  version: string;
  /** Of the connector's configuration file: how it reaches the node. */
  settings: Record<string, string>;
  /** For the demo's own searches. */
  client: Client;
  stop(): Promise<void>;
}

/** Starts the node between the demo's org and its searches; with security, it is always an embedded one. */
export async function startNode(
  { version, secured }: { version: Major; secured: boolean },
  signal: AbortSignal,
): Promise<DemoNode> {
  if (!secured) {
    const node = await startElasticsearch({ major: version, signal });
    return withClient(node, { "elasticsearch.host": node.url }, new Client({ node: node.url }));
  }
  const node = await startEmbeddedNode({ major: version, secured, signal });
  if (node.security === undefined) throw new Error("The node was started without security.");
  const { caCerts, username, password } = node.security;
  const settings = {
    "elasticsearch.host": node.url,
    "elasticsearch.ca_certs": caCerts,
    "elasticsearch.username": username,
    "elasticsearch.password": password,
  };
  const tls = { ca: await readFile(caCerts) };
  return withClient(node, settings, new Client({ node: node.url, auth: { username, password }, tls }));
}

function withClient(
  node: Pick<DemoNode, "url" | "version" | "stop">,
  settings: Record<string, string>,
  client: Client,
): DemoNode {
  const stop = async (): Promise<void> => {
    await client.close();
    await node.stop();
  };
  return { url: node.url, version: node.version, settings, client, stop };
}
