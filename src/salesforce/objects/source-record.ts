import { joinObjects, type JsonObject } from "../../core/json.ts";
import type { SourceFile, SourceRecord } from "../../sync/ports.ts";
import { latestTimestamp } from "../timestamps.ts";

/** A record that is not parsed yet. Additions (fields and children from other requests) are joined as bytes, so that it is parsed once. */
export interface RecordBytes {
  id: string;
  json: Buffer;
}

/** Queries select Id first. */
const idFirst = /^\{"Id":"(\w{18})"/;

/** Undefined if the record has no Id. It is parsed only if the Id is not its first field. */
export function recordBytes(json: Buffer): RecordBytes | undefined {
  const id = idFirst.exec(json.toString("latin1", 0, 32))?.[1] ?? (JSON.parse(json.toString()) as JsonObject)["Id"];
  return typeof id === "string" ? { id, json } : undefined;
}

export function withAdditions({ id, json }: RecordBytes, additions: readonly (Buffer | undefined)[]): RecordBytes {
  return { id, json: additions.reduce<Buffer>((joined, added) => (added ? joinObjects(joined, added) : joined), json) };
}

/** Parses a record. The title is the first of the title fields with a value, otherwise the id. */
export function toSourceRecord(
  { id, json }: RecordBytes,
  { title, filesOf }: { title: readonly string[]; filesOf: (fields: JsonObject) => readonly SourceFile[] },
): SourceRecord {
  const fields = JSON.parse(json.toString()) as JsonObject;
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
