import { readAhead } from "../../core/read-ahead.ts";
import type { FieldSchema, ReadingWindow, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { fileLinks, linkedFiles } from "../files/file-links.ts";
import { refusedRecord, tooLargeReason, type QueryReader } from "../query/query-reader.ts";
import { textMember } from "../query/record-scanner.ts";
import { both, encodeSoql, soql, splitValues, type SoqlCondition, type SoqlSelect } from "../soql/soql.ts";
import type { ObjectQuery } from "./plan-object.ts";
import { retrieveFields } from "./retrieve-fields.ts";
import {
  parseFields,
  recordBytes,
  toSourceRecord,
  withAdditions,
  withoutField,
  type RecordBytes,
} from "./source-record.ts";

/** Members to add to records, as JSON objects, by record id. */
type Additions = ReadonlyMap<string, Buffer>;

/** Salesforce updates and indexes this field with every change of a record. */
const changeField = "SystemModstamp";

interface ObjectReaderOptions {
  readonly query: ObjectQuery;
  readonly reader: QueryReader;
  readonly client: SalesforceClient;
  /** Plans the query without some fields. */
  readonly planWithout: (fields: ReadonlySet<string>) => Promise<ObjectQuery>;
}

/** Reads the records of one object, one page ahead, with their children and files. */
export class ObjectReader implements SourceObject {
  readonly name: string;
  readonly schema: readonly FieldSchema[];
  /** Every record that the user can read. */
  readonly selection = "all";
  readonly idPrefix: string | undefined;
  readonly canReadChanges: boolean;
  readonly permissionFields: readonly string[];
  readonly withoutFields: SourceObject["withoutFields"];
  readonly #query: ObjectQuery;
  readonly #reader: QueryReader;
  readonly #client: SalesforceClient;

  constructor({ query, reader, client, planWithout }: ObjectReaderOptions) {
    this.name = query.object;
    this.schema = query.schema;
    this.idPrefix = query.idPrefix;
    this.canReadChanges = query.select.fields.includes(changeField);
    this.permissionFields = query.permissionFields;
    this.withoutFields = async (hidden) =>
      new ObjectReader({ query: await planWithout(hidden), reader, client, planWithout });
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
      const refused = page.tooLarge.flatMap((json) => refusedRecord(json) ?? []);
      const found = page.records.flatMap((json) => recordBytes(json) ?? []);
      const { records, tooLarge } = needsIds
        ? await this.#completed(found, rest, signal)
        : { records: found, tooLarge: [] };
      refused.push(...tooLarge.map((id) => ({ id, reason: tooLargeReason })));
      yield { total: page.totalSize, records: this.#parsedOneByOne(records), refused };
    }
  }

  /** Parses records when they are consumed, so that a page holds no parsed records in memory. */
  *#parsedOneByOne(records: readonly RecordBytes[]): Generator<SourceRecord> {
    const { title, files, showsFiles } = this.#query;
    const filesOf = files ? linkedFiles : () => [];
    for (const record of records) {
      const found = toSourceRecord(record, { title, filesOf });
      yield showsFiles ? found : withoutField(found, fileLinks.relationship);
    }
  }

  /** Adds fields that do not fit into the query, and children that require a separate query. Separates the records that become too large. */
  async #completed(
    records: readonly RecordBytes[],
    rest: readonly string[],
    signal: AbortSignal,
  ): Promise<{ records: readonly RecordBytes[]; tooLarge: readonly string[] }> {
    const ids = records.map(({ id }) => id);
    const tooLarge = new Set<string>();
    const additions = [
      ...(rest.length > 0
        ? [await retrieveFields(this.#client, { object: this.name, ids, fields: rest }, signal)]
        : []),
      ...(await this.#separateChildren(ids, tooLarge, signal)),
    ];
    for (const { id, json } of records) {
      const added = additions.map((addition) => addition.get(id)?.length ?? 0);
      if (added.reduce((sum, bytes) => sum + bytes, json.length) > this.#client.maxRecordBytes) tooLarge.add(id);
    }
    const complete = records
      .filter(({ id }) => !tooLarge.has(id))
      .map((record) =>
        withAdditions(
          record,
          additions.map((addition) => addition.get(record.id)),
        ),
      );
    return { records: complete, tooLarge: [...tooLarge] };
  }

  /** Queries children by the ids of their parents. A parent without children gets null. A parent of a child that is too large is too large. */
  async #separateChildren(ids: readonly string[], tooLarge: Set<string>, signal: AbortSignal): Promise<Additions[]> {
    const additions: Additions[] = [];
    for (const { relationship, parentField, select } of this.#query.separate) {
      const byParent = new Map<string, string[]>(ids.map((id) => [id, []]));
      const statementFor = (part: readonly string[]): string =>
        soql({ ...select, where: withParents(select.where, { field: parentField, isOneOf: part }) });
      for (const part of splitValues(ids, { statementFor, maxBytes: this.#reader.maxStatementBytes })) {
        for await (const page of this.#reader.pages(statementFor(part), signal)) {
          for (const json of page.records) addChild(byParent, parentField, json.toString());
          for (const json of page.tooLarge) tooLarge.add(textMember(json, parentField) ?? "");
        }
      }
      additions.push(new Map([...byParent].map(([id, children]) => [id, toAddition(relationship, children)])));
    }
    tooLarge.delete("");
    return additions;
  }
}

const withParents = (where: SoqlCondition | undefined, parents: SoqlCondition): SoqlCondition =>
  where === undefined ? parents : both(where, parents);

function addChild(byParent: ReadonlyMap<string, string[]>, parentField: string, text: string): void {
  const parent = parseFields(text)[parentField];
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
