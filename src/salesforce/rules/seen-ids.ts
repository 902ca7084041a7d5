import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inTransaction, openTemporaryDatabase } from "../../core/temporary-table.ts";

/** The ids of the records that were read so far, in a scratch table: their number is no matter of the memory's size. */
export class SeenIds implements Disposable {
  readonly #database: DatabaseSync = openTemporaryDatabase("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID");
  readonly #insert: StatementSync = this.#database.prepare("INSERT OR IGNORE INTO seen VALUES (?)");

  /** Notes some ids, and says which of them were not there before; one that is named twice is new once. */
  takeNew(ids: readonly string[]): boolean[] {
    return inTransaction(this.#database, () => ids.map((id) => this.#insert.run(id).changes === 1));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
