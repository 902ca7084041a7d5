import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import type { Demand } from "./privilege-proxy-grants.ts";

// The bodies of requests.

/** Parses a JSON body. An empty object if there is none, or if it is invalid, which Elasticsearch refuses itself. */
export function readObject(body: Buffer | string): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A string, or the strings of a list. */
export function strings(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry) => typeof entry === "string").flatMap((entry) => entry.split(","));
}

/** One operation of a `_bulk` request. */
export interface BulkItem {
  readonly operation: string;
  readonly index: string;
  readonly id: string | null;
  readonly demand: Demand;
  /** The action and, but for a delete, the document. */
  readonly lines: readonly string[];
}

/** What every write of a document does, whether or not it comes in a bulk request. */
export const writeAction = "indices:data/write/bulk[s]";

/** The operations of a `_bulk` request, in their order. */
export function bulkItems(body: Buffer, fromPath: string | undefined): BulkItem[] {
  const rest = lines(body);
  const items: BulkItem[] = [];
  for (let action = rest.shift(); action !== undefined; action = rest.shift()) {
    const [operation = "", target] = Object.entries(readObject(action))[0] ?? [];
    const named = isJsonObject(target) ? target : {};
    const [index = fromPath ?? ""] = strings(named["_index"]);
    const document = operation === "delete" ? [] : rest.splice(0, 1);
    items.push({
      operation,
      index,
      id: typeof named["_id"] === "string" ? named["_id"] : null,
      demand: { action: writeAction, indices: [index] },
      lines: [action, ...document],
    });
  }
  return items;
}

function lines(body: Buffer): string[] {
  return body
    .toString()
    .split("\n")
    .filter((line) => line.trim() !== "");
}
