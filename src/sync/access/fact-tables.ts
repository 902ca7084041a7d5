import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FileFacts, FileLinkFacts, RecordFacts, ShareFacts } from "../../access/record-facts.ts";
import type { Id } from "../../access/sharing-facts.ts";
import { inTransaction, openTemporaryDatabase } from "../../core/temporary-database.ts";
import type { FileLink, RecordFactsReceiver, RecordShare } from "./ports.ts";

/** Rows are looked up by id in any order. */
const cacheKilobytes = 8_192;

type Row = Readonly<Record<string, unknown>> | undefined;

/** The facts of all records and files, in temporary tables. Ids have 15 characters. */
export class FactTables implements RecordFactsReceiver, Disposable {
  readonly #database: DatabaseSync = openTemporaryDatabase(
    `CREATE TABLE record (id TEXT PRIMARY KEY, object TEXT, facts TEXT) WITHOUT ROWID;
     CREATE TABLE share (record_id TEXT, facts TEXT);
     CREATE INDEX share_of_record ON share (record_id);
     CREATE TABLE file (id TEXT PRIMARY KEY, facts TEXT) WITHOUT ROWID;
     CREATE TABLE link (file_id TEXT, facts TEXT);
     CREATE INDEX link_of_file ON link (file_id);`,
    cacheKilobytes,
  );
  readonly #insertRecord = this.#prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?)");
  readonly #insertShare = this.#prepare("INSERT INTO share VALUES (?, ?)");
  readonly #insertFile = this.#prepare("INSERT OR REPLACE INTO file VALUES (?, ?)");
  readonly #insertLink = this.#prepare("INSERT INTO link VALUES (?, ?)");
  readonly #record = this.#prepare("SELECT facts FROM record WHERE id = ?");
  readonly #shares = this.#prepare("SELECT facts FROM share WHERE record_id = ?");
  readonly #links = this.#prepare("SELECT facts FROM link WHERE file_id = ?");
  readonly #shareTables = new Map<string, "complete" | "no share table">();
  #linksRead = false;

  addRecords(records: readonly Omit<RecordFacts, "shares">[]): void {
    this.#add(records, (record) => this.#insertRecord.run(record.id, record.object, JSON.stringify(record)));
  }

  addShares(shares: readonly RecordShare[]): void {
    this.#add(shares, ({ recordId, share }) => this.#insertShare.run(recordId, JSON.stringify(share)));
  }

  sharesRead(object: string, state: "complete" | "no share table"): void {
    this.#shareTables.set(object, state);
  }

  addFiles(files: readonly FileFacts[]): void {
    this.#add(files, (file) => this.#insertFile.run(file.id, JSON.stringify(file)));
  }

  addLinks(links: readonly FileLink[]): void {
    this.#add(links, ({ fileId, link }) => this.#insertLink.run(fileId, JSON.stringify(link)));
  }

  linksRead(): void {
    this.#linksRead = true;
  }

  record(id: Id): RecordFacts | undefined {
    const row = this.#record.get(id);
    if (row === undefined) return undefined;
    const record = parsed(row) as Omit<RecordFacts, "shares">;
    const state = this.#shareTables.get(record.object);
    const shares = state === "complete" ? this.#shares.all(id).map((share) => parsed(share) as ShareFacts) : state;
    return { ...record, shares };
  }

  /** The ids of an object's records, in order. */
  *recordIds(object: string): Generator<Id> {
    for (const row of this.#database.prepare("SELECT id FROM record WHERE object = ? ORDER BY id").iterate(object))
      yield row["id"] as Id;
  }

  /** In the order of their ids. */
  *files(): Generator<FileFacts> {
    for (const row of this.#database.prepare("SELECT id, facts FROM file ORDER BY id").iterate()) {
      const links = this.#linksRead
        ? this.#links.all(row["id"] as Id).map((link) => parsed(link) as FileLinkFacts)
        : undefined;
      yield { ...(parsed(row) as FileFacts), links };
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #prepare(statement: string): StatementSync {
    return this.#database.prepare(statement);
  }

  #add<T>(rows: readonly T[], insert: (row: T) => void): void {
    inTransaction(this.#database, () => {
      for (const row of rows) insert(row);
    });
  }
}

/** The facts of a row that this class wrote. */
const parsed = (row: Row): unknown => JSON.parse(String(row?.["facts"]));
