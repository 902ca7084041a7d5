import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";
import type { FieldDefinition } from "../../../../simulator/schema/field-definition.ts";

/** The values of a row by column. */
export type NaiveRow = Readonly<Record<string, string | number | null>>;

/** The rows of one object that are not deleted. */
export interface NaiveTable {
  readonly name: string;
  readonly fields: readonly FieldDefinition[];
  readonly rows: readonly NaiveRow[];
}

/** The tables of a small org in memory. */
export class NaiveOrg {
  readonly #tables = new Map<string, NaiveTable>();
  readonly #byId = new Map<string, NaiveRow>();

  constructor(simulator: RunningSimulator, names: readonly string[]) {
    for (const name of names) this.#read(simulator, name);
  }

  table(name: string): NaiveTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`The naive org has no ${name}.`);
    return table;
  }

  /** The row with that id, even if it is deleted. */
  byId(id: string | number | null | undefined): NaiveRow | undefined {
    return typeof id === "string" ? this.#byId.get(id) : undefined;
  }

  #read({ org }: RunningSimulator, name: string): void {
    const object = org.schema.get(name);
    const fields = object.fields.filter(
      ({ type, formula, name: field }) =>
        formula === undefined &&
        !["address", "location", "base64", "encryptedstring"].includes(type) &&
        field !== "VersionDataUrl",
    );
    const columns = fields.map((field) => `"${field.name}"`).join(", ");
    const rows = org.database.rows(`SELECT ${columns} FROM "${name}"`).map((row) => {
      const entries = fields.map((field, index): [string, string | number | null] => {
        const value = row[index];
        return [field.name, typeof value === "string" || typeof value === "number" ? value : null];
      });
      return Object.fromEntries(entries);
    });
    for (const row of rows) if (typeof row["Id"] === "string") this.#byId.set(row["Id"], row);
    this.#tables.set(name, { name, fields, rows: rows.filter((row) => row["IsDeleted"] !== 1) });
  }
}
