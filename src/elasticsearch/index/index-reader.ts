import type { Client, estypes } from "@elastic/elasticsearch";
import type { IndexedDocument, TextState } from "../../sync/ports.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ContentIndexError } from "../errors.ts";
import { keywordName, type MappingProperties } from "./mapping.ts";

/** What the reader is made of. `properties` is the index's mapping as it is. */
export interface IndexReaderOptions {
  client: Client;
  caller: ElasticsearchCaller;
  index: string;
  properties: MappingProperties;
}

/** Documents a page; the most that Elasticsearch gives by default. */
const pageSize = 10_000;

const keepAlive = "5m";

/** The object type of files' documents, as the sync names it. */
const fileObjectType = "ContentDocument";

const docValues = ["_fingerprint", "_version_id", "_text_state"] as const;

type Query = estypes.QueryDslQueryContainer;

/**
 * Reads what an index holds: documents of ours, which carry a fingerprint, and those that Elastic's connector wrote, which show their type
 * in `attributes.type` or as `type: content_document`. Documents of anybody else are nobody's business here.
 */
export class IndexReader {
  readonly #options: IndexReaderOptions;

  constructor(options: IndexReaderOptions) {
    this.#options = options;
  }

  /** Object types and how many documents there are of each. */
  async objectTypes(signal: AbortSignal): Promise<Map<string, number>> {
    const { client, caller, index } = this.#options;
    const types = (field: string): estypes.AggregationsAggregationContainer => ({ terms: { field, size: 10_000 } });
    const ours = this.#keyword("object_type");
    const theirs = this.#keyword("attributes.type");
    const aggs: Record<string, estypes.AggregationsAggregationContainer> = {
      ...(ours === undefined ? {} : { ours: { filter: isOurs, aggs: { types: types(ours) } } }),
      ...(theirs === undefined ? {} : { theirs: { filter: not(isOurs), aggs: { types: types(theirs) } } }),
      files: { filter: this.#fileOfTheirs() },
    };
    const answer = await caller.call(`counting the documents of ${index}`, signal, (aborted) =>
      client.search<unknown, Record<string, TypeCounts>>(
        { index, size: 0, track_total_hits: false, aggs },
        { signal: aborted },
      ),
    );
    const counts = new Map<string, number>();
    const add = (type: string, count: number): void => {
      if (count > 0) counts.set(type, (counts.get(type) ?? 0) + count);
    };
    for (const group of [answer.aggregations?.["ours"], answer.aggregations?.["theirs"]]) {
      for (const { key, doc_count } of group?.types?.buckets ?? []) add(key, doc_count);
    }
    add(fileObjectType, answer.aggregations?.["files"]?.doc_count ?? 0);
    return counts;
  }

  /** How many documents of Elastic's connector say who may see them. */
  async restricted(signal: AbortSignal): Promise<number> {
    const { client, caller, index, properties } = this.#options;
    if (!properties["_allow_access_control"]) return 0;
    const theirs = [{ exists: { field: "attributes.type" } }, this.#fileOfTheirs()];
    const query: Query = {
      bool: {
        filter: [{ exists: { field: "_allow_access_control" } }, { bool: { should: theirs } }],
        must_not: [isOurs],
      },
    };
    const { count } = await caller.call(`counting the documents of ${index}`, signal, (aborted) =>
      client.count({ index, query }, { signal: aborted }),
    );
    return count;
  }

  /** The documents of one object type, in the order of their ids. */
  async *documents(
    objectType: string,
    signal: AbortSignal,
  ): AsyncGenerator<readonly IndexedDocument[], void, undefined> {
    const idField = this.#keyword("id");
    if (idField === undefined) {
      throw new ContentIndexError(
        `The index ${this.#options.index} has no field id that is a keyword, so what it holds cannot be compared.`,
        {
          hint: "Name another index, or reindex into one whose id is a keyword or has a sub-field that is.",
        },
      );
    }
    const fields = docValues.filter((name) => this.#options.properties[name]);
    let pit = await this.#openPointInTime(signal);
    try {
      let after: estypes.SortResults | undefined;
      for (;;) {
        const answer = await this.#page({ pit, after, idField, fields, objectType }, signal);
        pit = answer.pit_id ?? pit;
        const { hits } = answer.hits;
        if (hits.length > 0) yield hits.map(toIndexedDocument);
        after = hits.at(-1)?.sort;
        if (hits.length < pageSize || after === undefined) return;
      }
    } finally {
      await this.#closePointInTime(pit);
    }
  }

  /** Some document's id of an object type. */
  async sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined> {
    const { client, caller, index } = this.#options;
    const answer = await caller.call(`looking into ${index}`, signal, (aborted) =>
      client.search({ index, size: 1, _source: false, query: this.#ofType(objectType) }, { signal: aborted }),
    );
    return answer.hits.hits[0]?._id;
  }

  /** The records that files' documents name. */
  async relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<Map<string, readonly string[]>> {
    const { client, caller, index } = this.#options;
    if (fileIds.length === 0) return new Map();
    const answer = await caller.call(`looking up files in ${index}`, signal, (aborted) =>
      client.search<{ related_ids?: string[]; linked_ids?: string[] }>(
        {
          index,
          size: fileIds.length,
          _source: ["related_ids", "linked_ids"],
          query: { ids: { values: [...fileIds] } },
        },
        { signal: aborted },
      ),
    );
    return new Map(
      answer.hits.hits.map(({ _id = "", _source }) => [_id, _source?.related_ids ?? _source?.linked_ids ?? []]),
    );
  }

  #page(
    {
      pit,
      after,
      idField,
      fields,
      objectType,
    }: {
      pit: string;
      after: estypes.SortResults | undefined;
      idField: string;
      fields: readonly string[];
      objectType: string;
    },
    signal: AbortSignal,
  ): Promise<estypes.SearchResponse> {
    const { client, caller, index } = this.#options;
    return caller.call(`reading what ${index} holds`, signal, (aborted) =>
      client.search(
        {
          pit: { id: pit, keep_alive: keepAlive },
          size: pageSize,
          query: this.#ofType(objectType),
          sort: [{ [idField]: "asc" }],
          ...(after ? { search_after: after } : {}),
          docvalue_fields: [...fields],
          _source: false,
          stored_fields: "_none_",
          track_total_hits: false,
          filter_path: "pit_id,hits.hits.sort,hits.hits.fields",
        },
        { signal: aborted },
      ),
    );
  }

  async #openPointInTime(signal: AbortSignal): Promise<string> {
    const { client, caller, index } = this.#options;
    const { id } = await caller.call(`reading what ${index} holds`, signal, (aborted) =>
      client.openPointInTime({ index, keep_alive: keepAlive }, { signal: aborted }),
    );
    return id;
  }

  async #closePointInTime(id: string): Promise<void> {
    // It ends by itself a little later; nothing is lost if this fails.
    await this.#options.client.closePointInTime({ id }, { ignore: [404] }).catch(() => undefined);
  }

  #ofType(objectType: string): Query {
    const ours = this.#keyword("object_type");
    const theirs = this.#keyword("attributes.type");
    const should: Query[] = [
      ...(ours === undefined ? [] : [{ bool: { filter: [{ term: { [ours]: objectType } }, isOurs] } }]),
      ...(theirs === undefined ? [] : [{ bool: { filter: [{ term: { [theirs]: objectType } }, not(isOurs)] } }]),
      ...(objectType === fileObjectType ? [this.#fileOfTheirs()] : []),
    ];
    return { bool: { filter: [{ bool: { should, minimum_should_match: 1 } }] } };
  }

  /** Elastic's connector writes no object type on files, but this. */
  #fileOfTheirs(): Query {
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
    versionId: value("_version_id"),
    textState: value("_text_state") as TextState | null,
  };
}
