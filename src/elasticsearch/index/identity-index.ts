import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { IdentityIndex, StoredIdentity } from "../../sync/access/ports.ts";
import { BulkSink, type BulkSinkOptions } from "../bulk/bulk-sink.ts";
import { fromAllShards } from "../client/all-shards.ts";
import { ContentIndexError, IndexGoneError } from "../errors.ts";
import { CompleteRead, totalAnswer } from "./complete-read.ts";
import { ensureHiddenIndex, readIndexUuid } from "./index-state.ts";

type IdentityIndexOptions = Omit<BulkSinkOptions, "index" | "pipelineFor" | "requireIndex"> & {
  /** The name of the content index. */
  readonly contentIndex: string;
};

/** An identity may have a megabyte of tokens. */
const pageSize = 20;

const keepAlive = "5m";

/** Search applications and Elasticsearch's templates know the index by this name. */
export const identityIndexName = (contentIndex: string): string => `.search-acl-filter-${contentIndex}`;

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
    const { elasticsearch } = this.#options;
    await this.#refresh(signal);
    let pit = await this.#openPointInTime(signal);
    try {
      const complete = new CompleteRead(this.#name);
      let after: estypes.SortResults | undefined;
      for (;;) {
        const { pit_id, hits } = await this.#page({ pit, after }, signal);
        pit = pit_id;
        const found = hits.hits;
        complete.add(found.length, hits.total);
        if (found.length > 0) yield found.map(({ _id, _source }) => ({ id: _id, document: _source }));
        after = found.at(-1)?.sort;
        if (found.length < pageSize || after === undefined) break;
      }
      complete.end();
    } finally {
      // If this fails, the point in time expires by itself.
      await elasticsearch
        .request("closing a point in time", signal, (client, options) =>
          client.closePointInTime({ id: pit }, { ...options, ignore: [404] }),
        )
        .catch(() => undefined);
    }
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
    throw new ContentIndexError(`Elasticsearch refused the identity of user ${id} in ${this.#name}: ${reason}.`);
  }

  async #openPointInTime(signal: AbortSignal): Promise<string> {
    const { id } = await this.#options.elasticsearch.request(`reading ${this.#name}`, signal, async (client, options) =>
      pitAnswer.parse(await client.openPointInTime({ index: this.#name, keep_alive: keepAlive }, options)),
    );
    return id;
  }

  #page(
    { pit, after }: { pit: string; after: estypes.SortResults | undefined },
    signal: AbortSignal,
  ): Promise<IdentityPage> {
    const request: estypes.SearchRequest = {
      pit: { id: pit, keep_alive: keepAlive },
      size: pageSize,
      sort: ["_shard_doc"],
      ...(after ? { search_after: after } : {}),
      track_total_hits: after === undefined,
      ...fromAllShards,
    };
    const form = after === undefined ? firstPageAnswer : pageAnswer;
    return this.#options.elasticsearch.request(`reading ${this.#name}`, signal, async (client, options) =>
      form.parse(await client.search(request, options)),
    );
  }

  /** Elasticsearch would create a missing index on the first write. */
  async #requireIndex(): Promise<void> {
    const { elasticsearch, signal } = this.#options;
    const uuid = await readIndexUuid({ elasticsearch, name: this.#name, signal });
    if (uuid === undefined || uuid !== this.#uuid) throw new IndexGoneError(this.#name);
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    await this.#options.elasticsearch.request(`refreshing ${this.#name}`, signal, (client, options) =>
      client.indices.refresh({ index: this.#name }, options),
    );
  }
}

const pitAnswer = z.object({ id: z.string() });

const identityHits = z.array(
  z.object({
    _id: z.string(),
    _source: z.custom<JsonObject>(isJsonObject),
    sort: z.custom<estypes.SortResults>((value) => Array.isArray(value)),
  }),
);
const pageAnswer = z.object({
  pit_id: z.string(),
  hits: z.object({ total: totalAnswer.optional(), hits: identityHits }),
});
const firstPageAnswer = z.object({ pit_id: z.string(), hits: z.object({ total: totalAnswer, hits: identityHits }) });

type IdentityPage = z.output<typeof pageAnswer>;
