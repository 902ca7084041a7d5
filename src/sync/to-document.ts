import { joinObjects, type JsonObject } from "../core/json.ts";
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
  return joinObjects(JSON.stringify(own), overflow.size === 0 ? record.json : withMoreFields(record.json, overflow));
}

function withMoreFields(json: string, overflow: ReadonlySet<string>): string {
  const entries = Object.entries(JSON.parse(json) as JsonObject);
  return JSON.stringify({
    ...Object.fromEntries(entries.filter(([name]) => !overflow.has(name))),
    more_fields: Object.fromEntries(entries.filter(([name]) => overflow.has(name))),
  });
}
