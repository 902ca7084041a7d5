import { DistinctIds } from "../../core/distinct-ids.ts";
import { readAhead } from "../../core/read-ahead.ts";
import type { FieldSchema, ReadingWindow, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { retrieveFields } from "../objects/retrieve-fields.ts";
import { recordBytes, toSourceRecord, withAdditions, type RecordBytes } from "../objects/source-record.ts";
import { refusedRecord, type QueryReader } from "../query/query-reader.ts";
import type { QueryToSend, SearchToSend } from "./resolve-rules.ts";
import type { RuleFiles } from "./rule-files.ts";
import type { SearchPage, SearchReader } from "./search-reader.ts";

export interface RuleReaderOptions {
  object: string;
  idPrefix: string | undefined;
  /** Identifies the rules that return the object. */
  selection: string;
  schema: readonly FieldSchema[];
  /** The first of these fields with a value is the document's title. */
  title: readonly string[];
  /** In the order of the rules. */
  parts: readonly { rule: string; send: QueryToSend | SearchToSend }[];
  permissionFields: readonly string[];
  withoutFields: SourceObject["withoutFields"];
  /** Undefined if files cannot be attached to these records. */
  files: RuleFiles | undefined;
  client: SalesforceClient;
  reader: QueryReader;
  searches: SearchReader;
}

/** Salesforce's id of rows that have none, as in some metadata objects. */
const noId = "000000000000000";

/** Reads the records of one object that advanced rules return. If several rules return a record, the first rule decides its fields. */
export class RuleReader implements SourceObject {
  readonly name: string;
  readonly schema: readonly FieldSchema[];
  readonly selection: string;
  readonly idPrefix: string | undefined;
  /** A rule's query cannot be limited to changes: its conditions are not rewritten. */
  readonly canReadChanges = false;
  readonly permissionFields: readonly string[];
  readonly withoutFields: SourceObject["withoutFields"];
  readonly #options: RuleReaderOptions;

  constructor(options: RuleReaderOptions) {
    this.name = options.object;
    this.schema = options.schema;
    this.selection = options.selection;
    this.idPrefix = options.idPrefix;
    this.permissionFields = options.permissionFields;
    this.withoutFields = options.withoutFields;
    this.#options = options;
  }

  pages(_window: ReadingWindow, signal: AbortSignal): AsyncIterable<RecordPage> {
    return readAhead(this.#pages(signal));
  }

  async *#pages(signal: AbortSignal): AsyncGenerator<RecordPage, void, undefined> {
    using seen = new DistinctIds();
    // The totals of all rules, without duplicates and rows that have no Id.
    let total = 0;
    for (const { rule, send } of this.#options.parts) {
      let counted = 0;
      for await (const page of this.#partPages(send, signal)) {
        const rows = page.records.flatMap((json) => rowsWithId(json));
        const isNew = seen.add(rows.map(({ id }) => id));
        const records = rows.filter((_, index) => isNew[index]);
        const refused = newRefusals(page.tooLarge, seen);
        const all = page.records.length + page.tooLarge.length;
        total += page.totalSize - counted - (all - records.length - refused.length);
        counted = page.totalSize;
        yield {
          total,
          records: await this.#completed(records, send, signal),
          refused,
          warnings: this.#warnings(rule, { page, withoutId: page.records.length - rows.length }),
        };
      }
    }
  }

  #partPages(send: QueryToSend | SearchToSend, signal: AbortSignal): AsyncIterable<SearchPage> {
    const { searches, reader } = this.#options;
    return send.kind === "search" ? searches.pages(send, this.name, signal) : queryPages(reader, send.text, signal);
  }

  /** Adds the fields that do not fit into the query, and the attached files. */
  async #completed(
    records: readonly RecordBytes[],
    send: QueryToSend | SearchToSend,
    signal: AbortSignal,
  ): Promise<readonly SourceRecord[]> {
    const { client, files, title } = this.#options;
    const ids = records.map(({ id }) => id);
    if (ids.length === 0) return [];
    const fields = send.kind === "query" ? send.rest : [];
    const more =
      fields.length > 0 ? await retrieveFields(client, { object: this.name, ids, fields }, signal) : undefined;
    const found = await files?.filesOf(ids, signal);
    return records.map((record) =>
      toSourceRecord(withAdditions(record, [more?.get(record.id)]), {
        title,
        filesOf: () => found?.get(record.id) ?? [],
      }),
    );
  }

  #warnings(rule: string, { page, withoutId }: { page: SearchPage; withoutId: number }): string[] {
    return [
      ...(page.limitReached
        ? [
            `${rule}: Salesforce returned ${page.totalSize} records of ${this.name}, the limit of a search. Further matches are not synced; a SOQL rule has no such limit.`,
          ]
        : []),
      ...(withoutId > 0 ? [`${rule}: rows of ${this.name} without an Id are skipped.`] : []),
    ];
  }
}

function rowsWithId(json: Buffer): RecordBytes[] {
  const record = recordBytes(json);
  return record === undefined || record.id.startsWith(noId) ? [] : [record];
}

function newRefusals(tooLarge: readonly Buffer[], seen: DistinctIds): { id: string; reason: string }[] {
  const refused = tooLarge.flatMap((json) => refusedRecord(json) ?? []);
  const isNew = seen.add(refused.map(({ id }) => id));
  return refused.filter((_, index) => isNew[index]);
}

async function* queryPages(
  reader: QueryReader,
  statement: string,
  signal: AbortSignal,
): AsyncGenerator<SearchPage, void, undefined> {
  for await (const page of reader.pages(statement, signal)) yield { ...page, limitReached: false };
}
