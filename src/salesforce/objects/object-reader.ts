import type { JsonObject } from "../../core/json.ts";
import { readAhead } from "../../core/read-ahead.ts";
import type { FieldSchema, ReadingWindow, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { linkedFiles } from "../files/file-links.ts";
import type { QueryReader } from "../query/query-reader.ts";
import { encodeSoql, soql, splitValues, type SoqlSelect } from "../soql/soql.ts";
import type { ObjectQuery } from "./plan-object.ts";
import { retrieveFields } from "./retrieve-fields.ts";
import { recordBytes, toSourceRecord, withAdditions, type RecordBytes } from "./source-record.ts";

/** Members to add to records, as JSON objects, by record id. */
type Additions = ReadonlyMap<string, Buffer>;

/** Salesforce updates and indexes this field with every change of a record. */
const changeField = "SystemModstamp";

/** Reads the records of one object, one page ahead, with their children and files. */
export class ObjectReader implements SourceObject {
  readonly name: string;
  readonly schema: readonly FieldSchema[];
  /** Every record that the user can read. */
  readonly selection = "all";
  readonly idPrefix: string | undefined;
  readonly canReadChanges: boolean;
  readonly #query: ObjectQuery;
  readonly #reader: QueryReader;
  readonly #client: SalesforceClient;

  constructor({ query, reader, client }: { query: ObjectQuery; reader: QueryReader; client: SalesforceClient }) {
    this.name = query.object;
    this.schema = query.schema;
    this.idPrefix = query.idPrefix;
    this.canReadChanges = query.select.fields.includes(changeField);
    this.#query = query;
    this.#reader = reader;
    this.#client = client;
  }

  pages(window: ReadingWindow, signal: AbortSignal): AsyncIterable<RecordPage> {
    const [select, rest] = splitFields(this.#selectIn(window), this.#reader.maxStatementBytes);
    return readAhead(this.#pages({ select, rest }, signal));
  }

  #selectIn(window: ReadingWindow): SoqlSelect {
    const { select } = this.#query;
    return window === "everything" ? select : { ...select, where: { field: changeField, ...window } };
  }

  async *#pages(
    { select, rest }: { select: SoqlSelect; rest: readonly string[] },
    signal: AbortSignal,
  ): AsyncGenerator<RecordPage, void, undefined> {
    const needsIds = rest.length > 0 || this.#query.separate.length > 0;
    for await (const page of this.#reader.pages(soql(select), signal)) {
      const found = page.records.flatMap((json) => recordBytes(json) ?? []);
      const records = needsIds ? await this.#completed(found, rest, signal) : found;
      yield { total: page.totalSize, records: this.#parsedOneByOne(records) };
    }
  }

  /** Parses records when they are consumed, so that a page holds no parsed records in memory. */
  *#parsedOneByOne(records: readonly RecordBytes[]): Generator<SourceRecord> {
    const { title, files } = this.#query;
    const filesOf = files ? linkedFiles : () => [];
    for (const record of records) yield toSourceRecord(record, { title, filesOf });
  }

  /** Adds fields that do not fit into the query, and children that require a separate query. */
  async #completed(
    records: readonly RecordBytes[],
    rest: readonly string[],
    signal: AbortSignal,
  ): Promise<RecordBytes[]> {
    const ids = records.map(({ id }) => id);
    const additions = [
      ...(rest.length > 0
        ? [await retrieveFields(this.#client, { object: this.name, ids, fields: rest }, signal)]
        : []),
      ...(await this.#separateChildren(ids, signal)),
    ];
    return records.map((record) =>
      withAdditions(
        record,
        additions.map((addition) => addition.get(record.id)),
      ),
    );
  }

  /** Queries children by the ids of their parents. A parent without children gets null. */
  async #separateChildren(ids: readonly string[], signal: AbortSignal): Promise<Additions[]> {
    const additions: Additions[] = [];
    for (const { relationship, parentField, select } of this.#query.separate) {
      const byParent = new Map<string, string[]>(ids.map((id) => [id, []]));
      const statementFor = (part: readonly string[]): string =>
        soql({ ...select, where: { field: parentField, isOneOf: part } });
      for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
        for await (const { records } of this.#reader.pages(statementFor(part), signal)) {
          for (const json of records) addChild(byParent, parentField, json.toString());
        }
      }
      additions.push(new Map([...byParent].map(([id, children]) => [id, toAddition(relationship, children)])));
    }
    return additions;
  }
}

function addChild(byParent: ReadonlyMap<string, string[]>, parentField: string, text: string): void {
  const parent = (JSON.parse(text) as JsonObject)[parentField];
  if (typeof parent === "string") byParent.get(parent)?.push(text);
}

function toAddition(relationship: string, children: readonly string[]): Buffer {
  return Buffer.from(`{"${relationship}":${children.length === 0 ? "null" : `[${children.join(",")}]`}}`);
}

/** Splits off the fields that do not fit into the URI. Subqueries and parents always stay in the query. */
function splitFields(select: SoqlSelect, maxBytes: number): [select: SoqlSelect, rest: readonly string[]] {
  const fields = [...select.fields];
  const rest: string[] = [];
  while (encodeSoql(soql({ ...select, fields })).length > maxBytes && fields.length > 1) {
    // An eighth at a time: the exact cut does not matter, and custom objects have up to 900 fields.
    rest.unshift(...fields.splice(-Math.ceil(fields.length / 8)));
  }
  return [{ ...select, fields }, rest];
}
