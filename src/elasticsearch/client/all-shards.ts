import type { estypes } from "@elastic/elasticsearch";
import { ElasticsearchUnavailableError } from "../errors.ts";

/**
 * For searches: fails with 503, which is retried, while a shard is not started. Elasticsearch otherwise leaves out the shard's documents, as if
 * they did not exist.
 */
export const fromAllShards = { allow_partial_search_results: false } as const;

/**
 * The count of a response. The count API has no such option.
 * @throws ElasticsearchUnavailableError if a shard was left out
 */
export function countOfAllShards({ count, _shards: { successful, total } }: estypes.CountResponse): number {
  if (successful === total) return count;
  throw new ElasticsearchUnavailableError(
    `Elasticsearch counted the documents of only ${successful} of ${total} shards; the others are not started.`,
  );
}
