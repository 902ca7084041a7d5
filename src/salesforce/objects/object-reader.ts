import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { readAhead } from "../../core/read-ahead.ts";
import type { FieldShape, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceUnavailableError } from "../errors.ts";
import { linkedFiles } from "../files/file-links.ts";
import type { QueryPage, QueryReader } from "../query/query-reader.ts";
import { encodeSoql, soql, splitValues, type SoqlSelect } from "../soql/soql.ts";
import { latestTimestamp } from "../timestamps.ts";
import type { ObjectQuery } from "./plan-object.ts";

/** Records that one call may fetch by their ids. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const retrieveAtOnce = 2000;

/** Reads the records of one object: its pages one ahead, each with its separate children and its files. */
export class ObjectReader implements SourceObject {
  readonly name: string;
  readonly shape: readonly FieldShape[];
  readonly #query: ObjectQuery;
  readonly #reader: QueryReader;
  readonly #client: SalesforceClient;

  constructor({ query, reader, client }: { query: ObjectQuery; reader: QueryReader; client: SalesforceClient }) {
    this.name = query.object;
    this.shape = query.shape;
    this.#query = query;
    this.#reader = reader;
    this.#client = client;
  }

  pages(signal: AbortSignal): AsyncIterable<RecordPage> {
    return readAhead(this.#pages(signal));
  }

  async *#pages(signal: AbortSignal): AsyncGenerator<RecordPage, void, undefined> {
    const [first, rest] = splitFields(this.#query.select, this.#reader.maxStatementBytes);
    for await (const page of this.#reader.pages(soql(first), signal)) {
      if (rest.length > 0) await this.#addFields(page, rest, signal);
      await this.#addSeparateChildren(page, signal);
      yield { total: page.totalSize, records: page.records.flatMap((fields) => this.#toRecord(fields)) };
    }
  }

  #toRecord(fields: JsonObject): SourceRecord[] {
    const id = fields["Id"];
    if (typeof id !== "string") return [];
    const title = this.#query.title
      .map((name) => fields[name])
      .find((value) => typeof value === "string" && value !== "");
    return [
      {
        id,
        title: typeof title === "string" ? title : id,
        timestamp: latestTimestamp(fields),
        fields,
        files: this.#query.files ? linkedFiles(fields) : [],
      },
    ];
  }

  /** Fields that did not fit into the query's URI are fetched by the records' ids, which travel in the body. */
  async #addFields(page: QueryPage, names: readonly string[], signal: AbortSignal): Promise<void> {
    const byId = new Map(page.records.map((record) => [record["Id"], record]));
    const ids = [...byId.keys()].filter((id) => typeof id === "string");
    for (let start = 0; start < ids.length; start += retrieveAtOnce) {
      const answer = await this.#client.json(
        {
          method: "POST",
          path: this.#client.resource(`composite/sobjects/${this.name}`),
          body: { ids: ids.slice(start, start + retrieveAtOnce), fields: ["Id", ...names] },
        },
        signal,
      );
      if (!Array.isArray(answer))
        throw new SalesforceUnavailableError(
          `Salesforce answered the fields of ${this.name} with something else than a list.`,
        );
      // A record that was deleted since the query comes back as null and keeps what the query gave.
      for (const more of answer.filter(isJsonObject)) Object.assign(byId.get(more["Id"]) ?? {}, more);
    }
  }

  async #addSeparateChildren(page: QueryPage, signal: AbortSignal): Promise<void> {
    for (const { relationship, parentField, select } of this.#query.separate) {
      const ids = page.records.flatMap(({ Id }) => (typeof Id === "string" ? Id : []));
      const byParent = new Map<unknown, JsonObject[]>();
      const statementFor = (part: readonly string[]): string =>
        soql({ ...select, where: { field: parentField, isOneOf: part } });
      for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
        for await (const { records } of this.#reader.pages(statementFor(part), signal)) {
          for (const record of records) {
            const siblings = byParent.get(record[parentField]) ?? [];
            siblings.push(record);
            byParent.set(record[parentField], siblings);
          }
        }
      }
      for (const record of page.records) record[relationship] = byParent.get(record["Id"]) ?? null;
    }
  }
}

/** The query that fits into a URI, and the names of the fields that do not. Subqueries and parents always stay in the query. */
function splitFields(select: SoqlSelect, maxBytes: number): [first: SoqlSelect, rest: readonly string[]] {
  const fields = [...select.fields];
  const rest: string[] = [];
  while (encodeSoql(soql({ ...select, fields })).length > maxBytes && fields.length > 1) {
    // An eighth at a time: the exact cut does not matter, and custom objects have up to 900 fields.
    rest.unshift(...fields.splice(-Math.ceil(fields.length / 8)));
  }
  return [{ ...select, fields }, rest];
}
