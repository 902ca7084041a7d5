import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inTransaction, openTemporaryDatabase } from "../core/temporary-database.ts";
import type { IndexedDocument, TextState } from "./ports.ts";
import type { RunContext } from "./run-context.ts";

/** Documents held in memory; about 120 bytes each. */
const defaultLimit = 100_000;

/**
 * The documents that the index contains of one object, or of some ids, at the start of a reading. Each record that is read takes its document.
 * After a complete reading of an object, the remaining documents have no record. Above a limit the snapshot moves from memory to a
 * temporary table on disk, so that its memory does not depend on the size of the org.
 */
export class IndexSnapshot implements Disposable {
  /** A document that was taken is null. */
  #memory: Map<string, IndexedDocument | null> | undefined = new Map();
  #table: TemporaryTable | undefined;
  #takenCount = 0;

  static async load(
    documents: AsyncIterable<readonly IndexedDocument[]>,
    limit: number = defaultLimit,
  ): Promise<IndexSnapshot> {
    const snapshot = new IndexSnapshot();
    for await (const batch of documents) snapshot.#add(batch, limit);
    return snapshot;
  }

  /** The documents of an object type. */
  static ofType(
    objectType: string,
    { index, indexedTypes, signal }: Pick<RunContext, "index" | "indexedTypes" | "signal">,
  ): Promise<IndexSnapshot> {
    if (!indexedTypes.has(objectType)) return Promise.resolve(new IndexSnapshot());
    return IndexSnapshot.load(index.documents(objectType, signal));
  }

  /** How many documents were taken. */
  get takenCount(): number {
    return this.#takenCount;
  }

  /** Takes a document. Undefined if the index does not contain it, or if it was taken before. */
  take(id: string): IndexedDocument | undefined {
    const document = this.#memory ? this.#memory.get(id) : this.#table?.take(id);
    if (!document) return undefined;
    this.#memory?.set(id, null);
    this.#takenCount++;
    return document;
  }

  isTaken(id: string): boolean {
    return this.#memory ? this.#memory.get(id) === null : (this.#table?.isTaken(id) ?? false);
  }

  /** The ids of the documents that were not taken, in batches. */
  remaining(batchSize = 1000): Generator<readonly string[]> {
    return batches(this.#memory ? remainingIds(this.#memory) : (this.#table?.ids() ?? []), batchSize);
  }

  [Symbol.dispose](): void {
    this.#memory = new Map();
    this.#table?.close();
  }

  #add(batch: readonly IndexedDocument[], limit: number): void {
    if (this.#memory && this.#memory.size + batch.length > limit) {
      this.#table = new TemporaryTable();
      this.#table.add([...this.#memory.values()].filter((known) => known !== null));
      this.#memory = undefined;
    }
    if (this.#memory) for (const document of batch) this.#memory.set(document.id, document);
    else this.#table?.add(batch);
  }
}

function* remainingIds(documents: Map<string, IndexedDocument | null>): Generator<string> {
  for (const [id, document] of documents) if (document) yield id;
}

export function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

class TemporaryTable {
  readonly #database: DatabaseSync = openTemporaryDatabase(
    `CREATE TABLE document (id TEXT PRIMARY KEY, fingerprint TEXT, version_id TEXT, text_state TEXT, taken INTEGER DEFAULT FALSE)
     WITHOUT ROWID`,
  );
  readonly #insert: StatementSync = this.#database.prepare(
    "INSERT OR REPLACE INTO document (id, fingerprint, version_id, text_state) VALUES (?, ?, ?, ?)",
  );
  readonly #take: StatementSync = this.#database.prepare(
    "UPDATE document SET taken = TRUE WHERE id = ? AND NOT taken RETURNING fingerprint, version_id, text_state",
  );
  readonly #isTaken: StatementSync = this.#database.prepare("SELECT 1 FROM document WHERE id = ? AND taken");

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

  isTaken(id: string): boolean {
    return this.#isTaken.get(id) !== undefined;
  }

  *ids(): Generator<string> {
    for (const row of this.#database.prepare("SELECT id FROM document WHERE NOT taken ORDER BY id").iterate())
      yield row["id"] as string;
  }

  close(): void {
    this.#database.close();
  }
}
