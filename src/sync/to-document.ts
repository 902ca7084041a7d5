import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { SourceRecord } from "./ports.ts";

/** The keys that every document of a record has beside the record's own fields. */
export const documentKeys = ["id", "object_type", "title", "url", "_timestamp"] as const;

/** What a record's document needs beside the record. */
export interface DocumentContext {
  objectType: string;
  urlOf: (id: string) => string;
  /** Names of fields that have no place of their own in the mapping. */
  overflow: ReadonlySet<string>;
}

/**
 * The document of a record: the source's own field names and values, related records as objects, and the few keys that are the same for
 * every object. The source's `attributes` are left out; fields over the mapping's budget stand under `more_fields`.
 */
export function toDocument(record: SourceRecord, { objectType, urlOf, overflow }: DocumentContext): JsonObject {
  const document: JsonObject = {
    id: record.id,
    object_type: objectType,
    title: record.title,
    url: urlOf(record.id),
    _timestamp: record.timestamp,
  };
  const more: JsonObject = {};
  for (const [name, value] of Object.entries(record.fields)) {
    if (name === "attributes" || value === undefined) continue;
    if (overflow.has(name)) more[name] = withoutAttributes(value);
    else document[name] = withoutAttributes(value);
  }
  if (overflow.size > 0) document["more_fields"] = more;
  return document;
}

function withoutAttributes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutAttributes);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    if (name !== "attributes" && item !== undefined) copy[name] = withoutAttributes(item);
  }
  return copy;
}
