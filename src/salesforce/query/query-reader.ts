import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceRequestError } from "../errors.ts";
import { encodeSoql } from "../soql/soql.ts";
import { nextPath, readPage, type PageBytes } from "./query-page.ts";

/** One page of a query's answer. Child results in its records are whole: their own pages have been followed to the end. */
export interface QueryPage {
  /** Each record as JSON, without `attributes`. */
  records: readonly Buffer[];
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
      const page: PageBytes = await this.#page(path, signal);
      // Salesforce's older rule: a parent's next page makes the cursors of its children's pages invalid, so these come first.
      const records = page.openChildren ? await this.#completeRecords(page.records, signal) : page.records;
      yield { records, totalSize: page.totalSize };
      path = page.next;
    }
  }

  #path(statement: string): string {
    return `${this.#client.resource("query")}?q=${encodeSoql(statement)}`;
  }

  #page(path: string, signal: AbortSignal): Promise<PageBytes> {
    const headers = { "sforce-query-options": `batchSize=${batchSize}` };
    return this.#client.read({ path, headers }, signal, readPage);
  }

  async #completeRecords(records: readonly Buffer[], signal: AbortSignal): Promise<Buffer[]> {
    const complete: Buffer[] = [];
    for (const json of records) {
      if (!json.includes('"nextRecordsUrl"')) {
        complete.push(json);
        continue;
      }
      const record = JSON.parse(json.toString()) as JsonObject;
      await this.#completeChildren(record, signal);
      complete.push(Buffer.from(JSON.stringify(record)));
    }
    return complete;
  }

  async #completeChildren(record: JsonObject, signal: AbortSignal): Promise<void> {
    for (const value of Object.values(record)) {
      if (!isChildResult(value)) continue;
      let next = nextPath(value);
      while (next !== undefined) {
        const page: PageBytes = await this.#page(next, signal);
        for (const child of page.records) value.records.push(JSON.parse(child.toString()) as JsonObject);
        next = page.next;
      }
      value["done"] = true;
      delete value["nextRecordsUrl"];
      for (const child of value.records) if (isJsonObject(child)) await this.#completeChildren(child, signal);
    }
  }
}

interface ChildResult extends JsonObject {
  records: JsonValue[];
}

function isChildResult(value: JsonValue | undefined): value is ChildResult {
  return isJsonObject(value) && Array.isArray(value["records"]) && typeof value["done"] === "boolean";
}
