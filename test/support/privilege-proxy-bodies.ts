import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import type { Demand } from "./privilege-proxy-grants.ts";

// Requests that name indices in their body.

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

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The indices of `_mget`: of each document, or the one of the path. */
export function indicesOfMget(body: Buffer, fromPath: readonly string[]): string[] {
  const { docs, ids } = readObject(body);
  const named = objects(docs).flatMap((document) => namedOr(document["_index"], fromPath));
  return [...named, ...(Array.isArray(ids) ? fromPath : [])];
}

/** The indices of `_msearch`: of every other line, or those of the path. */
export function indicesOfMsearch(body: Buffer, fromPath: readonly string[]): string[] {
  const headers = lines(body).filter((_, position) => position % 2 === 0);
  return headers.flatMap((header) => {
    const { index, indices } = readObject(header);
    return namedOr(index ?? indices, fromPath);
  });
}

function namedOr(name: unknown, fallback: readonly string[]): readonly string[] {
  const named = strings(name);
  if (named.length > 0) return named;
  // A request for every index.
  return fallback.length > 0 ? fallback : ["_all"];
}

/** The actions of `_reindex`: it reads one index and writes another. */
export function demandsOfReindex(body: Buffer): Demand[] {
  const { source, dest } = readObject(body);
  return [
    { action: "indices:data/read/search", indices: strings(isJsonObject(source) ? source["index"] : undefined) },
    { action: "indices:data/write/index", indices: strings(isJsonObject(dest) ? dest["index"] : undefined) },
  ];
}

/** The actions of `_aliases`; an alias needs the privilege under its own name too. */
export function demandsOfAliases(body: Buffer): Demand[] {
  return objects(readObject(body)["actions"]).flatMap((entry) =>
    Object.values(entry)
      .filter(isJsonObject)
      .map((change) => ({
        action: "indices:admin/aliases",
        indices: ["index", "indices", "alias", "aliases"].flatMap((name) => strings(change[name])),
      })),
  );
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

const bulkActions: Readonly<Record<string, string>> = {
  index: "indices:data/write/index",
  create: "indices:data/write/index:op_type/create",
  update: "indices:data/write/update",
  delete: "indices:data/write/delete",
};

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
      demand: { action: bulkActions[operation] ?? "indices:data/write/bulk", indices: [index] },
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
