import type { DatabaseSync } from "node:sqlite";
import { throwIfAborted } from "../../core/errors.ts";
import { inTransaction, openTemporaryDatabase } from "../../core/temporary-database.ts";
import type { DocumentWriter } from "../document-writer.ts";
import { countsName } from "../file-document.ts";
import type { IndexReader } from "../ports.ts";
import type { AccessReading } from "./access-reading.ts";

interface DocumentAccessOptions {
  readonly index: IndexReader;
  readonly access: AccessReading;
  readonly writer: DocumentWriter;
  readonly signal: AbortSignal;
}

/** The documents of the index whose access differs from a reading. */
export class DifferingDocuments implements Disposable {
  readonly #options: DocumentAccessOptions;
  readonly #database: DatabaseSync = openTemporaryDatabase(
    "CREATE TABLE document (id TEXT PRIMARY KEY, type TEXT) WITHOUT ROWID",
  );
  /** By object, and `files`: the documents that were compared, and those that differ. */
  readonly counts = new Map<string, { compared: number; differing: number }>();

  private constructor(options: DocumentAccessOptions) {
    this.#options = options;
  }

  /** Compares the documents of these object types. */
  static async find(types: Iterable<string>, options: DocumentAccessOptions): Promise<DifferingDocuments> {
    const found = new DifferingDocuments(options);
    for (const type of types) await found.#compare(type);
    return found;
  }

  get size(): number {
    return this.counts.values().reduce((sum, { differing }) => sum + differing, 0);
  }

  /** Updates the access fields of the documents; their other fields stay as they are. */
  async update(): Promise<void> {
    const { access, writer, signal } = this.#options;
    for (const row of this.#database.prepare("SELECT id, type FROM document").iterate()) {
      throwIfAborted(signal);
      const id = row["id"] as string;
      const body = Buffer.from(JSON.stringify(access.of(id).update));
      await writer.write(countsName(row["type"] as string), { kind: "update", id, body });
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  async #compare(type: string): Promise<void> {
    const { index, access, signal } = this.#options;
    const counts = { compared: 0, differing: 0 };
    this.counts.set(countsName(type), counts);
    const insert = this.#database.prepare("INSERT OR IGNORE INTO document VALUES (?, ?)");
    for await (const documents of index.documents(type, signal)) {
      const differing = documents.filter(({ id, accessHash }) => accessHash !== access.of(id).hash);
      inTransaction(this.#database, () => {
        for (const { id } of differing) insert.run(id, type);
      });
      counts.compared += documents.length;
      counts.differing += differing.length;
    }
  }
}
