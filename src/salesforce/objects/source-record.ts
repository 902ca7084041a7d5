import { isJsonObject, joinObjects, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceFile, SourceRecord } from "../../sync/ports.ts";
import { SalesforceResponseError } from "../errors.ts";
import { latestTimestamp } from "../timestamps.ts";

/** Members to add to a record, parsed and as JSON. */
export interface RecordAddition {
  fields: JsonObject;
  json: Buffer;
}

export interface ParsedRecord {
  id: string;
  fields: JsonObject;
  json: Buffer;
}

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

/** Undefined if the record has no Id. */
export function parseRecord(json: Buffer): ParsedRecord | undefined {
  const fields = parseFields(json);
  const id = fields["Id"];
  return typeof id === "string" ? { id, fields, json } : undefined;
}

export function withAdditions(record: ParsedRecord, additions: readonly (RecordAddition | undefined)[]): ParsedRecord {
  return additions.reduce<ParsedRecord>(
    ({ id, fields, json }, addition) =>
      addition
        ? { id, fields: { ...fields, ...addition.fields }, json: joinObjects(json, addition.json) }
        : { id, fields, json },
    record,
  );
}

/** The title is the first of the title fields with a value, otherwise the id. */
export function toSourceRecord(
  { id, fields, json }: ParsedRecord,
  { title, files }: { title: readonly string[]; files: readonly SourceFile[] },
): SourceRecord {
  const found = title.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "");
  return { id, title: typeof found === "string" ? found : id, timestamp: latestTimestamp(fields), fields, json, files };
}
