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
  readonly #objectOf = new Map<string, string>();
  readonly #simulator: RunningSimulator;

  constructor(simulator: RunningSimulator, names: readonly string[]) {
    this.#simulator = simulator;
    for (const name of new Set(names)) this.#read(simulator, name);
  }

  /** The org as a user with access to some rows only sees it. */
  seenBy(reads: (object: string, row: NaiveRow) => boolean, names: readonly string[]): NaiveOrg {
    const seen = new NaiveOrg(this.#simulator, []);
    for (const name of names) {
      const table = this.table(name);
      const rows = table.rows.filter((row) => reads(name, row));
      seen.#tables.set(name, { ...table, rows });
      for (const [id, row] of this.#byId)
        if (this.#objectOf.get(id) === name && reads(name, row)) seen.#byId.set(id, row);
    }
    return seen;
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
    for (const row of rows) {
      if (typeof row["Id"] !== "string") continue;
      this.#byId.set(row["Id"], row);
      this.#objectOf.set(row["Id"], name);
    }
    this.#tables.set(name, { name, fields, rows: rows.filter((row) => row["IsDeleted"] !== 1) });
  }
}
