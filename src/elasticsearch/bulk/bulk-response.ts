import { z } from "zod";
import type { WriteOperation } from "../../sync/ports.ts";
import { isDiskBlock, withoutValues } from "../errors.ts";

/** The parts of a bulk response that are requested: the status and the error of each item. */
export const bulkResponseFilter = [
  "errors",
  "items.*.status",
  "items.*.error.type",
  "items.*.error.reason",
  "items.*.error.license*",
];

const item = z.object({
  status: z.number(),
  error: z
    .object({ type: z.string(), reason: z.string().nullish(), "license.expired.feature": z.string().optional() })
    .optional(),
});

const outline = z.object({ errors: z.boolean(), items: z.array(z.unknown()) });
const entries = z.array(z.record(z.string(), item));

/** The name of a dynamic template that no index has. */
const noTemplate = "salesforce-connector-index-gone";

/**
 * Makes Elasticsearch refuse a document if `_fingerprint` is not in the mapping. The connector's index has it; an index that Elasticsearch
 * creates for this very request does not, so that it stays empty and without guessed types.
 */
export const mappedOnly = { dynamic_templates: { _fingerprint: noTemplate } };

/** The result of one operation. `overloaded` operations are retried; `denied` ones lack a privilege or a license, so that every further one would. `index_gone`: the index was deleted. */
export type ItemResult =
  | { kind: "written" }
  | { kind: "overloaded"; disk?: boolean }
  | { kind: "index_gone" }
  | { kind: "refused"; reason: string }
  | { kind: "denied"; reason: string; unlicensed: string | undefined };

const written: ItemResult = { kind: "written" };

/**
 * Reads the result of each operation, in the order of the request. Returns undefined if the response does not match the request.
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
      ? toResult(result, operations[position]?.kind)
      : { kind: "refused", reason: "Elasticsearch returned no result for it" };
  });
}

/** 409: a concurrent write; 503: a shard that is starting. */
const overloaded: ReadonlySet<number> = new Set([409, 429, 503]);

function toResult(result: z.output<typeof item>, kind: WriteOperation["kind"] | undefined): ItemResult {
  const { error } = result;
  return isDiskBlock(error?.type, error?.reason) ? { kind: "overloaded", disk: true } : resultOf(result, kind);
}

function resultOf({ status, error }: z.output<typeof item>, kind: WriteOperation["kind"] | undefined): ItemResult {
  if (error === undefined && status < 300) return written;
  // The document did not exist.
  if (kind === "delete" && status === 404 && error === undefined) return written;
  if (error && isIndexGone(error)) return { kind: "index_gone" };
  if (overloaded.has(status)) return { kind: "overloaded" };
  // Elasticsearch's own words, which name the missing privilege.
  if (error?.type === "security_exception")
    return {
      kind: "denied",
      reason: (error.reason ?? "").slice(0, 1000),
      unlicensed: error["license.expired.feature"],
    };
  return {
    kind: "refused",
    reason: withoutValues(error ? `${error.type}: ${error.reason ?? ""}` : `status ${status}`),
  };
}

function isIndexGone({ type, reason }: { type: string; reason?: string | null | undefined }): boolean {
  return type === "index_not_found_exception" || reason?.includes(noTemplate) === true;
}
