import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

const busy = 5;
const retryMs = 100;

/**
 * Runs `work` while holding the lock file exclusively, across processes and within this one.
 *
 * The lock is an SQLite lock on an empty database. The operating system releases it when the process dies, so no stale lock remains.
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
