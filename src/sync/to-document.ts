import type { JsonBuffer } from "../core/json-buffer.ts";
import type { JsonObject } from "../core/json.ts";
import type { SourceRecord } from "./ports.ts";

/** What all documents of one object have in common. */
export interface DocumentContext {
  objectType: string;
  urlOf: (id: string) => string;
  /** Fields without a place in the mapping. */
  overflow: ReadonlySet<string>;
}

/** The fields that every document has. */
function commonFields(record: SourceRecord, { objectType, urlOf }: DocumentContext): JsonObject {
  return {
    id: record.id,
    object_type: objectType,
    title: record.title,
    url: urlOf(record.id),
    _timestamp: record.timestamp,
  };
}

/** Builds a record's document from the common fields and the record's own fields, as bytes. */
export function buildDocument(document: JsonBuffer, record: SourceRecord, context: DocumentContext): void {
  document.start(JSON.stringify(commonFields(record, context)));
  document.join(
    context.overflow.size === 0
      ? record.json
      : Buffer.from(JSON.stringify(withMoreFields(record.fields, context.overflow))),
  );
}

/** The same document as a value, for sync rules. */
export function documentFields(record: SourceRecord, context: DocumentContext): JsonObject {
  return { ...commonFields(record, context), ...withMoreFields(record.fields, context.overflow) };
}

/** Moves the fields without a place in the mapping to `more_fields`. */
export function withMoreFields(fields: JsonObject, overflow: ReadonlySet<string>): JsonObject {
  if (overflow.size === 0) return fields;
  const entries = Object.entries(fields);
  const more = entries.filter(([name]) => overflow.has(name));
  if (more.length === 0) return fields;
  return {
    ...Object.fromEntries(entries.filter(([name]) => !overflow.has(name))),
    more_fields: Object.fromEntries(more),
  };
}
