import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { acknowledgedAnswer, inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ContentIndexError, ElasticsearchRequestError, IndexGoneError } from "../errors.ts";
import type { MappingProperties } from "./mapping.ts";
import { unsuitableFields, type UnsuitableField } from "./own-fields.ts";

/** What Elasticsearch says about an index that documents are written to. */
export interface IndexState {
  /** Differs if the index is deleted and created again under its name. */
  uuid: string;
  properties: MappingProperties;
  totalFields: number;
  /** By index: an alias may have several. */
  unsuitable: readonly { index: string; fields: readonly UnsuitableField[] }[];
}

interface IndexAddress {
  elasticsearch: ElasticsearchClient;
  /** An index or an alias with one write index. */
  name: string;
  signal: AbortSignal;
}

/** The default of Elasticsearch. */
export const defaultTotalFields = 1000;

/** Undefined if the index does not exist. */
export async function readIndexState({ elasticsearch, name, signal }: IndexAddress): Promise<IndexState | undefined> {
  const request = { index: name, flat_settings: true };
  const { answer } = await elasticsearch.request(
    `reading the settings of the index ${name}`,
    signal,
    async (client, options) => {
      const { statusCode, body } = await client.indices.get(request, { ...options, ignore: [404], meta: true });
      return statusCode === 404 ? {} : { answer: indexAnswer.parse(body) };
    },
  );
  if (!answer) return undefined;
  const { mappings, settings } = writeIndexOf(answer, name);
  return {
    uuid: settings["index.uuid"],
    properties: mappings.properties,
    totalFields: Number(settings["index.mapping.total_fields.limit"] ?? defaultTotalFields),
    unsuitable: Object.entries(answer)
      .map(([index, found]) => ({ index, fields: unsuitableFields(found.mappings.properties) }))
      .filter(({ fields }) => fields.length > 0),
  };
}

/** The uuid of the index that is written to; undefined if there is none. */
export async function readIndexUuid({ elasticsearch, name, signal }: IndexAddress): Promise<string | undefined> {
  const request = { index: name, filter_path: uuidOnly };
  const { answer } = await elasticsearch.request(`looking for the index ${name}`, signal, async (client, options) => {
    const { statusCode, body } = await client.indices.get(request, { ...options, ignore: [404], meta: true });
    return statusCode === 404 ? {} : { answer: uuidAnswer.parse(body) };
  });
  if (!answer) return undefined;
  const uuids = Object.values(answer).map(({ settings }) => settings.index.uuid);
  if (uuids.length <= 1) return uuids[0];
  return (await readIndexState({ elasticsearch, name, signal }))?.uuid;
}

/** Creates an index of the connector's own that Kibana does not list, unless it exists. Returns its uuid. */
export async function ensureHiddenIndex(
  address: IndexAddress,
  properties: Record<string, estypes.MappingProperty>,
): Promise<string> {
  const { elasticsearch, name, signal } = address;
  const existing = await readIndexUuid(address);
  if (existing !== undefined) return existing;
  const index = { index: name, settings: { hidden: true }, mappings: { dynamic: false as const, properties } };
  try {
    await elasticsearch.request(`creating the index ${name}`, signal, async (client, options) =>
      inForm(acknowledgedAnswer, await client.indices.create(index, options)),
    );
  } catch (error) {
    const refused = error instanceof ElasticsearchRequestError && error.status === 400;
    if (!refused) throw error;
    // An attempt whose response was lost has created it.
    const created = await readIndexUuid(address);
    if (created === undefined) throw error;
    return created;
  }
  const created = await readIndexUuid(address);
  if (created === undefined) throw new IndexGoneError(name);
  return created;
}

const uuidOnly = "*.settings.index.uuid";

const isNotEmpty = (indices: object): boolean => Object.keys(indices).length > 0;

const uuidAnswer = z
  .record(z.string(), z.object({ settings: z.object({ index: z.object({ uuid: z.string() }) }) }))
  .refine(isNotEmpty);

const indexAnswer = z
  .record(
    z.string(),
    z.object({
      mappings: z
        .object({ properties: z.custom<MappingProperties>((value) => typeof value === "object").default({}) })
        .default({ properties: {} }),
      settings: z.looseObject({ "index.uuid": z.string() }),
      aliases: z.record(z.string(), z.object({ is_write_index: z.boolean().optional() })).default({}),
    }),
  )
  .refine(isNotEmpty);

type IndexAnswer = z.output<typeof indexAnswer>;

function writeIndexOf(answer: IndexAnswer, name: string): IndexAnswer[string] {
  const indices = Object.values(answer);
  const writeIndex =
    indices.length === 1 ? indices[0] : indices.find((one) => one.aliases[name]?.is_write_index === true);
  if (writeIndex) return writeIndex;
  throw new ContentIndexError(`${name} is an alias of ${indices.length} indices without a write index.`, {
    hint: "Use one index, or set is_write_index on one index of the alias.",
  });
}
