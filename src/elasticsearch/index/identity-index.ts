import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { IdentityIndex, StoredIdentity } from "../../sync/access/ports.ts";
import { BulkSink, type BulkSinkOptions } from "../bulk/bulk-sink.ts";
import { fromAllShards } from "../client/all-shards.ts";
import { ContentIndexError } from "../errors.ts";

type IdentityIndexOptions = Omit<BulkSinkOptions, "index" | "pipelineFor"> & {
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
  #refused: { id: string; reason: string } | undefined;

  constructor(options: IdentityIndexOptions) {
    this.#options = options;
    this.#name = identityIndexName(options.contentIndex);
    this.#sink = new BulkSink({ ...options, index: this.#name, pipelineFor: () => undefined });
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const { elasticsearch } = this.#options;
    const exists = await elasticsearch.request(`looking for ${this.#name}`, signal, (client, options) =>
      client.indices.exists({ index: this.#name }, options),
    );
    if (exists) return;
    // As in Elasticsearch's own template, which is applied as well.
    await elasticsearch.request(`creating the index ${this.#name}`, signal, (client, options) =>
      client.indices.create(
        {
          index: this.#name,
          settings: { hidden: true },
          mappings: { dynamic: false, properties: { created_at: { type: "date" } } },
        },
        { ...options, ignore: [400] },
      ),
    );
  }

  async *all(signal: AbortSignal): AsyncGenerator<readonly StoredIdentity[], void, undefined> {
    const { elasticsearch } = this.#options;
    const work = `reading ${this.#name}`;
    await this.#refresh(signal);
    const { id } = await elasticsearch.request(work, signal, (client, options) =>
      client.openPointInTime({ index: this.#name, keep_alive: keepAlive }, options),
    );
    try {
      let after: unknown[] | undefined;
      for (;;) {
        const response = await elasticsearch.request(work, signal, (client, options) =>
          client.search(
            {
              pit: { id, keep_alive: keepAlive },
              size: pageSize,
              sort: ["_shard_doc"],
              ...(after ? { search_after: after as string[] } : {}),
              track_total_hits: false,
              ...fromAllShards,
            },
            options,
          ),
        );
        const hits = hitList.parse(response.hits.hits);
        if (hits.length > 0) yield hits.map(({ _id, _source }) => ({ id: _id, document: _source as JsonObject }));
        after = hits.at(-1)?.sort;
        if (hits.length < pageSize || after === undefined) return;
      }
    } finally {
      await elasticsearch
        .request("closing a point in time", signal, (client, options) =>
          client.closePointInTime({ id }, { ...options, ignore: [404] }),
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

  async #refresh(signal: AbortSignal): Promise<void> {
    await this.#options.elasticsearch.request(`refreshing ${this.#name}`, signal, (client, options) =>
      client.indices.refresh({ index: this.#name }, options),
    );
  }
}

const hitList = z.array(
  z.object({ _id: z.string(), _source: z.record(z.string(), z.unknown()), sort: z.array(z.unknown()).optional() }),
);
