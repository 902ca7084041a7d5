import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { encodeSoql } from "../soql/soql.ts";
import type { QueryPage } from "../query/query-reader.ts";
import type { SearchToSend } from "./resolve-rules.ts";
import { soslText, type SoslStatement } from "./sosl-statement.ts";

// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limits.htm

/** The maximum of records that a search returns, and the maximum OFFSET. */
const maxRows = 2000;

/** The maximum of records of one object without WHERE and ORDER BY. */
const maxUnfilteredRows = 250;

export interface SearchPage extends QueryPage {
  /** Salesforce may have more matches than it returned. */
  limitReached: boolean;
}

/** Runs searches. */
export class SearchReader {
  readonly #client: SalesforceClient;

  constructor(client: SalesforceClient) {
    this.#client = client;
  }

  /** Returns the records with their `attributes`. */
  async search(text: string, signal: AbortSignal): Promise<JsonObject[]> {
    const path = `${this.#client.resource("search")}?q=${encodeSoql(text)}`;
    return this.#client.read({ path }, signal, (body) => {
      const answer = JSON.parse(body.toString()) as JsonValue;
      const records = isJsonObject(answer) ? answer["searchRecords"] : undefined;
      if (Array.isArray(records)) return records.filter(isJsonObject);
      throw new SyntaxError("the response has no searchRecords");
    });
  }

  /**
   * The records of one object. Searches have no count, so `totalSize` is the number of records read so far. They have no cursor either: pages
   * are read by OFFSET, ordered by Id unless the rule has its own order, until Salesforce returns no more.
   */
  async *pages(
    { statement, wanted = Infinity }: SearchToSend,
    object: string,
    signal: AbortSignal,
  ): AsyncGenerator<SearchPage, void, undefined> {
    const [only] = statement.objects;
    if (statement.objects.length !== 1 || !only) {
      yield this.#answerOf(object, await this.search(soslText(statement), signal));
      return;
    }
    const start = only.offset ?? 0;
    let found = 0;
    for (;;) {
      const size = Math.min(maxRows, wanted - found);
      const records = await this.search(pageText(statement, { size, offset: start + found, wanted }), signal);
      found += records.length;
      const isLast = records.length < Math.min(size, maxUnfilteredRows) || found >= wanted || start + found > maxRows;
      // A result that ends exactly at one of Salesforce's limits may be cut off.
      const full = found >= maxRows || found === maxUnfilteredRows;
      const limitReached = isLast && found < wanted && (start + found > maxRows || (records.length === 0 && full));
      yield { ...this.#bySize(records), totalSize: found, limitReached };
      if (isLast) return;
    }
  }

  #answerOf(object: string, records: readonly JsonObject[]): SearchPage {
    const own = records.filter(({ attributes }) => isJsonObject(attributes) && attributes["type"] === object);
    return { ...this.#bySize(own), totalSize: own.length, limitReached: records.length >= maxRows };
  }

  #bySize(records: readonly JsonObject[]): Pick<QueryPage, "records" | "tooLarge"> {
    const { maxRecordBytes } = this.#client;
    const all = records.map(toBytes);
    return {
      records: all.filter(({ length }) => length <= maxRecordBytes),
      tooLarge: all.filter(({ length }) => length > maxRecordBytes),
    };
  }
}

function pageText(
  statement: SoslStatement,
  { size, offset, wanted }: { size: number; offset: number; wanted: number },
): string {
  const objects = statement.objects.map((object) => ({
    ...object,
    clauses: object.ordered || wanted !== Infinity ? object.clauses : `${object.clauses} ORDER BY Id`.trim(),
    limit: size,
    ...(offset > 0 ? { offset } : {}),
  }));
  return soslText({ ...statement, objects });
}

function toBytes(record: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(withoutAttributes(record)));
}

function withoutAttributes(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => withoutAttributes(item) ?? null);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([name]) => name !== "attributes");
  return Object.fromEntries(members.map(([name, member]) => [name, withoutAttributes(member)]));
}
