import type { Client, estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { ChangeResult, Revision } from "../../jobs/ports.ts";
import type { ElasticsearchCaller } from "../client/elasticsearch-client.ts";
import { ElasticsearchRequestError } from "../errors.ts";
import { mergeObjects } from "./merge-objects.ts";

/** What reading and writing the documents of one index needs. */
export interface ProtocolDocumentsOptions {
  client: Client;
  caller: ElasticsearchCaller;
  alias: string;
  /** What the documents are, for errors: one, and many. */
  nouns: { one: string; many: string };
}

/** A document as it is stored. */
export interface StoredDocument {
  id: string;
  revision: Revision;
  source: JsonObject;
}

/** What is laid over a stored document. Objects are merged with those that are there, but for the ones that take their place. */
export interface DocumentChange {
  merged: JsonObject;
  replaced: JsonObject;
}

type Query = estypes.QueryDslQueryContainer;

/** Documents a page. A job carries its connector's whole configuration, so pages are small. */
const pageSize = 1000;

/** Elasticsearch gives no more at once. */
const mostHits = 10_000;

const keepAlive = "1m";

/** Times that a change which names no revision is tried when others change the same document. */
const maxRetries = 3;

/**
 * The documents of one index of the connector protocol. One that is marked as deleted is not there. No request makes an index: one under
 * the alias's name would keep the alias from ever coming into being.
 */
export class ProtocolDocuments {
  readonly #options: ProtocolDocumentsOptions;

  constructor(options: ProtocolDocumentsOptions) {
    this.#options = options;
  }

  /** A document as it is now, whether searches see it already or not. */
  async get(id: string, signal: AbortSignal): Promise<StoredDocument | undefined> {
    const { client, caller, alias, nouns } = this.#options;
    const answer = await caller.call(`reading ${nouns.one} ${id}`, signal, (aborted) =>
      client.get({ index: alias, id }, { signal: aborted, ignore: [404], meta: true }),
    );
    if (answer.statusCode !== 404) return present(answer.body);
    if (absence.safeParse(answer.body).success) return undefined;
    throw this.#missingIndex(id);
  }

  /** All that the query finds, in no order. What was written within the last second may be missing. */
  async search(query: Query, signal: AbortSignal): Promise<StoredDocument[]> {
    const wanted: Query = { bool: { filter: [query], must_not: [{ term: { deleted: true } }] } };
    const { alias } = this.#options;
    const hits = await this.#page({ index: alias, ignore_unavailable: true, query: wanted }, signal);
    // Nearly always, one page is all.
    const all = hits.length < pageSize ? hits : await this.#pages(wanted, signal);
    return all.flatMap((hit) => present(hit) ?? []);
  }

  /** The newest that the query finds by a date of theirs, at least so many where there are; those without the date count as newest. */
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

  /**
   * Stores a document under an id that nobody has; false where somebody has. When the answer to a request is lost and it is made again,
   * that somebody may be this very document.
   */
  async create(id: string, document: JsonObject, signal: AbortSignal): Promise<boolean> {
    const { client, caller, alias, nouns } = this.#options;
    const answer = await caller.call(`creating ${nouns.one} ${id}`, signal, (aborted) =>
      client.index(
        { index: alias, id, document, op_type: "create", require_alias: true },
        { signal: aborted, ignore: [409], meta: true },
      ),
    );
    return answer.statusCode !== 409;
  }

  /**
   * Changes a document; where a revision is given, only that one. When the answer to a request is lost and it is made again,
   * "changed_meanwhile" may be about this very change: whoever gets it reads anew.
   */
  change(id: string, change: DocumentChange, at: { revision?: Revision; signal: AbortSignal }): Promise<ChangeResult> {
    // An update merges objects, and so cannot take a key out of one.
    return Object.keys(change.replaced).length > 0 ? this.#rewrite(id, change, at) : this.#update(id, change, at);
  }

  async #update(
    id: string,
    { merged }: DocumentChange,
    { revision, signal }: { revision?: Revision; signal: AbortSignal },
  ): Promise<ChangeResult> {
    const { client, caller, alias, nouns } = this.#options;
    const guard = revision ? asGuard(revision) : { retry_on_conflict: maxRetries };
    const answer = await caller.call(`changing ${nouns.one} ${id}`, signal, (aborted) =>
      client.update(
        { index: alias, id, doc: merged, ...guard, require_alias: true, _source_includes: "deleted" },
        { signal: aborted, ignore: [404, 409], meta: true },
      ),
    );
    const changed = this.#toResult(id, answer);
    // What was written to a document that is marked as deleted does no harm.
    return isDeleted(updateAnswer.parse(answer.body).get?._source) ? "gone" : changed;
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
    { merged, replaced }: DocumentChange,
    signal: AbortSignal,
  ): Promise<ChangeResult> {
    const { client, caller, alias, nouns } = this.#options;
    const document = { ...mergeObjects(source, merged), ...replaced };
    const answer = await caller.call(`changing ${nouns.one} ${id}`, signal, (aborted) =>
      client.index(
        { index: alias, id, document, ...asGuard(revision), require_alias: true },
        { signal: aborted, ignore: [404, 409], meta: true },
      ),
    );
    return this.#toResult(id, answer);
  }

  #toResult(id: string, { statusCode, body }: { statusCode: number | null; body: unknown }): ChangeResult {
    if (statusCode === 404 && missingIndex.safeParse(body).success) throw this.#missingIndex(id);
    if (statusCode === 404) return "gone";
    if (statusCode === 409) return "changed_meanwhile";
    const { _seq_no: seqNo, _primary_term: primaryTerm } = writeAnswer.parse(body);
    return { revision: { seqNo, primaryTerm } };
  }

  /** It says nothing about the document: taken for its absence, it would end every job. */
  #missingIndex(id: string): ElasticsearchRequestError {
    const { alias, nouns } = this.#options;
    return new ElasticsearchRequestError(404, `${alias} is missing, so ${nouns.one} ${id} cannot be reached.`, {
      hint: `Restore the index, or its alias ${alias}. Where it is gone for good, Kibana makes it anew, and so does the service when it starts.`,
    });
  }

  async #pages(query: Query, signal: AbortSignal): Promise<unknown[]> {
    const { client, caller, alias, nouns } = this.#options;
    let { id } = await caller.call(`reading the ${nouns.many}`, signal, (aborted) =>
      client.openPointInTime({ index: alias, keep_alive: keepAlive }, { signal: aborted }),
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
      // It ends by itself a little later; nothing is lost if this fails.
      await client.closePointInTime({ id }, { ignore: [404] }).catch(() => undefined);
    }
  }

  async #page(
    request: estypes.SearchRequest,
    signal: AbortSignal,
    renewed: (pit: string) => void = () => undefined,
  ): Promise<estypes.SearchHit[]> {
    const { client, caller, nouns } = this.#options;
    const answer = await caller.call(`reading the ${nouns.many}`, signal, (aborted) =>
      client.search(
        { size: pageSize, ...request, seq_no_primary_term: true, track_total_hits: false },
        { signal: aborted },
      ),
    );
    if (answer.pit_id !== undefined) renewed(answer.pit_id);
    return answer.hits.hits;
  }
}

const document = z.object({
  _id: z.string(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: z.custom<JsonObject>(isJsonObject),
});

const absence = z.object({ found: z.literal(false) });

const missingIndex = z.object({ error: z.object({ type: z.literal("index_not_found_exception") }) });

const writeAnswer = z.object({ _seq_no: z.number(), _primary_term: z.number() });

const updateAnswer = z.object({ get: z.object({ _source: z.custom<JsonObject>(isJsonObject).optional() }).optional() });

/** The document of an answer, unless it is marked as deleted. */
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
