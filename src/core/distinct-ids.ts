import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inTransaction, openTemporaryDatabase } from "./temporary-database.ts";

/** Ids held in memory; about 60 bytes each. */
const defaultLimit = 50_000;

/** A set of ids. Above a limit it moves from memory to a temporary table, so that its memory does not depend on the size of the org. */
export class DistinctIds implements Disposable {
  readonly #limit: number;
  #memory: Set<string> | undefined = new Set();
  #table: IdTable | undefined;
  #size = 0;

  constructor(limit: number = defaultLimit) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds ids and returns for each whether it is new. */
  add(ids: readonly string[]): boolean[] {
    const added = this.#memory ? addToSet(this.#memory, ids) : (this.#table?.add(ids) ?? []);
    this.#size += added.filter(Boolean).length;
    if (this.#memory && this.#memory.size > this.#limit) {
      this.#table = new IdTable();
      this.#table.add([...this.#memory]);
      this.#memory = undefined;
    }
    return added;
  }

  /** The ids, in any order. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.#memory?.values() ?? this.#table?.ids() ?? [].values();
  }

  [Symbol.dispose](): void {
    this.#table?.close();
  }
}

function addToSet(set: Set<string>, ids: readonly string[]): boolean[] {
  return ids.map((id) => set.size < set.add(id).size);
}

class IdTable {
  readonly #database: DatabaseSync = openTemporaryDatabase("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID");
  readonly #insert: StatementSync = this.#database.prepare("INSERT OR IGNORE INTO ids VALUES (?)");

  add(ids: readonly string[]): boolean[] {
    return inTransaction(this.#database, () => ids.map((id) => this.#insert.run(id).changes === 1));
  }

  *ids(): Generator<string> {
    for (const row of this.#database.prepare("SELECT id FROM ids").iterate()) yield row["id"] as string;
  }

  close(): void {
    this.#database.close();
  }
}
