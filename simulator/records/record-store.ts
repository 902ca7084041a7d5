import { SalesforceError } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { recordId } from "../schema/record-id.ts";
import type { Schema } from "../schema/schema.ts";
import type { OrgDatabase, Serials } from "../storage/org-database.ts";
import { storedColumns } from "../storage/tables.ts";
import type { RowValues } from "./derived-rows.ts";
import type { StoredValue } from "./field-values.ts";

/** Reads and writes rows by id, without validation. */
export class RecordStore {
  readonly database: OrgDatabase;
  readonly schema: Schema;
  readonly #serials: Serials;
  readonly #columns = new Map<string, readonly string[]>();

  constructor(database: OrgDatabase, schema: Schema, serials: Serials) {
    this.database = database;
    this.schema = schema;
    this.#serials = serials;
  }

  /** Returns the row, even if it is in the recycle bin. */
  read(object: ObjectDefinition, id: string): RowValues | undefined {
    const columns = this.columns(object);
    const row = this.database.row(`SELECT ${quoted(columns)} FROM "${object.name}" WHERE "Id" = ?`, [id]);
    if (row === undefined) return undefined;
    return Object.fromEntries(columns.map((column, index) => [column, storedOf(row[index])]));
  }

  exists(object: string, id: string): boolean {
    return this.database.row(`SELECT 1 FROM "${object}" WHERE "Id" = ?`, [id]) !== undefined;
  }

  /** Inserts a row and returns its new id. */
  insert(object: ObjectDefinition, values: RowValues): string {
    const serial = this.#serials.next(object.name);
    const id = recordId(object.prefix, serial);
    const row: RowValues = { ...values, Id: id };
    for (const field of object.fields) {
      if (field.type === "boolean" && field.derived === undefined && field.formula === undefined) row[field.name] ??= 0;
      if (field.autoNumber !== undefined) row[field.name] = numbered(field.autoNumber, serial);
    }
    const columns = Object.keys(row);
    const sql = `INSERT INTO "${object.name}" ("_row", ${quoted(columns)}) VALUES (?, ${columns.map(() => "?").join(", ")})`;
    this.database.run(sql, [serial, ...Object.values(row)]);
    this.database.touch(object.name);
    return id;
  }

  update(object: ObjectDefinition, id: string, values: RowValues): void {
    const columns = Object.keys(values);
    if (columns.length === 0) return;
    const assignments = columns.map((column) => `"${column}" = ?`).join(", ");
    this.database.run(`UPDATE "${object.name}" SET ${assignments} WHERE "Id" = ?`, [...Object.values(values), id]);
    this.database.touch(object.name);
  }

  /** Deletes a row permanently. */
  remove(object: string, id: string): void {
    this.database.run(`DELETE FROM "${object}" WHERE "Id" = ?`, [id]);
    this.database.touch(object);
  }

  columns(object: ObjectDefinition): readonly string[] {
    let columns = this.#columns.get(object.name);
    if (columns === undefined) {
      columns = storedColumns(object).map(({ name }) => name);
      this.#columns.set(object.name, columns);
    }
    return columns;
  }
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(", ");
}

function storedOf(value: unknown): StoredValue {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function numbered(pattern: string, serial: number): string {
  return pattern.replace(/%0?(\d*)d/u, (_, width: string) => String(serial).padStart(Number(width), "0"));
}

export function entityIsDeleted(): SalesforceError {
  return new SalesforceError(404, "ENTITY_IS_DELETED", { message: "entity is deleted", fields: [] });
}
