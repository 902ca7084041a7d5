import { Random } from "../core/random.ts";
import { recordId } from "../schema/record-id.ts";
import type { Schema } from "../schema/schema.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { storedColumns } from "../storage/tables.ts";
import type { OrgCounts } from "./org-size.ts";
import { createPools, type Pools } from "./pools.ts";

export type Value = string | number | null;

/** All timestamps are before this day. */
export const lastDay = Date.UTC(2026, 0, 1);

const firstDay = Date.UTC(2019, 0, 1);

/** In whole seconds. */
export interface Stamps {
  readonly CreatedDate: number;
  readonly LastModifiedDate: number;
  readonly SystemModstamp: number;
}

const authors: Readonly<Record<string, Value>> = {
  CreatedById: wellKnownIds.adminUser,
  LastModifiedById: wellKnownIds.adminUser,
};

class Inserter {
  readonly #prefix: string;
  readonly #columns: readonly string[];
  readonly #insert: (values: Value[]) => void;
  #count = 0;

  constructor(database: OrgDatabase, schema: Schema, name: string) {
    const object = schema.get(name);
    this.#prefix = object.prefix;
    const booleans = new Set(object.fields.filter(({ type }) => type === "boolean").map((field) => field.name));
    const own = name === "ContentVersion" ? ["_recipe"] : [];
    this.#columns = [
      "Id",
      ...storedColumns(object)
        .map((field) => field.name)
        .filter((column) => column !== "Id"),
      ...own,
    ];
    const places = this.#columns.map((column) => (booleans.has(column) ? "coalesce(?, 0)" : "?")).join(", ");
    const sql = `INSERT INTO "${name}" (${this.#columns.map((column) => `"${column}"`).join(", ")}) VALUES (${places})`;
    this.#insert = (values) => void database.run(sql, values);
  }

  get count(): number {
    return this.#count;
  }

  /** Returns the id of the nth row, which need not exist yet. */
  idAt(index: number): string {
    return recordId(this.#prefix, index + 1);
  }

  /** Writes the next row. Missing columns are null, except the author, which is the administrator by default. */
  add(record: Readonly<Record<string, Value>>): string {
    const id = this.idAt(this.#count);
    this.#count += 1;
    const values = this.#columns.map((column) => record[column] ?? authors[column] ?? null);
    values[0] = id;
    this.#insert(values);
    return id;
  }
}

export class OrgBuilder {
  readonly database: OrgDatabase;
  readonly schema: Schema;
  readonly counts: OrgCounts;
  readonly pools: Pools = createPools();
  readonly #random: Random;
  readonly #inserters = new Map<string, Inserter>();

  constructor(database: OrgDatabase, schema: Schema, { counts, seed }: { counts: OrgCounts; seed: string }) {
    this.database = database;
    this.schema = schema;
    this.counts = counts;
    this.#random = new Random(seed);
  }

  random(name: string): Random {
    return this.#random.fork(name);
  }

  table(name: string): Inserter {
    let inserter = this.#inserters.get(name);
    if (inserter === undefined) {
      inserter = new Inserter(this.database, this.schema, name);
      this.#inserters.set(name, inserter);
    }
    return inserter;
  }
}

/** SystemModstamp can be later than LastModifiedDate, as automated processes cause it. */
export function drawStamps(random: Random, earliest = firstDay): Stamps {
  const created = wholeSeconds(earliest + random.next() * (lastDay - earliest) * 0.98);
  const modified = random.chance(0.3) ? created : wholeSeconds(created + random.next() * (lastDay - created));
  const stamp = random.chance(0.8)
    ? modified
    : wholeSeconds(modified + random.next() * Math.min(86_400_000, lastDay - modified));
  return { CreatedDate: created, LastModifiedDate: modified, SystemModstamp: stamp };
}

function wholeSeconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** `YYYY-MM-DD` */
export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
