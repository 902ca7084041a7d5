import type { Org } from "../../simulator/org/org.ts";

/** A row by its columns, with values as Salesforce's REST API writes them. */
export type OrgRow = Record<string, unknown>;

/** Reads the simulated org's tables directly, without its REST API. */
export class OrgTables {
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  /** The fields of an object that have a column, without binary content. */
  storedFields(object: string): string[] {
    const definition = this.#org.schema.find(object);
    if (!definition) throw new Error(`The org has no object ${object}`);
    return definition.fields
      .filter(
        ({ formula, type }) => formula === undefined && type !== "address" && type !== "location" && type !== "base64",
      )
      .map(({ name }) => name);
  }

  /** The object's rows that are not deleted. `where` is SQL over quoted column names. */
  rows(object: string, fields: readonly string[], { where = "1 = 1", order = '"Id"', deleted = false } = {}): OrgRow[] {
    const columns = fields.map((name) => `"${name}"`).join(", ");
    const alive = deleted ? "" : ' AND "IsDeleted" = 0';
    const rows = this.#org.database.rows(`SELECT ${columns} FROM "${object}" WHERE ${where}${alive} ORDER BY ${order}`);
    return rows.map((row) =>
      Object.fromEntries(fields.map((name, position) => [name, this.#value(object, name, row[position])])),
    );
  }

  /** Undefined if the id does not exist. */
  byId(object: string, id: unknown, fields: readonly string[]): OrgRow | undefined {
    return typeof id === "string"
      ? this.rows(object, fields, { where: `"Id" = '${id}'`, deleted: true })[0]
      : undefined;
  }

  #value(object: string, name: string, stored: unknown): unknown {
    if (typeof stored === "object" && stored !== null) throw new Error(`${object}.${name} is stored as binary content`);
    if (stored === null || stored === undefined) return this.#type(object, name) === "boolean" ? false : null;
    switch (this.#type(object, name)) {
      case "boolean":
        return stored === 1;
      case "datetime":
        return `${new Date(Number(stored)).toISOString().slice(0, -1)}+0000`;
      case "time":
        return new Date(Number(stored)).toISOString().slice(11);
      case "encryptedstring":
        return "********";
      case "int":
      case "double":
      case "currency":
      case "percent":
        return Number(stored);
      default:
        return typeof stored === "number" ? String(stored) : stored;
    }
  }

  #type(object: string, name: string): string | undefined {
    return this.#org.schema.find(object)?.fields.find((field) => field.name === name)?.type;
  }
}
