import type { estypes } from "@elastic/elasticsearch";
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
 * Returns the response of the count API, which has no such option.
 * @throws ElasticsearchUnavailableError if a shard was left out
 */
export function countOfAllShards(response: estypes.CountResponse): estypes.CountResponse {
  const { successful, total } = countAnswer.parse(response)._shards;
  if (successful === total) return response;
  throw new ElasticsearchUnavailableError(
    `Elasticsearch counted the documents of only ${successful} of ${total} shards; the others are not started.`,
  );
}

const refreshAnswer = z.union([
  z.object({ _shards: z.object({ failed: z.number() }) }),
  // The index does not exist.
  z.object({ status: z.literal(404) }),
]);

/**
 * Returns the response of the refresh API. Searches do not find the latest documents of a shard that was left out.
 * @throws ElasticsearchUnavailableError if a shard was left out
 */
export function refreshedOnAllShards<T>(response: T): T {
  const answer = refreshAnswer.parse(response);
  if (!("_shards" in answer) || answer._shards.failed === 0) return response;
  throw new ElasticsearchUnavailableError(`Elasticsearch could not refresh ${answer._shards.failed} shards.`);
}
