import type { JsonBuffer } from "../core/json-buffer.ts";
import type { JsonObject } from "../core/json.ts";
import type { SourceRecord } from "./ports.ts";

/** What a record's document needs beside the record. */
export interface DocumentContext {
  objectType: string;
  urlOf: (id: string) => string;
  /** Names of fields that have no place of their own in the mapping. */
  overflow: ReadonlySet<string>;
}

/**
 * Builds the document of a record: the few keys that are the same for every object, and the source's own field names and values, related
 * records as objects. Fields over the mapping's budget stand under `more_fields`.
 */
export function buildDocument(
  document: JsonBuffer,
  record: SourceRecord,
  { objectType, urlOf, overflow }: DocumentContext,
): void {
  const own: JsonObject = {
    id: record.id,
    object_type: objectType,
    title: record.title,
    url: urlOf(record.id),
    _timestamp: record.timestamp,
  };
  document.start(JSON.stringify(own));
  if (overflow.size === 0) {
    document.join(record.json);
    return;
  }
  const fields = JSON.parse(record.json.toString()) as JsonObject;
  document.join(Buffer.from(JSON.stringify(withMoreFields(fields, overflow))));
}

/** A document with the fields that have no place of their own under `more_fields`. */
export function withMoreFields(fields: JsonObject, overflow: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(fields);
  const more = entries.filter(([name]) => overflow.has(name));
  if (more.length === 0) return fields;
  return {
    ...Object.fromEntries(entries.filter(([name]) => !overflow.has(name))),
    more_fields: Object.fromEntries(more),
  };
}
