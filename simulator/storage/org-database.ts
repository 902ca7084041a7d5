import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Schema } from "../schema/schema.ts";
import { isView } from "../schema/views.ts";
import { registerFunctions } from "./sql-functions.ts";

const maxCachedStatements = 300;

/** The tables of one org. */
export class OrgDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #versions = new Map<string, number>();
  #depth = 0;
  /** A counter of changes of all tables. */
  changes = 0;

  constructor(path: string, options: { cacheMegabytes: number }) {
    this.#database = new DatabaseSync(path);
    this.#database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY");
    this.#database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${options.cacheMegabytes * 1024}`);
    registerFunctions(this.#database);
  }

  /** Registers an SQL function whose results depend on the rows of the org. */
  define(name: string, evaluate: (...parameters: SQLInputValue[]) => SQLInputValue): void {
    this.#database.function(name, { varargs: true }, evaluate);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** All rows as arrays of columns. */
  rows(sql: string, parameters: readonly SQLInputValue[] = []): unknown[][] {
    const rows: unknown = this.#statement(sql).all(...parameters);
    return isRows(rows) ? rows : [];
  }

  row(sql: string, parameters: readonly SQLInputValue[] = []): unknown[] | undefined {
    return this.rows(sql, parameters)[0];
  }

  /** Returns the number in the first column of the first row, or 0. */
  number(sql: string, parameters: readonly SQLInputValue[] = []): number {
    const value = this.row(sql, parameters)?.[0];
    return typeof value === "number" ? value : 0;
  }

  *iterate(sql: string, parameters: readonly SQLInputValue[] = []): Generator<unknown[]> {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    const rows: Iterable<unknown> = statement.iterate(...parameters);
    for (const row of rows) if (Array.isArray(row)) yield row;
  }

  /** Runs a write and returns the number of rows that it changed. The caller reports the changed tables with `touch`. */
  run(sql: string, parameters: readonly SQLInputValue[] = []): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /** Runs work in a transaction. Transactions can be nested. */
  transaction<T>(work: () => T): T {
    const name = `s${this.#depth}`;
    this.#depth += 1;
    this.#database.exec(`SAVEPOINT ${name}`);
    try {
      const result = work();
      this.#database.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** Marks a table as changed. */
  touch(table: string): void {
    this.#versions.set(table, (this.#versions.get(table) ?? 0) + 1);
    this.changes += 1;
  }

  /** A text that changes with each change of one of these tables. */
  versionOf(tables: Iterable<string>): string {
    return [...tables].map((table) => this.#versions.get(table) ?? 0).join(".");
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    if (this.#statements.size >= maxCachedStatements) {
      const oldest = this.#statements.keys().next();
      if (oldest.done !== true) this.#statements.delete(oldest.value);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Needed because Node.js types rows as objects even if the statement returns arrays. */
function isRows(rows: unknown): rows is unknown[][] {
  return Array.isArray(rows);
}

/** The next serial number of each object's ids. Counting in memory is safe, because no other process uses the file. */
export class Serials {
  readonly #database: OrgDatabase;
  readonly #next = new Map<string, number>();

  constructor(database: OrgDatabase) {
    this.#database = database;
  }

  next(object: string): number {
    const serial =
      this.#next.get(object) ?? this.#database.number(`SELECT coalesce(max("_row"), 0) FROM "${object}"`) + 1;
    this.#next.set(object, serial + 1);
    return serial;
  }
}

/** The tables of all objects except views. */
export function tableNames(schema: Schema): string[] {
  return schema.objects.filter((object) => !isView(object)).map(({ name }) => name);
}
