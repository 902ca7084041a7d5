import { joinObjects, type JsonObject } from "../../core/json.ts";
import { readAhead } from "../../core/read-ahead.ts";
import type { FieldSchema, RecordPage, SourceObject, SourceRecord } from "../../sync/ports.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { retrieveFields } from "../objects/retrieve-fields.ts";
import type { QueryReader } from "../query/query-reader.ts";
import { latestTimestamp } from "../timestamps.ts";
import type { QueryToSend, SearchToSend } from "./resolve-rules.ts";
import type { RuleFiles } from "./rule-files.ts";
import type { SearchPage, SearchReader } from "./search-reader.ts";
import { SeenIds } from "./seen-ids.ts";

/** What rules ask of one object, and what with. */
export interface RuleReaderOptions {
  object: string;
  shape: readonly FieldSchema[];
  /** The first of these fields that holds something is the document's title. */
  title: readonly string[];
  /** In the rules' order, each with its rule's name. */
  parts: readonly { rule: string; send: QueryToSend | SearchToSend }[];
  /** Nothing where no file can hang on these records. */
  files: RuleFiles | undefined;
  client: SalesforceClient;
  reader: QueryReader;
  searches: SearchReader;
}

/** Metadata objects answer rows without an identity: their ids are all of this kind. */
const noId = "000000000000000";

/**
 * Reads what rules return of one object. A record that several rules return is read by the first of them: its document has the fields that
 * this rule asks for.
 */
export class RuleReader implements SourceObject {
  readonly name: string;
  readonly shape: readonly FieldSchema[];
  readonly #options: RuleReaderOptions;

  constructor(options: RuleReaderOptions) {
    this.name = options.object;
    this.shape = options.shape;
    this.#options = options;
  }

  pages(signal: AbortSignal): AsyncIterable<RecordPage> {
    return readAhead(this.#pages(signal));
  }

  async *#pages(signal: AbortSignal): AsyncGenerator<RecordPage, void, undefined> {
    using seen = new SeenIds();
    // What all rules count together, less the rows that make no document of their own.
    let total = 0;
    for (const { rule, send } of this.#options.parts) {
      let counted = 0;
      for await (const page of this.#partPages(send, signal)) {
        const rows = page.records.flatMap((json) => this.#toRecord(json));
        const isNew = seen.takeNew(rows.map(({ id }) => id));
        const records = rows.filter((_, index) => isNew[index]);
        total += page.totalSize - counted - (page.records.length - records.length);
        counted = page.totalSize;
        yield {
          total,
          records: await this.#completed(records, send, signal),
          warnings: this.#warnings(rule, { page, withoutId: page.records.length - rows.length }),
        };
      }
    }
  }

  #partPages(send: QueryToSend | SearchToSend, signal: AbortSignal): AsyncIterable<SearchPage> {
    const { searches, reader } = this.#options;
    return send.kind === "search" ? searches.pages(send, this.name, signal) : queryPages(reader, send.text, signal);
  }

  #toRecord(json: Buffer): SourceRecord[] {
    const fields = JSON.parse(json.toString()) as JsonObject;
    const id = fields["Id"];
    if (typeof id !== "string" || id.startsWith(noId)) return [];
    const titles = this.#options.title.map((name) => fields[name]);
    const title = titles.find((value) => typeof value === "string" && value !== "");
    return [{ id, title: typeof title === "string" ? title : id, timestamp: latestTimestamp(fields), json, files: [] }];
  }

  /** With the fields that did not fit into the query, and with the files that hang on the records. */
  async #completed(
    records: readonly SourceRecord[],
    send: QueryToSend | SearchToSend,
    signal: AbortSignal,
  ): Promise<readonly SourceRecord[]> {
    const { client, files } = this.#options;
    const ids = records.map(({ id }) => id);
    if (ids.length === 0) return records;
    const rest = send.kind === "query" ? send.rest : [];
    const more =
      rest.length > 0
        ? await retrieveFields(client, { object: this.name, ids, fields: rest }, signal)
        : new Map<string, Buffer>();
    const found = await files?.filesOf(ids, signal);
    return records.map((record) => {
      const fields = more.get(record.id);
      return {
        ...record,
        json: fields ? joinObjects(record.json, fields) : record.json,
        files: found?.get(record.id) ?? [],
      };
    });
  }

  #warnings(rule: string, { page, withoutId }: { page: SearchPage; withoutId: number }): string[] {
    return [
      ...(page.limitReached
        ? [
            `${rule}: Salesforce gave ${page.totalSize} records of ${this.name}, the most that a search gives; what else it finds is not synced. SOQL knows no such limit.`,
          ]
        : []),
      ...(withoutId > 0 ? [`${rule}: rows of ${this.name} that have no Id of their own are left out.`] : []),
    ];
  }
}

async function* queryPages(
  reader: QueryReader,
  statement: string,
  signal: AbortSignal,
): AsyncGenerator<SearchPage, void, undefined> {
  for await (const page of reader.pages(statement, signal)) yield { ...page, limitReached: false };
}
