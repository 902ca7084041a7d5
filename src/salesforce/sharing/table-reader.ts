import type { z } from "zod";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import type { OrgDescription } from "../describe/org-description.ts";
import { SalesforceRequestError } from "../errors.ts";
import { parseFields } from "../objects/source-record.ts";
import { QueryReader } from "../query/query-reader.ts";
import { soql, type SoqlCondition } from "../soql/soql.ts";

/** A table that is read as a whole. */
export interface SharingTable<Columns extends z.ZodObject, Row> {
  readonly object: string;
  /** What a user needs to read the table, in the words of Salesforce's Setup. */
  readonly permission: string;
  /** The columns to query. One that Salesforce does not show becomes `undefined`, which grants nothing. */
  readonly columns: Columns;
  readonly toRow: (columns: z.output<Columns>) => Row;
  /** Every org has rows: a response without any is not the table. */
  readonly neverEmpty?: true;
}

/** A table that could not be read, and what the integration user may lack. */
export interface UnreadTable {
  readonly object: string;
  readonly reason: string;
  readonly permission: string;
}

interface TableReaderOptions {
  readonly client: SalesforceClient;
  readonly org: OrgDescription;
  readonly signal: AbortSignal;
}

interface TableQuery {
  readonly where?: SoqlCondition;
  /** The path of the query resource, unless it is the usual one. */
  readonly resource?: string;
  /** The object is not in the list of objects of the data API, so that its columns cannot be looked up. */
  readonly undescribed?: true;
  readonly limit?: number;
}

/** Reads whole tables by pages. One that cannot be read is noted and does not end the reading. */
export class TableReader {
  readonly #options: TableReaderOptions;
  readonly #unread: UnreadTable[] = [];

  constructor(options: TableReaderOptions) {
    this.#options = options;
  }

  get unread(): readonly UnreadTable[] {
    return this.#unread;
  }

  /** `undefined` if the table cannot be read, or not completely. */
  async read<Columns extends z.ZodObject, Row>(
    table: SharingTable<Columns, Row>,
    query: TableQuery = {},
  ): Promise<readonly Row[] | undefined> {
    const rows: Row[] = [];
    // An array that grows by appending needs no copies of a large table.
    const complete = await this.readPages(table, query, (page) => {
      for (const row of page) rows.push(row);
    });
    return complete ? rows : undefined;
  }

  /** Hands the rows over page by page. False if the table cannot be read, or not completely: what was handed over must not be used. */
  async readPages<Columns extends z.ZodObject, Row>(
    table: SharingTable<Columns, Row>,
    query: TableQuery,
    take: (rows: readonly Row[]) => void,
  ): Promise<boolean> {
    try {
      const reason = await this.#read(table, query, take);
      return reason === undefined || this.#note(table, reason);
    } catch (error) {
      if (!(error instanceof SalesforceRequestError)) throw error;
      return this.#note(table, error.message);
    }
  }

  #note({ object, permission }: Pick<UnreadTable, "object" | "permission">, reason: string): false {
    this.#unread.push({ object, permission, reason });
    return false;
  }

  /** The reason why the table was not read. */
  async #read<Columns extends z.ZodObject, Row>(
    { object, columns, toRow, neverEmpty }: SharingTable<Columns, Row>,
    { where, resource, undescribed, limit }: TableQuery,
    take: (rows: readonly Row[]) => void,
  ): Promise<string | undefined> {
    const { client, org, signal } = this.#options;
    const described = undescribed ? undefined : await org.describe(object);
    if (!undescribed && described === undefined) return "it does not exist or is hidden";
    const fields = Object.keys(columns.shape).filter((column) => described?.fields.has(column) ?? true);
    const statement = soql({ fields, from: object, ...(where && { where }), ...(limit && { limit }) });
    let read = 0;
    let total = 0;
    for await (const page of new QueryReader(client, { resource }).pages(statement, signal)) {
      total = page.totalSize;
      read += page.records.length;
      take(
        page.records.flatMap((json) => {
          const parsed = columns.safeParse(parseFields(json));
          // A row without its key says nothing that could be used.
          return parsed.success ? [toRow(parsed.data)] : [];
        }),
      );
    }
    if (neverEmpty && total === 0) return "Salesforce returned no rows";
    return read < total ? `${read} of ${total} rows arrived` : undefined;
  }
}
