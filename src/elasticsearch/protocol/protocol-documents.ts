import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { ChangeResult, Revision } from "../../connector/stored-connector.ts";
import { fromAllShards } from "../client/all-shards.ts";
import { inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ElasticsearchRequestError } from "../errors.ts";

export interface ProtocolDocumentsOptions {
  elasticsearch: ElasticsearchClient;
  alias: string;
  /** The names of the documents in error messages. */
  nouns: { one: string; many: string };
}

export interface StoredDocument {
  id: string;
  revision: Revision;
  source: JsonObject;
}

/** A change to a stored document. */
export interface DocumentChange {
  /** Merged into the document, as a partial update does it. */
  merged: JsonObject;
  /** Computes members from the merged document. They replace those of the document. */
  replace?: (document: JsonObject) => JsonObject;
}

type Query = estypes.QueryDslQueryContainer;

/** Documents a page. A job contains its connector's whole configuration, so pages are small. */
const pageSize = 1000;

/** The maximum of Elasticsearch (index.max_result_window). */
const mostHits = 10_000;

const keepAlive = "1m";

/** Retries of a change without a revision after a conflict. */
const maxRetries = 3;

/**
 * The documents of one index of the connector protocol. Documents marked as deleted are treated as missing. No request creates an index, because
 * an index with the name of the alias would prevent the alias.
 */
export class ProtocolDocuments {
  readonly #options: ProtocolDocumentsOptions;

  constructor(options: ProtocolDocumentsOptions) {
    this.#options = options;
  }

  /** The current version, even if searches do not see it yet. */
  async get(id: string, signal: AbortSignal): Promise<StoredDocument | undefined> {
    const { elasticsearch, alias, nouns } = this.#options;
    const response = await elasticsearch.request(`reading ${nouns.one} ${id}`, signal, async (client, options) =>
      inForm(getAnswer, await client.get({ index: alias, id }, { ...options, ignore: [404], meta: true })),
    );
    if (response.statusCode !== 404) return present(response.body);
    if (absence.safeParse(response.body).success) return undefined;
    throw this.#missingIndex(id);
  }

  /** All matching documents, in no order. Writes of the last second may be missing. */
  async search(query: Query, signal: AbortSignal): Promise<StoredDocument[]> {
    const wanted: Query = { bool: { filter: [query], must_not: [{ term: { deleted: true } }] } };
    const { alias } = this.#options;
    const hits = await this.#page({ index: alias, ignore_unavailable: true, query: wanted }, signal);
    // Usually there is only one page.
    const all = hits.length < pageSize ? hits : await this.#pages(wanted, signal);
    return all.flatMap((hit) => present(hit) ?? []);
  }

  /** The newest matching documents by a date field, at least `count` if there are as many. Documents without the date count as newest. */
  async newest(
    query: Query,
    { by, count, signal }: { by: string; count: number; signal: AbortSignal },
  ): Promise<StoredDocument[]> {
    if (count > mostHits) return this.search(query, signal);
    const wanted: Query = { bool: { filter: [query], must_not: [{ term: { deleted: true } }] } };
    const sort: estypes.Sort = [{ [by]: { order: "desc", missing: "_first", unmapped_type: "date" } }];
    const request = { index: this.#options.alias, ignore_unavailable: true, query: wanted, sort, size: count };
    return (await this.#page(request, signal)).flatMap((hit) => present(hit) ?? []);
  }

  /** Returns false if the id is taken. After a lost response and a retry, it may be taken by this very document. */
  async create(id: string, document: JsonObject, signal: AbortSignal): Promise<boolean> {
    const { elasticsearch, alias, nouns } = this.#options;
    const response = await elasticsearch.request(`creating ${nouns.one} ${id}`, signal, async (client, options) =>
      inForm(
        writeAnswer,
        await client.index(
          { index: alias, id, document, op_type: "create", require_alias: true },
          { ...options, ignore: [409], meta: true },
        ),
      ),
    );
    return response.statusCode !== 409;
  }

  /**
   * Changes a document; with a revision, only that version. After a lost response and a retry, "changed_meanwhile" may be caused by this very
   * change, so callers read the document again.
   */
  change(id: string, change: DocumentChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult> {
    // A partial update merges objects and cannot remove a key.
    return change.replace ? this.#rewrite(id, change, at) : this.#update(id, change, at);
  }

  async #update(
    id: string,
    { merged }: DocumentChange,
    { revision, signal }: { revision?: Revision; signal: AbortSignal },
  ): Promise<ChangeResult> {
    const { elasticsearch, alias, nouns } = this.#options;
    const guard = revision ? asGuard(revision) : { retry_on_conflict: maxRetries };
    const response = await elasticsearch.request(`changing ${nouns.one} ${id}`, signal, async (client, options) =>
      inForm(
        writeAnswer,
        await client.update(
          { index: alias, id, doc: merged, ...guard, require_alias: true, _source_includes: "deleted" },
          { ...options, ignore: [404, 409], meta: true },
        ),
      ),
    );
    const changed = this.#toResult(id, response);
    // Writing to a document that is marked as deleted does no harm.
    return isDeleted(updateResponse.parse(response.body).get?._source) ? "gone" : changed;
  }

  async #rewrite(
    id: string,
    change: DocumentChange,
    { revision, signal }: { revision?: Revision; signal: AbortSignal },
  ): Promise<ChangeResult> {
    for (let retries = 0; ; retries++) {
      const found = await this.get(id, signal);
      if (!found) return "gone";
      if (revision && !isSame(found.revision, revision)) return "changed_meanwhile";
      const result = await this.#replace(found, change, signal);
      if (result !== "changed_meanwhile" || revision || retries >= maxRetries) return result;
    }
  }

  async #replace(
    { id, source, revision }: StoredDocument,
    { merged, replace }: DocumentChange,
    signal: AbortSignal,
  ): Promise<ChangeResult> {
    const { elasticsearch, alias, nouns } = this.#options;
    const changed = mergeObjects(source, merged);
    const document = { ...changed, ...replace?.(changed) };
    const response = await elasticsearch.request(`changing ${nouns.one} ${id}`, signal, async (client, options) =>
      inForm(
        writeAnswer,
        await client.index(
          { index: alias, id, document, ...asGuard(revision), require_alias: true },
          { ...options, ignore: [404, 409], meta: true },
        ),
      ),
    );
    return this.#toResult(id, response);
  }

  #toResult(id: string, { statusCode, body }: { statusCode: number | null; body: unknown }): ChangeResult {
    if (statusCode === 404 && missingIndex.safeParse(body).success) throw this.#missingIndex(id);
    if (statusCode === 404) return "gone";
    if (statusCode === 409) return "changed_meanwhile";
    const { _seq_no: seqNo, _primary_term: primaryTerm } = writeResponse.parse(body);
    return { revision: { seqNo, primaryTerm } };
  }

  /** A missing index is not a missing document: it would end every job. */
  #missingIndex(id: string): ElasticsearchRequestError {
    const { alias, nouns } = this.#options;
    return new ElasticsearchRequestError(
      404,
      `${alias} does not exist, so ${nouns.one} ${id} cannot be read or changed.`,
      {
        hint: `Restore the index or its alias ${alias}. If it is lost, Kibana or the next start of the service creates it again.`,
      },
    );
  }

  async #pages(query: Query, signal: AbortSignal): Promise<unknown[]> {
    const { elasticsearch, alias, nouns } = this.#options;
    let { id } = await elasticsearch.request(`reading the ${nouns.many}`, signal, async (client, options) =>
      inForm(pitAnswer, await client.openPointInTime({ index: alias, keep_alive: keepAlive }, options)),
    );
    const all: unknown[] = [];
    try {
      let after: estypes.SortResults | undefined;
      for (;;) {
        const pit = { id, keep_alive: keepAlive };
        const hits = await this.#page(
          { pit, query, sort: ["_shard_doc"], ...(after && { search_after: after }) },
          signal,
          (newer) => (id = newer),
        );
        all.push(...hits);
        after = hits.at(-1)?.sort;
        if (hits.length < pageSize || after === undefined) return all;
      }
    } finally {
      // If this fails, the point in time expires by itself.
      await elasticsearch
        .request("closing a point in time", signal, (client, options) =>
          client.closePointInTime({ id }, { ...options, ignore: [404] }),
        )
        .catch(() => undefined);
    }
  }

  async #page(
    request: estypes.SearchRequest,
    signal: AbortSignal,
    renewed: (pit: string) => void = () => undefined,
  ): Promise<estypes.SearchHit[]> {
    const { elasticsearch, nouns } = this.#options;
    const all = { size: pageSize, ...request, seq_no_primary_term: true, track_total_hits: false, ...fromAllShards };
    const response = await elasticsearch.request(`reading the ${nouns.many}`, signal, async (client, options) =>
      inForm(searchAnswer, await client.search(all, options)),
    );
    if (response.pit_id !== undefined) renewed(response.pit_id);
    return response.hits.hits;
  }
}

const document = z.object({
  _id: z.string(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: z.custom<JsonObject>(isJsonObject),
});

const refused = z.object({ statusCode: z.literal([404, 409]) });

const absence = z.object({ found: z.literal(false) });

const missingIndex = z.object({ error: z.object({ type: z.literal("index_not_found_exception") }) });

const writeResponse = z.object({ _seq_no: z.number(), _primary_term: z.number() });

const updateResponse = z.object({
  get: z.object({ _source: z.custom<JsonObject>(isJsonObject).optional() }).optional(),
});

const getAnswer = z.union([refused, z.object({ body: document })]);

const writeAnswer = z.union([refused, z.object({ body: z.intersection(writeResponse, updateResponse) })]);

const pitAnswer = z.object({ id: z.string() });

const searchAnswer = z.object({ pit_id: z.string().optional(), hits: z.object({ hits: z.array(document) }) });

/** The document of a response, unless it is marked as deleted. */
function present(hit: unknown): StoredDocument | undefined {
  const { _id: id, _seq_no: seqNo, _primary_term: primaryTerm, _source: source } = document.parse(hit);
  return isDeleted(source) ? undefined : { id, revision: { seqNo, primaryTerm }, source };
}

function isDeleted(source: JsonObject | undefined): boolean {
  return source?.["deleted"] === true || source?.["deleted"] === "true";
}

function asGuard({ seqNo, primaryTerm }: Revision): { if_seq_no: number; if_primary_term: number } {
  return { if_seq_no: seqNo, if_primary_term: primaryTerm };
}

function isSame(one: Revision, other: Revision): boolean {
  return one.seqNo === other.seqNo && one.primaryTerm === other.primaryTerm;
}

/** Merges objects as Elasticsearch's partial updates do: key by key, other values are replaced. */
export function mergeObjects(base: JsonObject, changes: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const current = base[key];
    merged[key] = isJsonObject(current) && isJsonObject(value) ? mergeObjects(current, value) : value;
  }
  return merged;
}
