import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { IndexedDocument, IndexReader, TextState } from "../../sync/ports.ts";
import { countOfAllShards, fromAllShards } from "../client/all-shards.ts";
import { inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ContentIndexError } from "../errors.ts";
import { CompleteRead, totalAnswer } from "./complete-read.ts";
import { keywordName, type MappingProperties } from "./mapping.ts";

export interface IndexReaderOptions {
  elasticsearch: ElasticsearchClient;
  index: string;
  /** The current mapping of the index. */
  properties: MappingProperties;
}

/** Documents a page: the default maximum of Elasticsearch. */
const pageSize = 10_000;

const keepAlive = "5m";

const fileObjectType = "ContentDocument";

const docValues = ["_fingerprint", "_access_hash", "_version_id", "_text_state"] as const;

type Query = estypes.QueryDslQueryContainer;

/**
 * Reads the documents of an index: those of this connector, which have a fingerprint, and those of Elastic's connector, whose type is in
 * `attributes.type` or `type: content_document`. Documents of other tools are ignored.
 */
export class ElasticsearchIndexReader implements IndexReader {
  readonly #options: IndexReaderOptions;

  constructor(options: IndexReaderOptions) {
    this.#options = options;
  }

  async objectTypes(signal: AbortSignal): Promise<Map<string, number>> {
    const { elasticsearch, index } = this.#options;
    const types = (field: string): estypes.AggregationsAggregationContainer => ({ terms: { field, size: 10_000 } });
    const ours = this.#keyword("object_type");
    const theirs = this.#keyword("attributes.type");
    const aggs: Record<string, estypes.AggregationsAggregationContainer> = {
      ...(ours === undefined ? {} : { ours: { filter: isOurs, aggs: { types: types(ours) } } }),
      ...(theirs === undefined ? {} : { theirs: { filter: not(isOurs), aggs: { types: types(theirs) } } }),
      files: { filter: this.#elasticFiles() },
    };
    const response = await elasticsearch.request(
      `counting the documents of ${index}`,
      signal,
      async (client, options) =>
        inForm(
          typesAnswer,
          await client.search<unknown, Record<string, TypeCounts>>(
            { index, size: 0, track_total_hits: false, aggs, ...fromAllShards },
            options,
          ),
        ),
    );
    const counts = new Map<string, number>();
    const add = (type: string, count: number): void => {
      if (count > 0) counts.set(type, (counts.get(type) ?? 0) + count);
    };
    for (const group of [response.aggregations?.["ours"], response.aggregations?.["theirs"]]) {
      for (const { key, doc_count } of group?.types?.buckets ?? []) add(key, doc_count);
    }
    add(fileObjectType, response.aggregations?.["files"]?.doc_count ?? 0);
    return counts;
  }

  /** The number of documents of this connector and of Elastic's with access restrictions. */
  async restricted(signal: AbortSignal): Promise<number> {
    const { elasticsearch, index, properties } = this.#options;
    if (!properties["_allow_access_control"]) return 0;
    const synced = [isOurs, { exists: { field: "attributes.type" } }, this.#elasticFiles()];
    const query: Query = {
      bool: { filter: [{ exists: { field: "_allow_access_control" } }, { bool: { should: synced } }] },
    };
    const { count } = await elasticsearch.request(
      `counting the documents of ${index}`,
      signal,
      async (client, options) => countOfAllShards(await client.count({ index, query }, options)),
    );
    return count;
  }

  /** In the order of their ids. */
  documents(objectType: string, signal: AbortSignal): AsyncGenerator<readonly IndexedDocument[], void, undefined> {
    return this.#read(this.#ofType(objectType), signal);
  }

  documentsById(
    ids: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly IndexedDocument[], void, undefined> {
    return this.#read({ ids: { values: [...ids] } }, signal);
  }

  async *#read(query: Query, signal: AbortSignal): AsyncGenerator<readonly IndexedDocument[], void, undefined> {
    const idField = this.#keyword("id");
    if (idField === undefined) {
      throw new ContentIndexError(
        `The field id of the index ${this.#options.index} is not a keyword, so its documents cannot be compared.`,
        {
          hint: "Use another index, or reindex into one whose field id is a keyword or has a keyword sub-field.",
        },
      );
    }
    const fields = docValues.filter((name) => this.#options.properties[name]);
    let pit = await this.#openPointInTime(signal);
    try {
      const complete = new CompleteRead(this.#options.index);
      let after: estypes.SortResults | undefined;
      for (;;) {
        const response = await this.#page({ pit, after, idField, fields, query }, signal);
        pit = response.pit_id ?? pit;
        // The filter leaves out an empty list.
        const { hits = [], total } = (response as Partial<estypes.SearchResponse>).hits ?? {};
        complete.add(hits.length, total);
        if (hits.length > 0) yield hits.map(toIndexedDocument);
        after = hits.at(-1)?.sort;
        if (hits.length < pageSize || after === undefined) break;
      }
      complete.end();
    } finally {
      await this.#closePointInTime(pit, signal);
    }
  }

  async sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined> {
    const { elasticsearch, index } = this.#options;
    const response = await elasticsearch.request(`reading a document of ${index}`, signal, async (client, options) =>
      inForm(
        hitsAnswer,
        await client.search(
          { index, size: 1, _source: false, query: this.#ofType(objectType), ...fromAllShards },
          options,
        ),
      ),
    );
    return response.hits.hits[0]?._id;
  }

  async relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<Map<string, readonly string[]>> {
    const { elasticsearch, index } = this.#options;
    if (fileIds.length === 0) return new Map();
    const response = await elasticsearch.request(`reading files of ${index}`, signal, async (client, options) =>
      inForm(
        hitsAnswer,
        await client.search<{ related_ids?: string[]; linked_ids?: string[] }>(
          {
            index,
            size: fileIds.length,
            _source: ["related_ids", "linked_ids"],
            query: { ids: { values: [...fileIds] } },
            ...fromAllShards,
          },
          options,
        ),
      ),
    );
    return new Map(
      response.hits.hits.map(({ _id = "", _source }) => [_id, _source?.related_ids ?? _source?.linked_ids ?? []]),
    );
  }

  #page(
    {
      pit,
      after,
      idField,
      fields,
      query,
    }: {
      pit: string;
      after: estypes.SortResults | undefined;
      idField: string;
      fields: readonly string[];
      query: Query;
    },
    signal: AbortSignal,
  ): Promise<estypes.SearchResponse> {
    const { elasticsearch, index } = this.#options;
    const request: estypes.SearchRequest = {
      pit: { id: pit, keep_alive: keepAlive },
      size: pageSize,
      query,
      sort: [{ [idField]: "asc" }],
      ...(after ? { search_after: after } : {}),
      docvalue_fields: [...fields],
      _source: false,
      stored_fields: "_none_",
      track_total_hits: after === undefined,
      filter_path: "pit_id,hits.total.value,hits.hits.sort,hits.hits.fields",
      ...fromAllShards,
    };
    const form = after === undefined ? firstPageAnswer : pageAnswer;
    return elasticsearch.request(`reading the documents of ${index}`, signal, async (client, options) =>
      inForm(form, await client.search(request, options)),
    );
  }

  async #openPointInTime(signal: AbortSignal): Promise<string> {
    const { elasticsearch, index } = this.#options;
    const { id } = await elasticsearch.request(`reading the documents of ${index}`, signal, async (client, options) =>
      inForm(pitAnswer, await client.openPointInTime({ index, keep_alive: keepAlive }, options)),
    );
    return id;
  }

  async #closePointInTime(id: string, signal: AbortSignal): Promise<void> {
    // If this fails, the point in time expires by itself.
    await this.#options.elasticsearch
      .request("closing a point in time", signal, (client, options) =>
        client.closePointInTime({ id }, { ...options, ignore: [404] }),
      )
      .catch(() => undefined);
  }

  #ofType(objectType: string): Query {
    const ours = this.#keyword("object_type");
    const theirs = this.#keyword("attributes.type");
    const should: Query[] = [
      ...(ours === undefined ? [] : [{ bool: { filter: [{ term: { [ours]: objectType } }, isOurs] } }]),
      ...(theirs === undefined ? [] : [{ bool: { filter: [{ term: { [theirs]: objectType } }, not(isOurs)] } }]),
      ...(objectType === fileObjectType ? [this.#elasticFiles()] : []),
    ];
    return { bool: { filter: [{ bool: { should, minimum_should_match: 1 } }] } };
  }

  /** The files of Elastic's connector. */
  #elasticFiles(): Query {
    const type = this.#keyword("type");
    if (type === undefined) return { match_none: {} };
    return { bool: { filter: [{ term: { [type]: "content_document" } }, not(isOurs)] } };
  }

  #keyword(path: string): string | undefined {
    return keywordName(this.#options.properties, path);
  }
}

interface TypeCounts {
  doc_count: number;
  types?: { buckets: { key: string; doc_count: number }[] };
}

const buckets = z.object({
  types: z.object({ buckets: z.array(z.object({ key: z.string(), doc_count: z.number() })) }),
});
const typesAnswer = z.object({
  aggregations: z.object({
    ours: buckets.optional(),
    theirs: buckets.optional(),
    files: z.object({ doc_count: z.number() }),
  }),
});
const pitAnswer = z.object({ id: z.string() });
const hitsAnswer = z.object({
  hits: z.object({
    hits: z.array(z.object({ _id: z.string().optional(), _source: z.custom<JsonObject>(isJsonObject).optional() })),
  }),
});
/** The filter leaves out an empty list. */
const pageAnswer = z.object({
  pit_id: z.string(),
  hits: z.object({ hits: z.custom<JsonObject[]>(isSortedList).optional() }).optional(),
});

const firstPageAnswer = pageAnswer.extend({
  hits: z.object({ total: totalAnswer, hits: z.custom<JsonObject[]>(isSortedList).optional() }),
});

/** A page has thousands of hits, so their outline is checked by hand. */
function isSortedList(hits: unknown): boolean {
  return Array.isArray(hits) && hits.every((hit) => isJsonObject(hit) && Array.isArray(hit["sort"]));
}

const isOurs: Query = { exists: { field: "_fingerprint" } };

function not(query: Query): Query {
  return { bool: { must_not: [query] } };
}

function toIndexedDocument({ sort, fields }: estypes.SearchHit): IndexedDocument {
  const value = (name: (typeof docValues)[number]): string | null => {
    const values = (fields as Record<string, unknown[]> | undefined)?.[name];
    return typeof values?.[0] === "string" ? values[0] : null;
  };
  return {
    id: String(sort?.[0]),
    fingerprint: value("_fingerprint"),
    accessHash: value("_access_hash"),
    versionId: value("_version_id"),
    textState: value("_text_state") as TextState | null,
  };
}
