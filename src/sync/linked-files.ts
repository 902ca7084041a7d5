import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inTransaction, openTemporaryDatabase } from "../core/temporary-database.ts";
import type { SourceFile, SourceRecord } from "./ports.ts";

/** A file and the records that it is attached to. */
export interface LinkedFile {
  file: SourceFile;
  /** Sorted. */
  relatedIds: readonly string[];
}

/** The files attached to the records of a run, each once. */
export class LinkedFiles implements Disposable {
  /** The objects of which not every record's files are known. */
  readonly incompleteObjects = new Set<string>();
  readonly #database: DatabaseSync = openTemporaryDatabase(`
    CREATE TABLE file (id TEXT PRIMARY KEY, facts TEXT) WITHOUT ROWID;
    CREATE TABLE link (file_id TEXT, record_id TEXT, PRIMARY KEY (file_id, record_id)) WITHOUT ROWID;
  `);
  readonly #addFile: StatementSync = this.#database.prepare("INSERT OR REPLACE INTO file VALUES (?, ?)");
  readonly #addLink: StatementSync = this.#database.prepare("INSERT OR IGNORE INTO link VALUES (?, ?)");

  add(records: readonly Pick<SourceRecord, "id" | "files">[]): void {
    inTransaction(this.#database, () => {
      for (const record of records) {
        for (const file of record.files) {
          this.#addFile.run(file.id, JSON.stringify(file));
          this.#addLink.run(file.id, record.id);
        }
      }
    });
  }

  /** Number of files. */
  get size(): number {
    return this.#database.prepare("SELECT count(*) AS files FROM file").get()?.["files"] as number;
  }

  /** In the order of the files' ids. */
  *[Symbol.iterator](): Generator<LinkedFile> {
    const links = this.#database.prepare("SELECT record_id FROM link WHERE file_id = ? ORDER BY record_id");
    for (const row of this.#database.prepare("SELECT id, facts FROM file ORDER BY id").iterate()) {
      const relatedIds = links.all(row["id"] as string).map((link) => link["record_id"] as string);
      yield { file: JSON.parse(row["facts"] as string) as SourceFile, relatedIds };
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
