import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

const busy = 5;
const retryMs = 100;

/**
 * Runs `work` while no other process, and nobody else in this one, runs work under the same lock file.
 *
 * The lock is SQLite's on an empty database: the operating system gives it back when its holder dies, so that no lock is ever left behind.
 */
export async function exclusively<T>(lockFile: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    while (!tryLock(lock)) await pause(retryMs, undefined, signal && { signal });
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    throw error;
  }
}
