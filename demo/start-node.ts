import { readFile } from "node:fs/promises";
import { Client } from "@elastic/elasticsearch";
import { startElasticsearch } from "../embedded-elasticsearch/start-elasticsearch.ts";
import { startSecuredNode, type SecuredNode } from "../embedded-elasticsearch/start-secured-node.ts";
import type { Major } from "../embedded-elasticsearch/versions.ts";

/** The Elasticsearch of the demo. */
export interface DemoNode {
  url: string;
  version: string;
  /** How the connector's configuration file reaches the node. */
  settings: Record<string, string>;
  /** For the demo's own searches. */
  client: Client;
  /** Why the node has no security although it was asked for. */
  unsecured?: string;
  stop(): Promise<void>;
}

/** Starts the node between the demo's org and its searches. `ELASTICSEARCH_URL` takes precedence over a node with security. */
export async function startNode(
  { version, security }: { version: Major; security: boolean },
  signal: AbortSignal,
): Promise<DemoNode> {
  if (!security || process.env["ELASTICSEARCH_URL"]) return startPlain(version, signal);
  const node = await startSecuredNode(version, signal);
  if (typeof node !== "string") return connectSecurely(node);
  return { ...(await startPlain(version, signal)), unsecured: node };
}

async function startPlain(major: Major, signal: AbortSignal): Promise<DemoNode> {
  const node = await startElasticsearch({ major, signal });
  return withClient(node, { "elasticsearch.host": node.url }, new Client({ node: node.url }));
}

async function connectSecurely(node: SecuredNode): Promise<DemoNode> {
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
