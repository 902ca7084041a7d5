import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Schema } from "../schema/schema.ts";
import { registerFunctions } from "./sql-functions.ts";

const keptStatements = 300;

/** One org's tables. Not shared: each org in a process has its own. */
export class OrgDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #versions = new Map<string, number>();
  #depth = 0;

  constructor(path: string, options: { cacheMegabytes: number }) {
    this.#database = new DatabaseSync(path);
    this.#database.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY");
    this.#database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${options.cacheMegabytes * 1024}`);
    registerFunctions(this.#database);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** All rows, each an array of its columns. */
  rows(sql: string, parameters: readonly SQLInputValue[] = []): unknown[][] {
    const rows: unknown = this.#statement(sql).all(...parameters);
    return isRows(rows) ? rows : [];
  }

  /** The first row, or undefined. */
  row(sql: string, parameters: readonly SQLInputValue[] = []): unknown[] | undefined {
    return this.rows(sql, parameters)[0];
  }

  /** The first column of the first row as a number; 0 where there is none. */
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

  /** Runs a write; returns how many rows it touched. The caller says with `touch` which tables it changed. */
  run(sql: string, parameters: readonly SQLInputValue[] = []): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /** All or nothing; transactions may lie in one another. */
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

  /** Notes that a table changed. */
  touch(table: string): void {
    this.#versions.set(table, (this.#versions.get(table) ?? 0) + 1);
  }

  /** A text that differs whenever one of these tables changed. */
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
    if (this.#statements.size >= keptStatements) {
      const oldest = this.#statements.keys().next();
      if (oldest.done !== true) this.#statements.delete(oldest.value);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The rows of a statement that was told to return arrays; Node types them as objects. */
function isRows(rows: unknown): rows is unknown[][] {
  return Array.isArray(rows);
}

/** Next serial number of each object's ids, counted in memory: no other process works on the same file. */
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

/** Names of all tables of objects, for whoever changes everything. */
export function tableNames(schema: Schema): string[] {
  return schema.objects.map(({ name }) => name).filter((name) => name !== "CaseFeed");
}
