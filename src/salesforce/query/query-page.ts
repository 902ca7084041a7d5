import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { SalesforceResponseError } from "../errors.ts";
import { RecordScanner } from "./record-scanner.ts";

// A page of query results is a megabyte or more of JSON, and unchanged records need no parsing. So only the envelope of the page is parsed, and
// each record is a slice of the page's bytes until its fields are read.

export interface PageBytes {
  totalSize: number;
  /** The path of the next page. */
  next: string | undefined;
  /** Each record as JSON, without Salesforce's `attributes`. They share the memory of the page. */
  records: readonly Buffer[];
  /** The records above the limit. They are not parsed: that would block the process. */
  tooLarge: readonly Buffer[];
  /** A subquery of a record has a next page. */
  openChildren: boolean;
}

const recordsKey = Buffer.from('"records":[');

/**
 * Splits a page into records. The records share the memory of `body`, which is changed.
 * @throws SyntaxError if the JSON is invalid or incomplete
 * @throws SalesforceResponseError if it would have to be parsed as a whole and is too large for that
 */
export async function readPage(body: Buffer, maxRecordBytes: number): Promise<PageBytes> {
  const key = body.indexOf(recordsKey);
  const list = key < 0 ? undefined : await new RecordScanner(body, maxRecordBytes).scan(key + recordsKey.length);
  // If the JSON is not in Salesforce's usual form, such as with white space, it is parsed as a whole.
  if (!list) return fromText(body, maxRecordBytes);
  const envelope = `${body.toString("utf8", 0, key + recordsKey.length)}${body.toString("utf8", list.end)}`;
  const { records, tooLarge, openChildren } = list;
  return { ...fromValue(JSON.parse(envelope) as JsonValue), records, tooLarge, openChildren };
}

function fromText(body: Buffer, maxBytes: number): PageBytes {
  if (body.length <= maxBytes) return fromValue(JSON.parse(body.toString()) as JsonValue);
  throw new SalesforceResponseError(
    `A page of ${body.length} bytes cannot be split into records, and it is larger than salesforce.max_record_size.`,
    { hint: "Check that the host is Salesforce and that no proxy changes its responses.", retryable: true },
  );
}

function fromValue(value: JsonValue): PageBytes {
  if (!isJsonObject(value) || !Array.isArray(value["records"]) || typeof value["totalSize"] !== "number") {
    throw new SyntaxError("the response has no records and totalSize");
  }
  removeAttributes(value["records"]);
  return {
    totalSize: value["totalSize"],
    next: nextPath(value),
    records: value["records"].map((record) => Buffer.from(JSON.stringify(record))),
    tooLarge: [],
    openChildren: value["records"].length > 0,
  };
}

/** Undefined for the last page. */
export function nextPath(result: JsonObject): string | undefined {
  const next = result["nextRecordsUrl"];
  if (typeof next !== "string" || result["done"] === true) return undefined;
  // A path stays on the org's host, so the session token is sent to no other host.
  if (!next.startsWith("/services/data/")) throw new SyntaxError("nextRecordsUrl is not a path of the REST API");
  return next;
}

function removeAttributes(value: JsonValue | undefined): void {
  if (Array.isArray(value)) for (const item of value) removeAttributes(item);
  if (!isJsonObject(value)) return;
  delete value["attributes"];
  for (const item of Object.values(value)) removeAttributes(item);
}
