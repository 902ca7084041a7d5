import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import { viewSources } from "../schema/views.ts";
import { shareTableOf } from "../sharing/share-tables.ts";
import { settingsTables, type SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { principalTables } from "./principals.ts";
import { hasRow, type Rows } from "./row-set.ts";
import type { UserAccess } from "./user-access.ts";
import { fileObjects } from "./visible-files.ts";
import { VisibleRows } from "./visible-rows.ts";

/** An SQL condition for the rows that a user may read, and the tables that it depends on. */
interface VisibilityCondition {
  readonly sql: string;
  readonly tables: ReadonlySet<string>;
}

interface RowVisibilityOptions {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly settings: SharingSettings;
  readonly userAccess: (userId: string) => UserAccess;
  /** The limit for all cached sets of rows together. */
  readonly maxBytes?: number;
}

/** The rows of one object that one user may read. */
interface Entry {
  readonly userId: string;
  readonly object: ObjectDefinition;
  readonly tables: ReadonlySet<string>;
  rows: Rows;
  userVersion: string;
  tablesVersion: string;
  /** The database's change counter at the last comparison of versions. */
  checkedAt: number;
}

/** At one bit for each row, enough for 50 users who read all of a million records. */
const defaultMaxBytes = 16 * 1024 * 1024;

const setupTables = [...principalTables, ...settingsTables, "_unstored_grants"];
const fileTables = [
  ...fileObjects,
  "ContentWorkspaceMember",
  "CollaborationGroup",
  "CollaborationGroupMember",
  "FeedItem",
  "EmailMessage",
];

/** Restricts queries to the rows that the user may read. Caches sets of rows until one of their tables changes. */
export class RowVisibility {
  readonly #options: RowVisibilityOptions;
  readonly #rows: VisibleRows;
  readonly #entries: Entry[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #tables = new Map<string, ReadonlySet<string>>();
  /** The entries with a cached set of rows, oldest first. */
  readonly #kept = new Map<Entry, number>();
  #bytes = 0;

  constructor(options: RowVisibilityOptions) {
    this.#options = options;
    this.#rows = new VisibleRows(options);
    options.database.define("sf_visible", (entry, row) => (this.#has(Number(entry), Number(row)) ? 1 : 0));
  }

  /** Returns the condition for a table alias, or undefined if the user may read all rows of the object. */
  condition(user: UserAccess, object: ObjectDefinition, alias: string): VisibilityCondition | undefined {
    const index = this.#indexOf(user, object);
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    this.#refresh(entry, user);
    if (entry.rows === "all") return undefined;
    return { sql: `sf_visible(${index}, ${alias}."_row")`, tables: entry.tables };
  }

  canSee(user: UserAccess, object: ObjectDefinition, id: string): boolean {
    const condition = this.condition(user, object, "o");
    if (condition === undefined) return true;
    const sql = `SELECT 1 FROM "${object.name}" o WHERE o."Id" = ? AND ${condition.sql}`;
    return this.#options.database.row(sql, [id]) !== undefined;
  }

  #has(index: number, row: number): boolean {
    const entry = this.#entries[index];
    if (entry === undefined) return false;
    if (entry.checkedAt !== this.#options.database.changes) {
      this.#refresh(entry, this.#options.userAccess(entry.userId));
    }
    return hasRow(entry.rows, row);
  }

  #refresh(entry: Entry, user: UserAccess): void {
    const { database } = this.#options;
    const tablesVersion = database.versionOf(entry.tables);
    if (entry.userVersion !== user.version || entry.tablesVersion !== tablesVersion) {
      entry.rows = this.#rows.seen(user, entry.object);
      entry.userVersion = user.version;
      entry.tablesVersion = tablesVersion;
      this.#keep(entry);
    }
    entry.checkedAt = database.changes;
  }

  /** Removes the oldest sets until the total size is within the limit. */
  #keep(entry: Entry): void {
    const { maxBytes = defaultMaxBytes } = this.#options;
    this.#forget(entry);
    const bytes = entry.rows === "all" ? 0 : entry.rows.byteLength;
    this.#kept.set(entry, bytes);
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= maxBytes || oldest === entry) return;
      this.#forget(oldest);
      Object.assign(oldest, { rows: "all", userVersion: "", checkedAt: -1 });
    }
  }

  #forget(entry: Entry): void {
    this.#bytes -= this.#kept.get(entry) ?? 0;
    this.#kept.delete(entry);
  }

  #indexOf(user: UserAccess, object: ObjectDefinition): number {
    const key = `${user.id}/${object.name}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const tables = this.#tablesOf(object);
    this.#entries.push({
      userId: user.id,
      object,
      tables,
      rows: "all",
      userVersion: "",
      tablesVersion: "",
      checkedAt: -1,
    });
    this.#byKey.set(key, this.#entries.length - 1);
    return this.#entries.length - 1;
  }

  #tablesOf(object: ObjectDefinition): ReadonlySet<string> {
    let tables = this.#tables.get(object.name);
    if (tables === undefined) {
      const found = new Set<string>(setupTables);
      this.#addTables(object, found);
      tables = found;
      this.#tables.set(object.name, tables);
    }
    return tables;
  }

  /** Files are seen with the records that they are linked to. */
  #addFileTables(found: Set<string>): void {
    const { schema } = this.#options;
    for (const name of fileTables) found.add(name);
    const linked = schema.get("ContentDocumentLink").fieldsByName.get("linkedentityid")?.referenceTo ?? [];
    for (const name of linked) this.#addTables(schema.get(name), found);
  }

  /** Adds the tables of the object, its share table, and the tables of parents that can give access to its records. */
  #addTables(object: ObjectDefinition, found: Set<string>): void {
    if (found.has(object.name)) return;
    found.add(object.name);
    const table = shareTableOf(object.name);
    if (table !== undefined) found.add(table.share);
    for (const name of viewSources(object)) this.#addTables(this.#options.schema.get(name), found);
    const files = fileObjects.has(object.name);
    if (files) this.#addFileTables(found);
    for (const field of object.fields) {
      if (field.child?.onDelete !== "cascade" && field.name !== "AccountId") continue;
      for (const name of field.referenceTo) this.#addTables(this.#options.schema.get(name), found);
    }
  }
}
