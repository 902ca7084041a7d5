import { randomBytes } from "node:crypto";
import { Client } from "@elastic/elasticsearch";
import { inject } from "vitest";
import type { RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the Elasticsearch that the integration project runs on, as `http://127.0.0.1:9200`; started once per run and project. */
    elasticsearchUrl: string;
    /** Its own version, such as "8.19.0". */
    elasticsearchVersion: string;
    /** Tests of the embedded node itself run on nothing else. */
    elasticsearchOrigin: RunningElasticsearch["origin"];
  }
}

/** The official client without the product's retries, so that a test sees the first response. Close it after use. */
export function elasticsearchClient(): Client {
  return new Client({ node: inject("elasticsearchUrl"), maxRetries: 0, requestTimeout: 60_000 });
}

/** 8 or 9, of the Elasticsearch that this project runs on. */
export function elasticsearchMajor(): number {
  return Number(inject("elasticsearchVersion").split(".")[0]);
}

/**
 * A unique prefix for the names of indices, pipelines and templates, because test files run in parallel on one node, and the user's own cluster
 * may contain other data. Ends in a hyphen.
 */
export function uniqueIndexPrefix(): string {
  return `test-${randomBytes(6).toString("hex")}-`;
}

/** Removes every index whose name starts with the prefix, hidden ones too. */
export async function deleteIndices(client: Client, prefix: string): Promise<void> {
  const indices = await client.indices.get({ index: `${prefix}*`, expand_wildcards: "all", allow_no_indices: true });
  // By name: a cluster may refuse to delete by a pattern.
  for (const index of Object.keys(indices)) await client.indices.delete({ index });
}
