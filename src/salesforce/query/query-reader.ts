import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceRequestError, SalesforceUnavailableError } from "../errors.ts";
import { encodeSoql } from "../soql/soql.ts";

/** One page of a query's answer. Child results in its records are whole: their own pages have been followed to the end. */
export interface QueryPage {
  records: readonly JsonObject[];
  /** How many records the query finds in all, by Salesforce's own count. */
  totalSize: number;
}

/** The most that Salesforce puts into one page; it may put less. */
const batchSize = 2000;

/** The largest URI that is sent. Salesforce refuses (414, 431) when URI and headers together pass 16,384 bytes; a session token may take 2,000 of them. */
const defaultMaxUriBytes = 13_000;

/** Reads the answers to SOQL queries, page by page. */
export class QueryReader {
  readonly #client: SalesforceClient;
  readonly #maxUriBytes: number;

  constructor(client: SalesforceClient, maxUriBytes: number = defaultMaxUriBytes) {
    this.#client = client;
    this.#maxUriBytes = maxUriBytes;
  }

  /** The bytes that an encoded statement may take. */
  get maxStatementBytes(): number {
    return this.#maxUriBytes - this.#path("").length;
  }

  /** The pages of a query's answer, in the order in which Salesforce gives them. A next page is asked for only when it is wanted. */
  async *pages(statement: string, signal: AbortSignal): AsyncGenerator<QueryPage, void, undefined> {
    let path: string | undefined = this.#path(statement);
    if (path.length > this.#maxUriBytes) {
      throw new SalesforceRequestError(
        "URI_TOO_LONG",
        `A query of ${path.length} bytes is longer than the ${this.#maxUriBytes} that fit into a URI.`,
      );
    }
    while (path !== undefined) {
      const page: QueryResult = await this.#page(path, signal);
      // Salesforce's older rule: a parent's next page makes the cursors of its children's pages invalid, so these come first.
      if (page.openChildren) for (const record of page.records) await this.#completeChildren(record, signal);
      yield { records: page.records, totalSize: page.totalSize };
      path = page.next;
    }
  }

  #path(statement: string): string {
    return `${this.#client.resource("query")}?q=${encodeSoql(statement)}`;
  }

  async #completeChildren(record: JsonObject, signal: AbortSignal): Promise<void> {
    for (const value of Object.values(record)) {
      if (!isChildResult(value)) continue;
      let next = nextPath(value);
      while (next !== undefined) {
        const page: QueryResult = await this.#page(next, signal);
        // One by one: a spread of thousands of arguments could overflow the stack.
        for (const child of page.records) value.records.push(child);
        next = page.next;
      }
      value["done"] = true;
      delete value["nextRecordsUrl"];
      for (const child of value.records) if (isJsonObject(child)) await this.#completeChildren(child, signal);
    }
  }

  async #page(path: string, signal: AbortSignal): Promise<QueryResult> {
    const headers = { "sforce-query-options": `batchSize=${batchSize}` };
    let nextPages = 0;
    const rewrite = (body: string): string => {
      nextPages = countOf('"nextRecordsUrl"', body);
      return withoutAttributes(body);
    };
    const answer = await this.#client.object({ path, headers, rewrite }, signal);
    const { records, totalSize } = answer;
    if (!Array.isArray(records) || typeof totalSize !== "number") {
      throw new SalesforceUnavailableError("Salesforce answered a query without records or their number.");
    }
    if (isJsonObject(records[0]) && "attributes" in records[0]) removeAttributes(records);
    const next = nextPath(answer);
    return {
      records: records as JsonObject[],
      totalSize,
      next,
      openChildren: nextPages > (next === undefined ? 0 : 1),
    };
  }
}

interface QueryResult extends QueryPage {
  next: string | undefined;
  /** Whether some record's children have a next page of their own. */
  openChildren: boolean;
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

/** The same for an answer that is written in another way than Salesforce's usual one. */
function removeAttributes(value: JsonValue | undefined): void {
  if (Array.isArray(value)) for (const item of value) removeAttributes(item);
  if (!isJsonObject(value)) return;
  delete value["attributes"];
  for (const item of Object.values(value)) removeAttributes(item);
}

function countOf(words: string, text: string): number {
  let count = 0;
  for (let position = text.indexOf(words); position >= 0; position = text.indexOf(words, position + words.length))
    count++;
  return count;
}

interface ChildResult extends JsonObject {
  records: JsonValue[];
}

function isChildResult(value: JsonValue | undefined): value is ChildResult {
  return isJsonObject(value) && Array.isArray(value["records"]) && typeof value["done"] === "boolean";
}

function nextPath(answer: JsonObject): string | undefined {
  const next = answer["nextRecordsUrl"];
  if (typeof next !== "string" || answer["done"] === true) return undefined;
  // The session goes only to the org's own host.
  if (!next.startsWith("/services/data/"))
    throw new SalesforceUnavailableError("Salesforce named a next page that is not one of its own.");
  return next;
}
