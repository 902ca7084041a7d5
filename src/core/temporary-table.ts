import { DatabaseSync } from "node:sqlite";

/**
 * A table space that lives no longer than the run: what must be looked up by id and may be as large as the org. SQLite keeps so many
 * kilobytes of it in memory and the rest in a temporary file of its own, which is gone when it is closed or the process ends.
 */
export function openTemporaryDatabase(schema: string, cacheKilobytes = 2048): DatabaseSync {
  const database = new DatabaseSync("");
  // Nothing here must survive anything, so nothing is paid for safety.
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKilobytes}; ${schema}`,
  );
  return database;
}

/** Runs the work in one transaction: thousands of small writes then cost what one does. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN");
  const result = work();
  database.exec("COMMIT");
  return result;
}
