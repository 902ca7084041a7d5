import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceRequestError } from "../errors.ts";
import { encodeSoql } from "../soql/soql.ts";
import { nextPath, readPage, type PageBytes } from "./query-page.ts";

/** A page of records. Their child results are complete: further pages of children have been read. */
export interface QueryPage {
  /** Each record as JSON, without `attributes`. */
  records: readonly Buffer[];
  /** The number of records of the whole query. */
  totalSize: number;
}

/** The maximum of records in a page. Salesforce may return fewer. */
const batchSize = 2000;

/** Salesforce refuses (414, 431) more than 16,384 bytes of URI and headers. A session token may take 2,000 of them. */
const defaultMaxUriBytes = 13_000;

interface QueryReaderOptions {
  readonly maxUriBytes?: number | undefined;
  /** The path of the query resource, such as that of the Tooling API. */
  readonly resource?: string | undefined;
}

/** Runs SOQL queries. */
export class QueryReader {
  readonly #client: SalesforceClient;
  readonly #maxUriBytes: number;
  readonly #resource: string;

  constructor(client: SalesforceClient, { maxUriBytes, resource }: QueryReaderOptions = {}) {
    this.#client = client;
    this.#maxUriBytes = maxUriBytes ?? defaultMaxUriBytes;
    this.#resource = resource ?? client.resource("query");
  }

  /** The maximum bytes of an encoded statement. */
  get maxStatementBytes(): number {
    return this.#maxUriBytes - this.#path("").length;
  }

  /** Reads pages in Salesforce's order. A page is requested only when the consumer asks for it. */
  async *pages(statement: string, signal: AbortSignal): AsyncGenerator<QueryPage, void, undefined> {
    let path: string | undefined = this.#path(statement);
    if (path.length > this.#maxUriBytes) {
      throw new SalesforceRequestError(
        "URI_TOO_LONG",
        `The query has ${path.length} bytes; a URI has room for ${this.#maxUriBytes}.`,
      );
    }
    while (path !== undefined) {
      const page: PageBytes = await this.#page(path, signal);
      // The next page of parents may invalidate the cursors of child pages, so child pages are read first.
      const records = page.openChildren ? await this.#completeRecords(page.records, signal) : page.records;
      yield { records, totalSize: page.totalSize };
      path = page.next;
    }
  }

  #path(statement: string): string {
    return `${this.#resource}?q=${encodeSoql(statement)}`;
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
