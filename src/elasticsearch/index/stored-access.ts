import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { countOfAllShards } from "../client/all-shards.ts";
import type { ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { identityIndexName } from "./identity-index.ts";

interface StoredAccessOptions {
  readonly content: ElasticsearchClient;
  readonly index: string;
  /** Ids of 18 characters. */
  readonly user: string;
  readonly record: string;
  readonly signal: AbortSignal;
}

/** What the index says about one user and one document. */
export interface StoredAccess {
  /** Undefined if the index does not contain the document. */
  readonly document: { readonly hash: string | null } | undefined;
  /** Whether the user's identity finds it. */
  readonly finds: boolean;
}

const documentAnswer = z.object({ _source: z.object({ _access_hash: z.string().nullable().default(null) }) });
const identityAnswer = z.object({
  _source: z.object({
    query: z.object({
      template: z.object({ source: z.string(), params: z.record(z.string(), z.array(z.string())) }),
    }),
  }),
});

export async function readStoredAccess({
  content,
  index,
  user,
  record,
  signal,
}: StoredAccessOptions): Promise<StoredAccess> {
  const { document } = await content.request(`reading a document of ${index}`, signal, async (client, options) => {
    const request = { index, id: record, _source_includes: ["_access_hash"] };
    const { statusCode, body } = await client.get(request, { ...options, ignore: [404], meta: true });
    return statusCode === 404 ? {} : { document: { hash: documentAnswer.parse(body)._source._access_hash } };
  });
  const { template } = await content.request(`reading an identity of ${index}`, signal, async (client, options) => {
    const request = { index: identityIndexName(index), id: user };
    const { statusCode, body } = await client.get(request, { ...options, ignore: [404], meta: true });
    return statusCode === 404 ? {} : { template: identityAnswer.parse(body)._source.query.template };
  });
  if (template === undefined || document === undefined) return { document, finds: false };
  const query: estypes.QueryDslQueryContainer = {
    bool: { filter: [{ ids: { values: [record] } }, { wrapper: { query: rendered(template) } }] },
  };
  const { count } = await content.request(`searching ${index}`, signal, async (client, options) =>
    countOfAllShards(await client.count({ index, query }, options)),
  );
  return { document, finds: count > 0 };
}

/** The template with its parameters inserted, in base64. */
function rendered({ source, params }: { source: string; params: Readonly<Record<string, readonly string[]>> }): string {
  const json = source.replaceAll(/\{\{#toJson\}\}(\w+)\{\{\/toJson\}\}/gu, (_, name: string) =>
    JSON.stringify(params[name] ?? []),
  );
  return Buffer.from(json).toString("base64");
}
