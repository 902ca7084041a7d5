import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceRequestError, SalesforceResponseError } from "../errors.ts";
import { parseFields } from "../objects/source-record.ts";
import { encodeSoql } from "../soql/soql.ts";
import { nextPath, readPage, type PageBytes } from "./query-page.ts";
import { textMember } from "./record-scanner.ts";

/** A page of records. Their child results are complete: further pages of children have been read. */
export interface QueryPage {
  /** Each record as JSON, without `attributes`. */
  records: readonly Buffer[];
  /** Records that are larger than the client's `maxRecordBytes`, with their children. */
  tooLarge: readonly Buffer[];
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
      const { records, tooLarge } = page.openChildren ? await this.#completeRecords(page, signal) : page;
      yield { records, tooLarge, totalSize: page.totalSize };
      path = page.next;
    }
  }

  #path(statement: string): string {
    return `${this.#resource}?q=${encodeSoql(statement)}`;
  }

  #page(path: string, signal: AbortSignal): Promise<PageBytes> {
    const headers = { "sforce-query-options": `batchSize=${batchSize}` };
    return this.#client.read({ path, headers }, signal, (body) => readPage(body, this.#client.maxRecordBytes));
  }

  async #completeRecords(page: PageBytes, signal: AbortSignal): Promise<Pick<PageBytes, "records" | "tooLarge">> {
    const complete: Buffer[] = [];
    const tooLarge = [...page.tooLarge];
    for (const json of page.records) {
      const whole = json.includes('"nextRecordsUrl"') ? await this.#completeRecord(json, signal) : json;
      if (whole) complete.push(whole);
      else tooLarge.push(json);
    }
    return { records: complete, tooLarge };
  }

  /** Undefined if the record becomes too large. */
  async #completeRecord(json: Buffer, signal: AbortSignal): Promise<Buffer | undefined> {
    const record = parseFields(json);
    const room = { bytes: this.#client.maxRecordBytes - json.length };
    await this.#completeChildren(record, room, signal);
    return room.bytes < 0 ? undefined : Buffer.from(JSON.stringify(record));
  }

  /** Stops when there is no room left. */
  async #completeChildren(record: JsonObject, room: { bytes: number }, signal: AbortSignal): Promise<void> {
    for (const value of Object.values(record)) {
      if (!isChildResult(value)) continue;
      let next = nextPath(value);
      while (next !== undefined) {
        const page: PageBytes = await this.#page(next, signal);
        for (const child of [...page.records, ...page.tooLarge]) room.bytes -= child.length;
        if (room.bytes < 0) return;
        for (const child of page.records) value.records.push(parseFields(child));
        if (page.next === undefined) refuseMissing(value, next);
        next = page.next;
      }
      value["done"] = true;
      delete value["nextRecordsUrl"];
      for (const child of value.records) if (isJsonObject(child)) await this.#completeChildren(child, room, signal);
    }
  }
}

/** With missing children, a record would lose fields and files that it has. */
function refuseMissing({ totalSize, records }: ChildResult, path: string): void {
  if (typeof totalSize !== "number" || records.length >= totalSize) return;
  throw new SalesforceResponseError(
    `The response of Salesforce to ${path} is not in the documented form: ${records.length} of ${totalSize} children of a record arrived.`,
    { hint: "The next sync reads them again." },
  );
}

/** A record that is too large, as the sync reports it. Undefined if it has no Id. */
export function refusedRecord(json: Buffer): { id: string; reason: string } | undefined {
  const id = textMember(json, "Id");
  return id === undefined ? undefined : { id, reason: tooLargeReason };
}

export const tooLargeReason = "the record is larger than salesforce.max_record_size";

interface ChildResult extends JsonObject {
  records: JsonValue[];
}

function isChildResult(value: JsonValue | undefined): value is ChildResult {
  return isJsonObject(value) && Array.isArray(value["records"]) && typeof value["done"] === "boolean";
}
