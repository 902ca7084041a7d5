import type { OrgDatabase } from "../storage/org-database.ts";
import { derivedCauses, dueSharesSql } from "./due-shares.ts";
import { accountChildren, childLevels, type ShareTable, shareTableOf, shareTables } from "./share-tables.ts";
import type { SharingSettings } from "./sharing-settings.ts";

type Row = Readonly<Record<string, string | null>>;

/** Writes share rows. The writer adds ids and timestamps. */
export interface ShareWriter {
  insert(share: string, values: Row): void;
  update(share: string, id: string, values: Row): void;
  remove(share: string, id: string): void;
}

interface DueRow {
  readonly principal: string;
  readonly cause: string;
  /** The level columns of the table. */
  readonly levels: Row;
}

interface StoredRow extends DueRow {
  readonly id: string;
}

/** The ids of changed records by object, or `all`. */
export type ChangedRecords = ReadonlyMap<string, ReadonlySet<string> | "all">;

/** If a user has several of these causes, Salesforce stores only the row of the first in this order (Object Reference, "AccountShare"). */
const merged = ["Owner", "Manual", "ImplicitParent", "ImplicitChild"];

/** Maintains the share rows that Salesforce derives from other rows. */
export class ShareKeeper {
  readonly #database: OrgDatabase;
  readonly #settings: SharingSettings;
  readonly #writer: ShareWriter;

  constructor(database: OrgDatabase, settings: SharingSettings, writer: ShareWriter) {
    this.#database = database;
    this.#settings = settings;
    this.#writer = writer;
  }

  /** Updates the rows of these records and of their accounts. */
  refresh(changed: ChangedRecords): void {
    const accounts = new Set<string>();
    let all = changed.get("Account") === "all";
    for (const { object } of shareTables) {
      const ids = changed.get(object);
      if (ids === undefined || object === "Account") continue;
      this.#sync(object, ids);
      if (!accountChildren.some((child) => child === object)) continue;
      if (ids === "all") all = true;
      else for (const id of this.#accountsOf(object, ids)) accounts.add(id);
    }
    const own = changed.get("Account");
    if (own !== undefined && own !== "all") for (const id of own) accounts.add(id);
    if (all) this.#sync("Account", "all");
    else if (accounts.size > 0) this.#sync("Account", accounts);
    if (this.#settings.storesImplicitChildren) this.#syncChildren(all ? "all" : accounts);
  }

  refreshAll(): void {
    this.refresh(new Map(shareTables.map(({ object }) => [object, "all"])));
  }

  /** Adds the derived rows to tables that contain none yet. Reads the tables in batches to limit memory. */
  fill(): void {
    const children = shareTables.filter(({ object }) => object !== "Account");
    for (const table of [...children, ...shareTables.filter(({ object }) => object === "Account")]) {
      if (!this.#settings.hasShareTable(table.object)) continue;
      const made = this.#stored(table, "all", []);
      let record = "";
      let due: DueRow[] = [];
      const settle = () => this.#settle(table, record, { due, stored: made.get(record) ?? [] });
      for (const [id, principal, cause, ...levels] of this.#database.iterate(
        dueSharesSql(table, this.#settings, "all"),
      )) {
        if (id !== record) {
          settle();
          record = String(id);
          due = [];
        }
        due.push({ principal: String(principal), cause: String(cause), levels: levelsOf(table, levels) });
      }
      settle();
    }
  }

  #accountsOf(object: string, ids: ReadonlySet<string>): string[] {
    return this.#database
      .rows(
        `SELECT DISTINCT "AccountId" FROM "${object}" WHERE "Id" IN (SELECT value FROM json_each(?1)) AND "AccountId" IS NOT NULL`,
        [JSON.stringify([...ids])],
      )
      .map(([id]) => String(id));
  }

  #syncChildren(accounts: ReadonlySet<string> | "all"): void {
    for (const child of accountChildren) {
      if (accounts === "all") {
        this.#sync(child, "all");
        continue;
      }
      const children = this.#database.rows(
        `SELECT "Id" FROM "${child}" WHERE "AccountId" IN (SELECT value FROM json_each(?1))`,
        [JSON.stringify([...accounts])],
      );
      this.#sync(child, new Set(children.map(([id]) => String(id))));
    }
  }

  #sync(object: string, ids: ReadonlySet<string> | "all"): void {
    const table = shareTableOf(object);
    if (table === undefined) return;
    if (!this.#settings.hasShareTable(object)) {
      if (ids === "all") this.#clear(table);
      return;
    }
    const parameters = ids === "all" ? [] : [JSON.stringify([...ids])];
    const due = this.#due(table, ids === "all" ? "all" : "listed", parameters);
    const stored = this.#stored(table, ids === "all" ? "all" : "listed", parameters);
    for (const record of new Set([...due.keys(), ...stored.keys()])) {
      this.#settle(table, record, { due: due.get(record) ?? [], stored: stored.get(record) ?? [] });
    }
  }

  #clear({ share }: ShareTable): void {
    if (this.#database.run(`DELETE FROM "${share}"`) > 0) this.#database.touch(share);
  }

  #due(table: ShareTable, scope: "listed" | "all", parameters: readonly string[]): Map<string, DueRow[]> {
    const due = new Map<string, DueRow[]>();
    for (const [record, principal, cause, ...levels] of this.#database.rows(
      dueSharesSql(table, this.#settings, scope),
      parameters,
    )) {
      const row = { principal: String(principal), cause: String(cause), levels: levelsOf(table, levels) };
      push(due, String(record), row);
    }
    return due;
  }

  #stored(table: ShareTable, scope: "listed" | "all", parameters: readonly string[]): Map<string, StoredRow[]> {
    const levels = levelColumns(table).map((name) => `"${name}"`);
    const only = scope === "all" ? "" : ` AND "${table.parentField}" IN (SELECT value FROM json_each(?1))`;
    const stored = new Map<string, StoredRow[]>();
    for (const [record, id, principal, cause, ...values] of this.#database.rows(
      `SELECT "${table.parentField}", "Id", "UserOrGroupId", "RowCause", ${levels.join(", ")} FROM "${table.share}" WHERE "IsDeleted" = 0${only}`,
      parameters,
    )) {
      const row = { principal: String(principal), cause: String(cause), levels: levelsOf(table, values) };
      push(stored, String(record), { ...row, id: String(id) });
    }
    return stored;
  }

  /** Writes the differences between the existing and the required rows of a record. */
  #settle(
    table: ShareTable,
    record: string,
    { due, stored }: { due: readonly DueRow[]; stored: readonly StoredRow[] },
  ): void {
    const wanted = mergedRows([...due, ...stored.filter(({ cause }) => !derivedCauses.has(cause))]);
    const unclaimed = new Map(wanted.map((row) => [keyOf(row), row]));
    for (const row of stored) {
      const want = unclaimed.get(keyOf(row));
      unclaimed.delete(keyOf(row));
      if (want === undefined) this.#writer.remove(table.share, row.id);
      else if (levelColumns(table).some((name) => want.levels[name] !== row.levels[name])) {
        this.#writer.update(table.share, row.id, want.levels);
      }
    }
    for (const { principal, cause, levels } of unclaimed.values()) {
      const values = { [table.parentField]: record, UserOrGroupId: principal, RowCause: cause, ...levels };
      this.#writer.insert(table.share, values);
    }
  }
}

function keyOf({ principal, cause }: DueRow): string {
  return `${principal}/${cause}`;
}

/** Removes rows of merged causes, except the first one for each user. */
function mergedRows(rows: readonly DueRow[]): readonly DueRow[] {
  const best = new Map<string, number>();
  for (const { principal, cause } of rows) {
    const rank = merged.indexOf(cause);
    if (rank >= 0) best.set(principal, Math.min(rank, best.get(principal) ?? rank));
  }
  return rows.filter(({ principal, cause }) => {
    const rank = merged.indexOf(cause);
    return rank < 0 || rank === best.get(principal);
  });
}

function levelColumns({ object, level }: ShareTable): readonly string[] {
  return object === "Account" ? [level, ...childLevels] : [level];
}

function levelsOf(table: ShareTable, values: readonly unknown[]): Row {
  return Object.fromEntries(
    levelColumns(table).map((name, index) => {
      const value = values[index];
      return [name, typeof value === "string" ? value : null];
    }),
  );
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
