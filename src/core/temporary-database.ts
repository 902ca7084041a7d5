import { DatabaseSync } from "node:sqlite";

/**
 * Opens a database for temporary tables: data that is looked up by id and may be as large as the org. SQLite keeps `cacheKilobytes` of it in
 * memory and the rest in an unnamed temporary file, which disappears when the database is closed or the process ends.
 */
export function openTemporaryDatabase(schema: string, cacheKilobytes = 2048): DatabaseSync {
  const database = new DatabaseSync("");
  // Temporary data needs no crash safety.
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${cacheKilobytes}; ${schema}`,
  );
  return database;
}

/** Runs the work in one transaction: thousands of small writes then cost as much as one. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN");
  const result = work();
  database.exec("COMMIT");
  return result;
}
