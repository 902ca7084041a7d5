import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { IndexedDocument, TextState } from "./ports.ts";
import { inTransaction, openTemporaryDatabase } from "../core/temporary-table.ts";

/** Documents that are held in memory; about 120 bytes each. */
const defaultLimit = 100_000;

/**
 * What the index holds of one object, by id. Each record that is read takes its document out; what remains when all were read has gone
 * from the source. Up to a limit it is held in memory, above it in a scratch table on disk, so that its size is no matter of the org's.
 */
export class IndexSnapshot implements Disposable {
  #memory: Map<string, IndexedDocument> | undefined = new Map();
  #scratch: TemporaryTable | undefined;

  /** Reads them all in. */
  static async load(
    documents: AsyncIterable<readonly IndexedDocument[]>,
    limit: number = defaultLimit,
  ): Promise<IndexSnapshot> {
    const known = new IndexSnapshot();
    for await (const batch of documents) known.#add(batch, limit);
    return known;
  }

  /** Takes a document out, or finds that the index does not hold it. */
  take(id: string): IndexedDocument | undefined {
    if (!this.#memory) return this.#scratch?.take(id);
    const document = this.#memory.get(id);
    if (document) this.#memory.delete(id);
    return document;
  }

  /** The ids of the documents that nothing took, in batches. */
  *remaining(batchSize = 1000): Generator<readonly string[]> {
    let batch: string[] = [];
    for (const id of this.#memory?.keys() ?? this.#scratch?.ids() ?? []) {
      batch.push(id);
      if (batch.length === batchSize) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  [Symbol.dispose](): void {
    this.#memory = new Map();
    this.#scratch?.close();
  }

  #add(batch: readonly IndexedDocument[], limit: number): void {
    if (this.#memory && this.#memory.size + batch.length > limit) {
      this.#scratch = new TemporaryTable();
      this.#scratch.add(this.#memory.values());
      this.#memory = undefined;
    }
    if (this.#memory) for (const document of batch) this.#memory.set(document.id, document);
    else this.#scratch?.add(batch);
  }
}

class TemporaryTable {
  readonly #database: DatabaseSync = openTemporaryDatabase(
    "CREATE TABLE known (id TEXT PRIMARY KEY, fingerprint TEXT, version_id TEXT, text_state TEXT) WITHOUT ROWID",
  );
  readonly #insert: StatementSync = this.#database.prepare("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)");
  readonly #take: StatementSync = this.#database.prepare(
    "DELETE FROM known WHERE id = ? RETURNING fingerprint, version_id, text_state",
  );

  add(documents: Iterable<IndexedDocument>): void {
    inTransaction(this.#database, () => {
      for (const { id, fingerprint, versionId, textState } of documents)
        this.#insert.run(id, fingerprint, versionId, textState);
    });
  }

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

  *ids(): Generator<string> {
    for (const row of this.#database.prepare("SELECT id FROM known ORDER BY id").iterate()) yield row["id"] as string;
  }

  close(): void {
    this.#database.close();
  }
}
