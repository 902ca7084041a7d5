import { z } from "zod";
import type { WriteOperation } from "../../sync/ports.ts";

/** What is asked of the answer to a bulk request: enough to judge each item. */
export const bulkResponseFilter = ["errors", "items.*.status", "items.*.error.type", "items.*.error.reason"];

const item = z.object({
  status: z.number(),
  error: z.object({ type: z.string(), reason: z.string().nullish() }).optional(),
});

const outline = z.object({ errors: z.boolean(), items: z.array(z.unknown()) });
const entries = z.array(z.record(z.string(), item));

/** What Elasticsearch said to one operation. `overloaded` asks for the same again later. */
export type ItemResult = { kind: "written" } | { kind: "overloaded" } | { kind: "refused"; reason: string };

const written: ItemResult = { kind: "written" };

/**
 * The verdict on each operation, in the order of the request; nothing if the answer is not one to this request.
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function readBulkResponse(
  body: unknown,
  operations: readonly Pick<WriteOperation, "kind">[],
): readonly ItemResult[] | undefined {
  const parsed = outline.safeParse(body);
  if (!parsed.success || parsed.data.items.length !== operations.length) return undefined;
  if (!parsed.data.errors) return operations.map(() => written);
  return entries.safeParse(parsed.data.items).data?.map((entry, position) => {
    const result = Object.values(entry)[0];
    return result
      ? judge(result, operations[position]?.kind)
      : { kind: "refused", reason: "Elasticsearch gave no answer to it" };
  });
}

function judge({ status, error }: z.output<typeof item>, kind: WriteOperation["kind"] | undefined): ItemResult {
  if (error === undefined && status < 300) return written;
  // What is not there need not be deleted.
  if (kind === "delete" && status === 404 && error === undefined) return written;
  // A version conflict means that somebody else wrote at that moment; a shard that is starting answers 503.
  if (status === 429 || status === 503 || status === 409) return { kind: "overloaded" };
  return {
    kind: "refused",
    reason: withoutValues(error ? `${error.type}: ${error.reason ?? ""}` : `status ${status}`),
  };
}

/** What Elasticsearch quotes of a document's content comes after these words. Content must not reach a report or a log. */
const quotes = [
  "Preview of field's value",
  "The prefix of the first immense term",
  "For input string",
  "original message",
  "Could not parse",
  "Cannot parse",
  "failed to parse date field [",
  "Current token",
  "Unexpected character",
  "Unrecognized token",
];

/** Elasticsearch's reason without what it quotes of the document's content. */
export function withoutValues(reason: string): string {
  const ends = quotes.map((quote) => reason.indexOf(quote)).filter((position) => position >= 0);
  return reason.slice(0, Math.min(300, ...ends)).trim();
}
