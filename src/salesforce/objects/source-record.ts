import { isJsonObject, joinObjects, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceFile, SourceRecord } from "../../sync/ports.ts";
import { SalesforceResponseError } from "../errors.ts";
import { latestTimestamp } from "../timestamps.ts";

/** A record that is not parsed yet. Additions (fields and children from other requests) are joined as bytes, so that it is parsed once. */
export interface RecordBytes {
  id: string;
  json: Buffer;
}

/** Queries select Id first. */
const idFirst = /^\{"Id":"(\w{18})"/;

/**
 * Parses the bytes of one record of a page, of which only the outline was checked.
 * @throws SalesforceResponseError if they are not a JSON object
 */
export function parseFields(json: Buffer | string): JsonObject {
  let fields: JsonValue | undefined;
  try {
    fields = JSON.parse(json.toString()) as JsonValue;
  } catch {
    // The error is not the cause: its message quotes the record.
  }
  if (isJsonObject(fields)) return fields;
  throw new SalesforceResponseError("A record in a response of Salesforce is not valid JSON.", {
    retryable: true,
    hint: "Check that no proxy changes Salesforce's responses.",
  });
}

/** Undefined if the record has no Id. It is parsed only if the Id is not its first field. */
export function recordBytes(json: Buffer): RecordBytes | undefined {
  const id = idFirst.exec(json.toString("latin1", 0, 32))?.[1] ?? parseFields(json)["Id"];
  return typeof id === "string" ? { id, json } : undefined;
}

export function withAdditions({ id, json }: RecordBytes, additions: readonly (Buffer | undefined)[]): RecordBytes {
  return { id, json: additions.reduce<Buffer>((joined, added) => (added ? joinObjects(joined, added) : joined), json) };
}

/** A record without one of its fields. */
export function withoutField(record: SourceRecord, name: string): SourceRecord {
  if (record.fields[name] === undefined) return record;
  const { [name]: _, ...fields } = record.fields;
  return { ...record, fields, json: Buffer.from(JSON.stringify(fields)) };
}

/**
 * Parses a record. The title is the first of the title fields with a value, otherwise the id.
 * @throws SalesforceResponseError if it is not valid JSON
 */
export function toSourceRecord(
  { id, json }: RecordBytes,
  { title, filesOf }: { title: readonly string[]; filesOf: (fields: JsonObject) => readonly SourceFile[] },
): SourceRecord {
  const fields = parseFields(json);
  const found = title.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "");
  return {
    id,
    title: typeof found === "string" ? found : id,
    timestamp: latestTimestamp(fields),
    fields,
    json,
    files: filesOf(fields),
  };
}
