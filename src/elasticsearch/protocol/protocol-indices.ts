import { z } from "zod";
import type { estypes } from "@elastic/elasticsearch";
import { acknowledgedAnswer, inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ElasticsearchRequestError } from "../errors.ts";

/** An index of the connector protocol, and the alias through which it is read and written. */
export interface ProtocolIndex {
  index: string;
  alias: string;
}

export interface ProtocolIndices {
  connectors: ProtocolIndex;
  jobs: ProtocolIndex;
}

export const protocolIndices: ProtocolIndices = {
  connectors: { index: ".elastic-connectors-v1", alias: ".elastic-connectors" },
  jobs: { index: ".elastic-connectors-sync-jobs-v1", alias: ".elastic-connectors-sync-jobs" },
};

const identityPrefix = ".search-acl-filter-";

/** The index of identities: search applications and Elasticsearch's templates know it by this name. */
export const identityIndexName = (contentIndex: string): string => `${identityPrefix}${contentIndex}`;

/** The content index of an index of identities; the name of a content index stays as it is. */
export const contentIndexName = (index: string): string =>
  index.startsWith(identityPrefix) ? index.slice(identityPrefix.length) : index;

export interface EnsureOptions {
  elasticsearch: ElasticsearchClient;
  signal: AbortSignal;
  indices?: ProtocolIndices;
}

/**
 * Creates missing indices. They are created without mapping, so that Elasticsearch's own index template provides mapping, settings and alias;
 * without such a template, they get what our searches need. Several services may do this at once: every step can be repeated.
 */
export async function ensureProtocolIndices({ indices = protocolIndices, ...context }: EnsureOptions): Promise<void> {
  await ensureIndex({ ...indices.connectors, properties: connectorProperties }, context);
  await ensureIndex({ ...indices.jobs, properties: jobProperties }, context);
}

/** Makes written documents visible to searches. */
export async function refreshProtocolIndices({
  elasticsearch,
  signal,
  indices = protocolIndices,
}: EnsureOptions): Promise<void> {
  const aliases = [indices.connectors.alias, indices.jobs.alias];
  await elasticsearch.request("refreshing connectors and jobs", signal, (client, options) =>
    client.indices.refresh({ index: aliases, ignore_unavailable: true }, options),
  );
}

type Properties = Record<string, estypes.MappingProperty>;
type Wanted = ProtocolIndex & { properties: Properties };
type Context = Omit<EnsureOptions, "indices">;

async function ensureIndex(wanted: Wanted, context: Context): Promise<void> {
  if (await hasAlias(wanted, context)) return;
  await createIndex(wanted, context);
  if (await hasAlias(wanted, context)) return;
  await describeIndex(wanted, context);
}

async function hasAlias({ alias }: Wanted, { elasticsearch, signal }: Context): Promise<boolean> {
  // A refusal of HEAD would have no body, and so no reason.
  const { statusCode } = await elasticsearch.request(`looking for ${alias}`, signal, async (client, options) =>
    inForm(aliasAnswer, await client.indices.getAlias({ name: alias }, { ...options, ignore: [404], meta: true })),
  );
  return statusCode !== 404;
}

const aliasedIndices = z.record(z.string(), z.object({ aliases: z.object({}) }));
const aliasAnswer = z.union([
  z.object({ statusCode: z.literal(404) }),
  z.object({ body: aliasedIndices.refine((indices) => Object.keys(indices).length > 0) }),
]);

async function createIndex({ index }: Wanted, { elasticsearch, signal }: Context): Promise<void> {
  try {
    await elasticsearch.request(`creating the index ${index}`, signal, async (client, options) =>
      inForm(acknowledgedAnswer, await client.indices.create({ index }, options)),
    );
  } catch (error) {
    if (!(error instanceof ElasticsearchRequestError) || error.status !== 400) throw error;
    // Refused because another service was first, or for another reason.
    const exists = await elasticsearch.request(`looking for the index ${index}`, signal, (client, options) =>
      client.indices.exists({ index }, options),
    );
    if (!exists) throw error;
  }
}

/** The alias comes last: with the alias, everything else is in place. */
async function describeIndex({ index, alias, properties }: Wanted, { elasticsearch, signal }: Context): Promise<void> {
  await elasticsearch.request(`mapping the fields of ${index}`, signal, async (client, options) =>
    inForm(acknowledgedAnswer, await client.indices.putMapping({ index, dynamic: false, properties }, options)),
  );
  // Configurations may contain credentials: hidden indices are left out of searches of all indices.
  const settings = { index: { hidden: true, auto_expand_replicas: "0-1" as const } };
  await elasticsearch.request(`setting up the index ${index}`, signal, async (client, options) =>
    inForm(acknowledgedAnswer, await client.indices.putSettings({ index, settings }, options)),
  );
  await elasticsearch.request(`giving the index ${index} the alias ${alias}`, signal, async (client, options) =>
    inForm(acknowledgedAnswer, await client.indices.putAlias({ index, name: alias }, options)),
  );
}

const keyword: estypes.MappingProperty = { type: "keyword" };
const date: estypes.MappingProperty = { type: "date" };
const boolean: estypes.MappingProperty = { type: "boolean" };

/** The fields that this service and Kibana search and sort connectors by. */
const connectorProperties: Properties = {
  deleted: boolean,
  index_name: keyword,
  is_native: boolean,
  last_seen: date,
  name: keyword,
  service_type: keyword,
  status: keyword,
};

/** The fields that this service and Kibana search and sort jobs by. */
const jobProperties: Properties = {
  connector: { properties: { id: keyword, index_name: keyword, service_type: keyword } },
  created_at: date,
  job_type: keyword,
  last_seen: date,
  status: keyword,
  trigger_method: keyword,
};
