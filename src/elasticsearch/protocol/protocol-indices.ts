import type { Client, estypes } from "@elastic/elasticsearch";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ElasticsearchRequestError } from "../errors.ts";

/** An index of the connector protocol: the one that exists, and the alias by which everybody reads and writes it. */
export interface ProtocolIndex {
  index: string;
  alias: string;
}

/** Where connectors and jobs are stored. */
export interface ProtocolIndices {
  connectors: ProtocolIndex;
  jobs: ProtocolIndex;
}

/** The names that Kibana and Elasticsearch use. */
export const protocolIndices: ProtocolIndices = {
  connectors: { index: ".elastic-connectors-v1", alias: ".elastic-connectors" },
  jobs: { index: ".elastic-connectors-sync-jobs-v1", alias: ".elastic-connectors-sync-jobs" },
};

/** What making the indices needs. */
export interface EnsureOptions {
  client: Client;
  caller: ElasticsearchCaller;
  signal: AbortSignal;
  indices?: ProtocolIndices;
}

/**
 * Sees to it that the indices are there. They are created by name alone, so that the template that Elasticsearch brings along gives them
 * mapping, settings and alias; where there is no such template, they get what searches of ours need. Several services may do this at
 * once: each step does no harm when another one has done it already.
 */
export async function ensureProtocolIndices({ indices = protocolIndices, ...context }: EnsureOptions): Promise<void> {
  await ensureIndex({ ...indices.connectors, properties: connectorProperties }, context);
  await ensureIndex({ ...indices.jobs, properties: jobProperties }, context);
}

/** Lets searches find what was written until now. */
export async function refreshProtocolIndices({
  client,
  caller,
  signal,
  indices = protocolIndices,
}: EnsureOptions): Promise<void> {
  const aliases = [indices.connectors.alias, indices.jobs.alias];
  await caller.call("refreshing connectors and jobs", signal, (aborted) =>
    client.indices.refresh({ index: aliases, ignore_unavailable: true }, { signal: aborted }),
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

function hasAlias({ alias }: Wanted, { client, caller, signal }: Context): Promise<boolean> {
  return caller.call(`looking for ${alias}`, signal, (aborted) =>
    client.indices.existsAlias({ name: alias }, { signal: aborted }),
  );
}

async function createIndex({ index }: Wanted, { client, caller, signal }: Context): Promise<void> {
  try {
    await caller.call(`creating the index ${index}`, signal, (aborted) =>
      client.indices.create({ index }, { signal: aborted }),
    );
  } catch (error) {
    if (!(error instanceof ElasticsearchRequestError) || error.status !== 400) throw error;
    // Refused because another service was first, or for a reason that somebody must hear.
    const there = await caller.call(`looking for the index ${index}`, signal, (aborted) =>
      client.indices.exists({ index }, { signal: aborted }),
    );
    if (!there) throw error;
  }
}

/** The alias comes last: whoever finds it finds the rest. */
async function describeIndex({ index, alias, properties }: Wanted, { client, caller, signal }: Context): Promise<void> {
  await caller.call(`mapping the fields of ${index}`, signal, (aborted) =>
    client.indices.putMapping({ index, dynamic: false, properties }, { signal: aborted }),
  );
  // Configurations may hold credentials: no search of all indices shall find them.
  const settings = { index: { hidden: true, auto_expand_replicas: "0-1" as const } };
  await caller.call(`setting up the index ${index}`, signal, (aborted) =>
    client.indices.putSettings({ index, settings }, { signal: aborted }),
  );
  await caller.call(`giving the index ${index} the alias ${alias}`, signal, (aborted) =>
    client.indices.putAlias({ index, name: alias }, { signal: aborted }),
  );
}

const keyword: estypes.MappingProperty = { type: "keyword" };
const date: estypes.MappingProperty = { type: "date" };
const boolean: estypes.MappingProperty = { type: "boolean" };

/** What connectors are searched and sorted by, here and in Kibana. */
const connectorProperties: Properties = {
  deleted: boolean,
  index_name: keyword,
  is_native: boolean,
  last_seen: date,
  name: keyword,
  service_type: keyword,
  status: keyword,
};

/** What jobs are searched and sorted by, here and in Kibana. */
const jobProperties: Properties = {
  connector: { properties: { id: keyword, index_name: keyword, service_type: keyword } },
  created_at: date,
  job_type: keyword,
  last_seen: date,
  status: keyword,
  trigger_method: keyword,
};
