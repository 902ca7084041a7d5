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
 * The document of a record, as JSON: the few keys that are the same for every object, and the source's own field names and values, related
 * records as objects. Fields over the mapping's budget stand under `more_fields`.
 */
export function toDocument(record: SourceRecord, { objectType, urlOf, overflow }: DocumentContext): string {
  const own: JsonObject = {
    id: record.id,
    object_type: objectType,
    title: record.title,
    url: urlOf(record.id),
    _timestamp: record.timestamp,
  };
  const fields = overflow.size === 0 ? record.fields : withMoreFields(record.fields, overflow);
  // Written one behind the other, not copied into one object: most of a sync's time would go into copies.
  return joinObjects(JSON.stringify(own), JSON.stringify(fields));
}

/** The text of one JSON object with the members of two; neither is parsed. The first has members. */
export function joinObjects(first: string, second: string): string {
  return second === "{}" ? first : `${first.slice(0, -1)},${second.slice(1)}`;
}

function withMoreFields(fields: JsonObject, overflow: ReadonlySet<string>): JsonObject {
  const entries = Object.entries(fields);
  return {
    ...Object.fromEntries(entries.filter(([name]) => !overflow.has(name))),
    more_fields: Object.fromEntries(entries.filter(([name]) => overflow.has(name))),
  };
}
