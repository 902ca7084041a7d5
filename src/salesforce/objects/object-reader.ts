import { joinObjects, type JsonObject } from "../../core/json.ts";
import { readAhead } from "../../core/read-ahead.ts";
import type { FieldSchema, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { linkedFiles } from "../files/file-links.ts";
import type { QueryReader } from "../query/query-reader.ts";
import { encodeSoql, soql, splitValues, type SoqlSelect } from "../soql/soql.ts";
import { latestTimestamp } from "../timestamps.ts";
import type { ObjectQuery } from "./plan-object.ts";
import { retrieveFields } from "./retrieve-fields.ts";

/** Members to be added to records, as JSON objects, by the records' ids. */
type Additions = ReadonlyMap<string, Buffer>;

/** Reads the records of one object: its pages one ahead, each with its separate children and its files. */
export class ObjectReader implements SourceObject {
  readonly name: string;
  readonly shape: readonly FieldSchema[];
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
      const records = page.records.flatMap((json) => this.#toRecord(json));
      const ids = records.map(({ id }) => id);
      const more = { object: this.name, ids, fields: rest };
      const additions = [
        ...(rest.length > 0 ? [await retrieveFields(this.#client, more, signal)] : []),
        ...(await this.#separateChildren(ids, signal)),
      ];
      yield {
        total: page.totalSize,
        records: additions.length === 0 ? records : records.map((record) => extended(record, additions)),
      };
    }
  }

  #toRecord(json: Buffer): SourceRecord[] {
    const fields = JSON.parse(json.toString()) as JsonObject;
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
        json,
        files: this.#query.files ? linkedFiles(fields) : [],
      },
    ];
  }

  /** Children that cannot be asked for with their parents are asked for by the parents' ids. A parent without any gets null. */
  async #separateChildren(ids: readonly string[], signal: AbortSignal): Promise<Additions[]> {
    const additions: Additions[] = [];
    for (const { relationship, parentField, select } of this.#query.separate) {
      const byParent = new Map<string, string[]>(ids.map((id) => [id, []]));
      const statementFor = (part: readonly string[]): string =>
        soql({ ...select, where: { field: parentField, isOneOf: part } });
      for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
        for await (const { records } of this.#reader.pages(statementFor(part), signal)) {
          for (const json of records) {
            const text = json.toString();
            byParent.get((JSON.parse(text) as Record<string, string>)[parentField] ?? "")?.push(text);
          }
        }
      }
      const member = (children: readonly string[]): Buffer =>
        Buffer.from(`{"${relationship}":${children.length === 0 ? "null" : `[${children.join(",")}]`}}`);
      additions.push(new Map([...byParent].map(([id, children]) => [id, member(children)])));
    }
    return additions;
  }
}

const nothing = Buffer.from("{}");

function extended(record: SourceRecord, additions: readonly Additions[]): SourceRecord {
  return {
    ...record,
    json: additions.reduce((json, added) => joinObjects(json, added.get(record.id) ?? nothing), record.json),
  };
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
