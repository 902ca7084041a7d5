import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

// A page of query results is a megabyte or more of JSON, and unchanged records need no parsing. So only the envelope of the page is parsed, and
// each record is a slice of the page's bytes until its fields are read.

export interface PageBytes {
  totalSize: number;
  /** The path of the next page. */
  next: string | undefined;
  /** Each record as JSON, without Salesforce's `attributes`. They share the memory of the page. */
  records: readonly Buffer[];
  /** A subquery of a record has a next page. */
  openChildren: boolean;
}

/**
 * Splits a page into records. The records share the memory of `body`, which is changed.
 * @throws SyntaxError if the JSON is invalid or incomplete
 */
export function readPage(body: Buffer): PageBytes {
  const key = body.indexOf(recordsKey);
  const list = key < 0 ? undefined : new RecordScanner(body).scan(key + recordsKey.length);
  // If the JSON is not in Salesforce's usual form, such as with white space, it is parsed as a whole.
  if (!list) return fromValue(JSON.parse(body.toString()) as JsonValue);
  const envelope = `${body.toString("utf8", 0, key + recordsKey.length)}${body.toString("utf8", list.end)}`;
  return { ...fromValue(JSON.parse(envelope) as JsonValue), records: list.records, openChildren: list.openChildren };
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

const recordsKey = Buffer.from('"records":[');
const attributesKey = Buffer.from('"attributes":{');
const nextKey = Buffer.from('"nextRecordsUrl":');
const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

interface RecordList {
  records: readonly Buffer[];
  /** The position of the list's closing bracket. */
  end: number;
  openChildren: boolean;
}

/**
 * Finds the records of a list and removes their `attributes` in place. Every record, parent and child has its type and URL there, a third of
 * the response, and the sync does not use them.
 */
class RecordScanner {
  readonly #body: Buffer;
  /** Begin and end of each `attributes`, with one comma, in order. */
  readonly #cuts: number[] = [];
  /** Begin and end of each record, in order. */
  readonly #spans: number[] = [];
  #openChildren = false;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** Scans a list; `start` is the position of its first record. Undefined if the list has no end or is not in Salesforce's usual form. */
  scan(start: number): RecordList | undefined {
    const body = this.#body;
    let depth = 0;
    let from = start;
    for (let position = start; position < body.length; position++) {
      const byte = body[position] ?? 0;
      if (byte === quote) {
        position = this.#passString(position);
      } else if (byte === openBrace || byte === openBracket) {
        depth++;
      } else if (depth > 0) {
        if (byte === closeBrace || byte === closeBracket) depth--;
        else if (byte <= 0x20) return undefined;
      } else if (byte === comma) {
        if (!this.#addRecord(from, position)) return undefined;
        from = position + 1;
      } else if (byte === closeBracket) {
        if (position > start && !this.#addRecord(from, position)) return undefined;
        return { records: this.#cutRecords(), end: position, openChildren: this.#openChildren };
      } else {
        return undefined;
      }
    }
    return undefined;
  }

  #addRecord(from: number, to: number): boolean {
    this.#spans.push(from, to);
    return this.#body[from] === openBrace && this.#body[to - 1] === closeBrace;
  }

  /** The position of the last byte of a string, or of the whole `attributes` member; the length of the body if it has no end. */
  #passString(start: number): number {
    // In a string value the quote before the colon would be escaped, so these match only member names.
    if (this.#matches(attributesKey, start)) return this.#passAttributes(start);
    if (this.#matches(nextKey, start)) this.#openChildren = true;
    return this.#stringEnd(start);
  }

  #matches(key: Buffer, start: number): boolean {
    const body = this.#body;
    for (let offset = 1; offset < key.length; offset++) if (body[start + offset] !== key[offset]) return false;
    return true;
  }

  #stringEnd(start: number): number {
    const body = this.#body;
    let position = start + 1;
    while (position < body.length && body[position] !== quote) position += body[position] === backslash ? 2 : 1;
    return position;
  }

  #passAttributes(start: number): number {
    const body = this.#body;
    let end = start + attributesKey.length;
    while (end < body.length && body[end] !== closeBrace)
      end = body[end] === quote ? this.#stringEnd(end) + 1 : end + 1;
    if (body[start - 1] === comma) this.#cuts.push(start - 1, end + 1);
    else if (body[end + 1] === comma) this.#cuts.push(start, ++end + 1);
    else this.#cuts.push(start, end + 1);
    return end;
  }

  #cutRecords(): Buffer[] {
    const records: Buffer[] = [];
    let cut = 0;
    for (let span = 0; span < this.#spans.length; span += 2) {
      const [from = 0, to = 0] = [this.#spans[span], this.#spans[span + 1]];
      let write = from;
      let read = from;
      for (; (this.#cuts[cut] ?? to) < to; cut += 2) {
        write = this.#move(write, read, this.#cuts[cut] ?? to);
        read = this.#cuts[cut + 1] ?? to;
      }
      records.push(this.#body.subarray(from, this.#move(write, read, to)));
    }
    return records;
  }

  /** Moves bytes to an earlier position. Returns their new end. */
  #move(target: number, from: number, to: number): number {
    if (target < from) this.#body.copyWithin(target, from, to);
    return target + to - from;
  }
}
