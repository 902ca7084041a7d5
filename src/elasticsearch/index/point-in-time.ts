import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { fromAllShards } from "../client/all-shards.ts";
import { inForm, type ElasticsearchClient } from "../client/elasticsearch-client.ts";
import { ElasticsearchResponseError } from "../errors.ts";

interface PointInTimeOptions {
  readonly elasticsearch: ElasticsearchClient;
  readonly index: string;
  /** For errors, such as `reading the documents of search-salesforce`. */
  readonly doing: string;
  /** Hits a page. */
  readonly size: number;
  /** What to search for. It has a sort order without equal values. */
  readonly search: estypes.SearchRequest;
  /** The documented forms of the first page, which counts all hits, and of the others. */
  readonly forms: { readonly first: z.ZodType; readonly next: z.ZodType };
  readonly signal: AbortSignal;
}

const keepAlive = "5m";

const pitAnswer = z.object({ id: z.string() });

/** The number of hits of a search that counts all of them. */
export const totalAnswer = z.object({ value: z.number() });

/**
 * Yields the hits of a search page by page, as they are at one moment. Pages without hits are left out.
 * @throws ElasticsearchResponseError if fewer hits arrive than the first page counts: with documents missing, a sync would keep what it must
 * delete and leave access that it must take away
 */
export async function* pagesAtOneMoment<Document>(
  options: PointInTimeOptions,
): AsyncGenerator<readonly estypes.SearchHit<Document>[], void, undefined> {
  const { elasticsearch, index, doing, signal, size } = options;
  let { id: pit } = await elasticsearch.request(doing, signal, async (client, request) =>
    inForm(pitAnswer, await client.openPointInTime({ index, keep_alive: keepAlive }, request)),
  );
  try {
    let after: estypes.SortResults | undefined;
    let total: number | undefined;
    let read = 0;
    for (;;) {
      const response = await page<Document>(options, { pit, after });
      pit = response.pit_id ?? pit;
      // A filter of the response leaves out an empty list.
      const { hits = [], total: counted } = (response as Partial<typeof response>).hits ?? {};
      total ??= typeof counted === "number" ? counted : counted?.value;
      read += hits.length;
      if (hits.length > 0) yield hits;
      after = hits.at(-1)?.sort;
      if (hits.length < size || after === undefined) break;
    }
    if (read === total) return;
    throw new ElasticsearchResponseError(
      `The responses of Elasticsearch to searches of ${index} are incomplete: ${read} of ${total ?? 0} documents arrived.`,
    );
  } finally {
    // If this fails, the point in time expires by itself.
    await elasticsearch
      .request("closing a point in time", signal, (client, request) =>
        client.closePointInTime({ id: pit }, { ...request, ignore: [404] }),
      )
      .catch(() => undefined);
  }
}

function page<Document>(
  { elasticsearch, doing, size, search, forms, signal }: PointInTimeOptions,
  { pit, after }: { pit: string; after: estypes.SortResults | undefined },
): Promise<estypes.SearchResponse<Document>> {
  const request: estypes.SearchRequest = {
    ...search,
    pit: { id: pit, keep_alive: keepAlive },
    size,
    ...(after ? { search_after: after } : {}),
    track_total_hits: after === undefined,
    ...fromAllShards,
  };
  return elasticsearch.request(doing, signal, async (client, options) =>
    inForm(after === undefined ? forms.first : forms.next, await client.search<Document>(request, options)),
  );
}
