import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

// A page of a query's answer is a megabyte or more of JSON, most of which is passed on as it is. So it is taken apart as text: what the
// records' envelope says is parsed, and each record stays the text that it is until somebody wants to know what is in it.

/** A page of a query's answer. */
export interface PageText {
  totalSize: number;
  /** Path of the next page. */
  next: string | undefined;
  /** Each record as JSON, without Salesforce's `attributes`. */
  records: readonly string[];
  /** Whether a child result within some record has a next page of its own. */
  openChildren: boolean;
}

const recordsKey = '"records":[';
const nextKey = '"nextRecordsUrl"';

/**
 * Takes an answer apart.
 * @throws SyntaxError if it is not JSON, or breaks off
 */
export function readPage(body: string): PageText {
  const text = withoutAttributes(body);
  const start = text.indexOf(recordsKey);
  const span = start < 0 ? undefined : arrayElements(text, start + recordsKey.length);
  // Anything that is not in Salesforce's usual form, such as an answer with white space, takes the long way.
  return span ? fromText(text, { start, ...span }) : fromValue(JSON.parse(text) as JsonValue);
}

interface Elements {
  /** Where each element begins and ends. */
  spans: readonly [from: number, to: number][];
  /** Where the list's closing bracket stands. */
  end: number;
}

function fromText(text: string, { start, spans, end }: Elements & { start: number }): PageText {
  const envelope = JSON.parse(`${text.slice(0, start + recordsKey.length)}${text.slice(end)}`) as JsonValue;
  const page = fromValue(envelope);
  const nextPages = countOf(nextKey, text);
  return {
    ...page,
    records: spans.map(([from, to]) => text.slice(from, to)),
    openChildren: nextPages > (page.next === undefined ? 0 : 1),
  };
}

function fromValue(value: JsonValue): PageText {
  if (!isJsonObject(value) || !Array.isArray(value["records"]) || typeof value["totalSize"] !== "number") {
    throw new SyntaxError("not the answer to a query");
  }
  removeAttributes(value["records"]);
  return {
    totalSize: value["totalSize"],
    next: nextPath(value),
    records: value["records"].map((record) => JSON.stringify(record)),
    openChildren: value["records"].length > 0,
  };
}

/** The path of a result's next page, if it has one. */
export function nextPath(result: JsonObject): string | undefined {
  const next = result["nextRecordsUrl"];
  if (typeof next !== "string" || result["done"] === true) return undefined;
  // The session goes only to the org's own host.
  if (!next.startsWith("/services/data/")) throw new SyntaxError("a next page that is not Salesforce's own");
  return next;
}

/**
 * Each record, parent and child carries its type and its URL: a third of an answer, which nobody needs and which costs more to parse than
 * to remove. These characters cannot stand within a value, where the quote before the colon would be escaped.
 */
function withoutAttributes(body: string): string {
  return body.replaceAll(attributes, "");
}

const attributes =
  /,"attributes":\{"type":"[^"]*"(?:,"url":"[^"]*")?\}|"attributes":\{"type":"[^"]*"(?:,"url":"[^"]*")?\},?/g;

function removeAttributes(value: JsonValue | undefined): void {
  if (Array.isArray(value)) for (const item of value) removeAttributes(item);
  if (!isJsonObject(value)) return;
  delete value["attributes"];
  for (const item of Object.values(value)) removeAttributes(item);
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Finds the elements of the list whose first element begins at `start`, or nothing where the list has no end. */
function arrayElements(text: string, start: number): Elements | undefined {
  const spans: [number, number][] = [];
  let depth = 0;
  let from = start;
  for (let position = start; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === quote) {
      position = stringEnd(text, position);
      if (position < 0) return undefined;
    } else if (code === openBrace || code === openBracket) {
      depth++;
    } else if (depth > 0) {
      if (code === closeBrace || code === closeBracket) depth--;
    } else if (code === comma) {
      spans.push([from, position]);
      from = position + 1;
    } else if (code === closeBracket) {
      if (position > start) spans.push([from, position]);
      return { spans, end: position };
    }
  }
  return undefined;
}

/** Where the string that opens at `start` closes, or -1. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before this place. */
function isEscaped(text: string, position: number): boolean {
  let before = position - 1;
  while (text.charCodeAt(before) === backslash) before--;
  return (position - before) % 2 === 0;
}

function countOf(words: string, text: string): number {
  let count = 0;
  for (let position = text.indexOf(words); position >= 0; position = text.indexOf(words, position + words.length)) {
    count++;
  }
  return count;
}
