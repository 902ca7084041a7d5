import { setImmediate } from "node:timers/promises";

const attributesKey = Buffer.from('"attributes":{');
const nextKey = Buffer.from('"nextRecordsUrl":');
const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Bytes that are scanned before heartbeats and other requests get a chance to run: about ten milliseconds. */
const bytesAtOnce = 8_388_608;

export interface RecordList {
  /** Each record as JSON, without Salesforce's `attributes`. */
  records: readonly Buffer[];
  /** The records above the limit, as Salesforce sent them. */
  tooLarge: readonly Buffer[];
  /** The position of the list's closing bracket. */
  end: number;
  openChildren: boolean;
}

/**
 * Finds the records of a list and removes their `attributes` in place. Every record, parent and child has its type and URL there, a third of
 * the response, and the sync does not use them.
 */
export class RecordScanner {
  readonly #body: Buffer;
  readonly #maxRecordBytes: number;
  /** Begin and end of each `attributes`, with one comma, in order. */
  readonly #cuts: number[] = [];
  /** Begin and end of each record, in order. */
  readonly #spans: number[] = [];
  #openChildren = false;
  #start = 0;
  #position = 0;
  #depth = 0;
  /** The begin of the current record. */
  #from = 0;

  constructor(body: Buffer, maxRecordBytes: number) {
    this.#body = body;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** Scans a list; `start` is the position of its first record. Undefined if the list has no end or is not in Salesforce's usual form. */
  async scan(start: number): Promise<RecordList | undefined> {
    [this.#start, this.#from, this.#position] = [start, start, start];
    for (;;) {
      const found = this.#scanSome();
      if (found !== "unfinished") return found;
      await setImmediate();
    }
  }

  #scanSome(): RecordList | "unfinished" | undefined {
    const body = this.#body;
    const until = Math.min(body.length, this.#position + bytesAtOnce);
    let position = this.#position;
    let depth = this.#depth;
    for (; position < until; position++) {
      const byte = body[position] ?? 0;
      if (byte === quote) {
        position = this.#passString(position);
      } else if (opens(byte)) {
        depth++;
      } else if (depth > 0) {
        if (closes(byte)) depth--;
        else if (byte <= 0x20) return undefined;
      } else if (byte === comma) {
        if (!this.#addRecord(position)) return undefined;
      } else if (byte === closeBracket) {
        if (position > this.#start && !this.#addRecord(position)) return undefined;
        return { ...this.#cutRecords(), end: position, openChildren: this.#openChildren };
      } else {
        return undefined;
      }
    }
    [this.#position, this.#depth] = [position, depth];
    return position < body.length ? "unfinished" : undefined;
  }

  #addRecord(to: number): boolean {
    const from = this.#from;
    this.#spans.push(from, to);
    this.#from = to + 1;
    return this.#body[from] === openBrace && this.#body[to - 1] === closeBrace;
  }

  /** The position of the last byte of a string, or of the whole `attributes` member; the length of the body if it has no end. */
  #passString(start: number): number {
    const body = this.#body;
    // In a string value the quote before the colon would be escaped, so these match only member names.
    if (startsAt(body, attributesKey, start)) return this.#passAttributes(start);
    if (startsAt(body, nextKey, start)) this.#openChildren = true;
    return stringEnd(body, start);
  }

  #passAttributes(start: number): number {
    const body = this.#body;
    let end = start + attributesKey.length;
    while (end < body.length && body[end] !== closeBrace)
      end = body[end] === quote ? stringEnd(body, end) + 1 : end + 1;
    if (body[start - 1] === comma) this.#cuts.push(start - 1, end + 1);
    else if (body[end + 1] === comma) this.#cuts.push(start, ++end + 1);
    else this.#cuts.push(start, end + 1);
    return end;
  }

  #cutRecords(): Pick<RecordList, "records" | "tooLarge"> {
    const records: Buffer[] = [];
    const tooLarge: Buffer[] = [];
    let cut = 0;
    for (let span = 0; span < this.#spans.length; span += 2) {
      const [from = 0, to = 0] = [this.#spans[span], this.#spans[span + 1]];
      const isTooLarge = to - from > this.#maxRecordBytes;
      let write = from;
      let read = from;
      for (; (this.#cuts[cut] ?? to) < to; cut += 2) {
        if (isTooLarge) continue;
        write = this.#move(write, read, this.#cuts[cut] ?? to);
        read = this.#cuts[cut + 1] ?? to;
      }
      if (isTooLarge) tooLarge.push(this.#body.subarray(from, to));
      else records.push(this.#body.subarray(from, this.#move(write, read, to)));
    }
    return { records, tooLarge };
  }

  /** Moves bytes to an earlier position. Returns their new end. */
  #move(target: number, from: number, to: number): number {
    if (target < from) this.#body.copyWithin(target, from, to);
    return target + to - from;
  }
}

/** The text of a member of a record in Salesforce's usual form, without parsing the record. Undefined if it has no such text. */
export function textMember(record: Buffer, name: string): string | undefined {
  const key = Buffer.from(`"${name}":"`);
  let depth = 0;
  for (let position = 0; position < record.length; position++) {
    const byte = record[position];
    if (byte === quote && depth === 1 && startsAt(record, key, position)) {
      const from = position + key.length;
      return record.toString("utf8", from, stringEnd(record, from - 1));
    }
    if (byte === quote) position = stringEnd(record, position);
    else if (opens(byte)) depth++;
    else if (closes(byte)) depth--;
  }
  return undefined;
}

function opens(byte: number | undefined): boolean {
  return byte === openBrace || byte === openBracket;
}

function closes(byte: number | undefined): boolean {
  return byte === closeBrace || byte === closeBracket;
}

function startsAt(body: Buffer, key: Buffer, start: number): boolean {
  for (let offset = 1; offset < key.length; offset++) if (body[start + offset] !== key[offset]) return false;
  return true;
}

/** The position of the quote that ends a string. Short strings are passed byte by byte, long ones by a search for the next quote. */
function stringEnd(body: Buffer, start: number): number {
  let position = start + 1;
  for (;;) {
    const near = Math.min(body.length, position + 64);
    while (position < near && body[position] !== quote) position += body[position] === backslash ? 2 : 1;
    if (position < near) return position;
    if (position >= body.length) return body.length;
    const end = body.indexOf(quote, position);
    if (end < 0) return body.length;
    if (!isEscaped(body, position, end)) return end;
    position = end + 1;
  }
}

/** Whether an odd number of backslashes precedes; `from` is not within an escape sequence. */
function isEscaped(body: Buffer, from: number, position: number): boolean {
  let begin = position;
  while (begin > from && body[begin - 1] === backslash) begin--;
  return (position - begin) % 2 === 1;
}
