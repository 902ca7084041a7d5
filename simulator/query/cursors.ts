import { badRequest } from "../core/salesforce-error.ts";
import { recordId } from "../schema/record-id.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import type { RowPlan } from "./compile-rows.ts";

/** An open query result. Its row numbers are stored by `Cursors`. */
export interface Cursor {
  readonly locator: string;
  readonly userId: string;
  readonly plan: RowPlan;
  readonly basePath: string;
  /** The tables that the query reads. */
  readonly tables: ReadonlySet<string>;
  readonly size: number;
  readonly createdAt: number;
}

/** "A query cursor lives 2 days" (API Requests Limits and Allocations, all API versions since v56). */
const lifetime = 2 * 86_400_000;

/** Maximum bytes of row numbers in memory. Beyond this, row numbers are stored in the database. */
const memoryBudget = 48 * 1024 * 1024;

/** The open cursors of one org. */
export class Cursors {
  readonly #database: OrgDatabase;
  readonly #now: () => number;
  readonly #cursors = new Map<string, Cursor>();
  readonly #rows = new Map<string, Uint32Array>();
  #bytes = 0;
  #serial = 0;

  constructor(database: OrgDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
    database.exec(`CREATE TEMP TABLE IF NOT EXISTS "_cursors" (locator TEXT PRIMARY KEY, rows BLOB NOT NULL)`);
  }

  open(rows: Uint32Array, traits: Pick<Cursor, "plan" | "basePath" | "userId" | "tables">): Cursor {
    this.#serial += 1;
    const locator = recordId("0r8", this.#serial);
    const { plan, basePath, userId, tables } = traits;
    const cursor = { locator, userId, plan, basePath, tables, size: rows.length, createdAt: this.#now() };
    this.#expire();
    this.#cursors.set(locator, cursor);
    this.#rows.set(locator, rows);
    this.#bytes += rows.byteLength;
    this.#spill();
    return cursor;
  }

  /** Throws the same error for unknown and expired cursors and for cursors of other users. */
  get(locator: string, userId: string): Cursor {
    this.#expire();
    const cursor = this.#cursors.get(locator);
    if (cursor?.userId === userId) return cursor;
    throw badRequest("INVALID_QUERY_LOCATOR", "invalid query locator");
  }

  /** Returns row numbers, starting at the offset. */
  rows(cursor: Cursor, offset: number, count: number): number[] {
    const rows = this.#rows.get(cursor.locator) ?? this.#load(cursor.locator);
    return Array.from(rows.subarray(offset, offset + count));
  }

  isOpen(locator: string): boolean {
    this.#expire();
    return this.#cursors.has(locator);
  }

  clear(): void {
    this.#cursors.clear();
    this.#rows.clear();
    this.#bytes = 0;
    this.#database.run(`DELETE FROM "_cursors"`);
  }

  #expire(): void {
    const oldest = this.#now() - lifetime;
    for (const [locator, { createdAt }] of this.#cursors) {
      if (createdAt > oldest) return;
      this.#cursors.delete(locator);
      this.#forget(locator);
      this.#database.run(`DELETE FROM "_cursors" WHERE locator = ?`, [locator]);
    }
  }

  #forget(locator: string): void {
    this.#bytes -= this.#rows.get(locator)?.byteLength ?? 0;
    this.#rows.delete(locator);
  }

  #spill(): void {
    for (const [locator, rows] of this.#rows) {
      if (this.#bytes <= memoryBudget) return;
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      this.#database.run(`INSERT OR REPLACE INTO "_cursors" VALUES (?, ?)`, [locator, bytes]);
      this.#forget(locator);
    }
  }

  #load(locator: string): Uint32Array {
    const [bytes] = this.#database.row(`SELECT rows FROM "_cursors" WHERE locator = ?`, [locator]) ?? [];
    if (!(bytes instanceof Uint8Array)) throw badRequest("INVALID_QUERY_LOCATOR", "invalid query locator");
    return new Uint32Array(bytes.slice().buffer);
  }
}
