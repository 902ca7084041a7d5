import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { IdentityIndex, StoredIdentity } from "../../sync/access/ports.ts";
import { BulkSink, type BulkSinkOptions } from "../bulk/bulk-sink.ts";
import { refreshedOnAllShards } from "../client/all-shards.ts";
import { ContentIndexError, IndexGoneError } from "../errors.ts";
import { identityIndexName } from "../protocol/protocol-indices.ts";
import { ensureHiddenIndex, readIndexUuid } from "./index-state.ts";
import { pagesAtOneMoment, totalAnswer } from "./point-in-time.ts";

type IdentityIndexOptions = Omit<BulkSinkOptions, "index" | "pipelineFor" | "requireIndex"> & {
  /** The name of the content index. */
  readonly contentIndex: string;
};

/** An identity may have a megabyte of tokens. */
const pageSize = 20;

/** Identities hold nothing that cannot be computed again. */
const recreate = "Delete this index: the next sync creates it with the mapping that it needs.";

/** The index `.search-acl-filter-…` of a content index. */
export class ElasticsearchIdentityIndex implements IdentityIndex {
  readonly #options: IdentityIndexOptions;
  readonly #name: string;
  readonly #sink: BulkSink;
  /** Of the index that was prepared. */
  #uuid: string | undefined;
  #refused: { id: string; reason: string } | undefined;

  constructor(options: IdentityIndexOptions) {
    this.#options = options;
    this.#name = identityIndexName(options.contentIndex);
    this.#sink = new BulkSink({
      ...options,
      index: this.#name,
      pipelineFor: () => undefined,
      requireIndex: () => this.#requireIndex(),
    });
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const address = { elasticsearch: this.#options.elasticsearch, name: this.#name, signal };
    // As in Elasticsearch's own template, which is applied as well.
    this.#uuid = await ensureHiddenIndex(address, { created_at: { type: "date" } });
  }

  async *all(signal: AbortSignal): AsyncGenerator<readonly StoredIdentity[], void, undefined> {
    await this.#refresh(signal);
    const pages = pagesAtOneMoment<JsonObject>({
      elasticsearch: this.#options.elasticsearch,
      index: this.#name,
      doing: `reading ${this.#name}`,
      size: pageSize,
      search: { sort: ["_shard_doc"] },
      forms: { first: firstPageAnswer, next: pageAnswer },
      signal,
    });
    for await (const hits of pages) yield hits.map((hit) => this.#stored(hit));
  }

  write(id: string, document: JsonObject | undefined): Promise<void> {
    return this.#sink.write({
      kind: document === undefined ? "delete" : "index",
      id,
      body: document === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(document)),
      acknowledged: (result) => {
        if (!result.written) this.#refused ??= { id, reason: result.reason };
      },
    });
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.#sink.flush();
    await this.#refresh(signal);
    if (this.#refused === undefined) return;
    const { id, reason } = this.#refused;
    throw new ContentIndexError(`Elasticsearch refused the identity of user ${id} in ${this.#name}: ${reason}.`, {
      hint: recreate,
    });
  }

  #stored({ _id = "", _source }: estypes.SearchHit<JsonObject>): StoredIdentity {
    if (_source !== undefined) return { id: _id, document: _source };
    throw new ContentIndexError(`The index ${this.#name} does not keep the source of documents.`, { hint: recreate });
  }

  /** Elasticsearch would create a missing index on the first write. */
  async #requireIndex(): Promise<void> {
    const { elasticsearch, signal } = this.#options;
    const uuid = await readIndexUuid({ elasticsearch, name: this.#name, signal });
    if (uuid === undefined || uuid !== this.#uuid) throw new IndexGoneError(this.#name);
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    await this.#options.elasticsearch.request(`refreshing ${this.#name}`, signal, async (client, options) =>
      refreshedOnAllShards(await client.indices.refresh({ index: this.#name }, options)),
    );
  }
}

const identityHits = z.array(
  z.object({
    _id: z.string(),
    /** Missing if the mapping says so. */
    _source: z.custom<JsonObject>(isJsonObject).optional(),
    sort: z.custom<estypes.SortResults>((value) => Array.isArray(value)),
  }),
);
const pageAnswer = z.object({
  pit_id: z.string(),
  hits: z.object({ total: totalAnswer.optional(), hits: identityHits }),
});
const firstPageAnswer = z.object({ pit_id: z.string(), hits: z.object({ total: totalAnswer, hits: identityHits }) });
