import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { IndexedDocument, TextState } from "./ports.ts";
import { inTransaction, openScratch } from "./scratch.ts";

/**
 * What the index holds of one object, by id. Each record that is read takes its document out; what remains when all were read has gone
 * from the source.
 */
export class KnownDocuments implements Disposable {
  readonly #database: DatabaseSync;
  readonly #take: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#take = database.prepare("DELETE FROM known WHERE id = ? RETURNING fingerprint, version_id, text_state");
  }

  /** Reads them all in. */
  static async load(documents: AsyncIterable<readonly IndexedDocument[]>): Promise<KnownDocuments> {
    const database = openScratch(
      "CREATE TABLE known (id TEXT PRIMARY KEY, fingerprint TEXT, version_id TEXT, text_state TEXT) WITHOUT ROWID",
    );
    const insert = database.prepare("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)");
    for await (const batch of documents) {
      inTransaction(database, () => {
        for (const { id, fingerprint, versionId, textState } of batch)
          insert.run(id, fingerprint, versionId, textState);
      });
    }
    return new KnownDocuments(database);
  }

  /** Takes a document out, or finds that the index does not hold it. */
  take(id: string): IndexedDocument | undefined {
    const row = this.#take.get(id);
    if (!row) return undefined;
    return {
      id,
      fingerprint: row["fingerprint"] as string | null,
      versionId: row["version_id"] as string | null,
      textState: row["text_state"] as TextState | null,
    };
  }

  /** The ids of the documents that nothing took, in batches. */
  *remaining(batchSize = 1000): Generator<readonly string[]> {
    let batch: string[] = [];
    for (const row of this.#database.prepare("SELECT id FROM known ORDER BY id").iterate()) {
      batch.push(row["id"] as string);
      if (batch.length === batchSize) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
