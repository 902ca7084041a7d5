import { z } from "zod";
import { ElasticsearchUnavailableError } from "../errors.ts";

/**
 * For searches: fails with 503, which is retried, while a shard is not started. Elasticsearch otherwise leaves out the shard's documents, as if
 * they did not exist.
 */
export const fromAllShards = { allow_partial_search_results: false } as const;

const countAnswer = z.object({
  count: z.number(),
  _shards: z.object({ successful: z.number(), total: z.number() }),
});

/**
 * The count of a response. The count API has no such option.
 * @throws ElasticsearchUnavailableError if a shard was left out
 */
export function countOfAllShards(response: unknown): number {
  const { count, _shards: shards } = countAnswer.parse(response);
  if (shards.successful === shards.total) return count;
  throw new ElasticsearchUnavailableError(
    `Elasticsearch counted the documents of only ${shards.successful} of ${shards.total} shards; the others are not started.`,
  );
}
