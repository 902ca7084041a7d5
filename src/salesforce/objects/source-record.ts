import { joinObjects, type JsonObject } from "../../core/json.ts";
import type { SourceFile, SourceRecord } from "../../sync/ports.ts";
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

/** Undefined if the record has no Id. */
export function parseRecord(json: Buffer): ParsedRecord | undefined {
  const fields = JSON.parse(json.toString()) as JsonObject;
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
