import { expect } from "vitest";
import type { Random } from "../../../../simulator/core/random.ts";
import { isId, isNumber } from "../../../../simulator/schema/field-definition.ts";
import type { FieldDefinition } from "../../../../simulator/schema/field-definition.ts";
import { compareIds, compareValues, type Value } from "./naive-comparisons.ts";
import type { NaiveRow, NaiveTable } from "./naive-rows.ts";
import { type ConditionSource, randomCondition } from "./random-conditions.ts";

/** The response of `/query`. */
export interface QueryAnswer {
  readonly totalSize: number;
  readonly done: boolean;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** A statement, and a function that compares its result with the naive evaluation. */
interface RandomStatement {
  readonly text: string;
  readonly check: (answer: QueryAnswer) => void;
}

export const fuzzedObjects = [
  "Account",
  "Contact",
  "Opportunity",
  "Case",
  "Lead",
  "Campaign",
  "Installation__c",
  "Project__c",
  "EmailMessage",
];

export function randomStatement(source: ConditionSource): RandomStatement {
  const { random, org } = source;
  const table = org.table(random.pick(fuzzedObjects));
  const filter = random.chance(0.9) ? randomFilter(source, table) : { text: "", rows: table.rows };
  if (random.chance(0.06)) return childStatement(source);
  const kind = random.next();
  if (kind < 0.25) return countStatement(random, table, filter);
  if (kind < 0.45) return groupStatement(random, table, filter);
  return rowStatement(random, table, filter);
}

interface Filter {
  readonly text: string;
  readonly rows: readonly NaiveRow[];
}

function randomFilter(source: ConditionSource, table: NaiveTable): Filter {
  const { random, org } = source;
  if (random.chance(0.12)) {
    const join = semiJoin(source, table);
    if (join !== undefined) return join;
  }
  const condition = randomCondition(source, org.table(table.name), random.between(0, 3));
  const text = condition.text.replace(/^\((?<inner>[^()]*)\)$/u, "$<inner>");
  return { text: ` WHERE ${text}`, rows: table.rows.filter((row) => condition.holds(row)) };
}

/** `AccountId IN (SELECT Id FROM Account WHERE …)` or NOT IN. */
function semiJoin(source: ConditionSource, table: NaiveTable): Filter | undefined {
  const field = table.fields.find(({ name }) => name === "AccountId" || name === "Account__c");
  if (field === undefined) return undefined;
  const accounts = source.org.table("Account");
  const inner = randomCondition(source, accounts, 1);
  const ids = new Set(accounts.rows.filter((row) => inner.holds(row)).map((row) => row["Id"]));
  const inside = source.random.chance(0.6);
  return {
    text: ` WHERE ${field.name} ${inside ? "IN" : "NOT IN"} (SELECT Id FROM Account WHERE ${inner.text})`,
    rows: table.rows.filter((row) => ids.has(row[field.name] ?? null) === inside),
  };
}

function countStatement(random: Random, table: NaiveTable, { text, rows }: Filter): RandomStatement {
  const limit = random.chance(0.2) ? random.below(30) : undefined;
  const offset = random.chance(0.1) ? random.below(40) : 0;
  return {
    text: `SELECT COUNT() FROM ${table.name}${text}${limit === undefined ? "" : ` LIMIT ${limit}`}${offset === 0 ? "" : ` OFFSET ${offset}`}`,
    check: (answer) => {
      expect(answer.totalSize).toBe(Math.max(0, Math.min(rows.length - offset, limit ?? Infinity)));
      expect(answer.records).toEqual([]);
    },
  };
}

/** Accounts with their contacts or opportunities that match a condition. */
function childStatement(source: ConditionSource): RandomStatement {
  const { random, org } = source;
  const parents = randomFilter(source, org.table("Account"));
  const [object, relationship] = random.pick([
    ["Contact", "Contacts"],
    ["Opportunity", "Opportunities"],
  ] as const);
  const condition = randomCondition(source, org.table(object), 1);
  const children = org.table(object).rows.filter((row) => condition.holds(row));
  const limit = random.chance(0.3) ? random.below(4) : undefined;
  const clauses = ` WHERE ${condition.text}${limit === undefined ? "" : ` LIMIT ${limit}`}`;
  return {
    text: `SELECT Id, (SELECT Id FROM ${relationship}${clauses}) FROM Account${parents.text}`,
    check: (answer) => {
      expect(answer.totalSize).toBe(parents.rows.length);
      for (const record of answer.records) {
        const own = children.filter((row) => row["AccountId"] === record["Id"]).length;
        const shown = record[relationship] as { readonly totalSize: number } | null;
        expect(shown?.totalSize ?? 0).toBe(Math.min(own, limit ?? own));
      }
    },
  };
}

function rowStatement(random: Random, table: NaiveTable, { text, rows }: Filter): RandomStatement {
  const fields = table.fields.filter(({ name }) => name !== "Id" && random.chance(0.15)).slice(0, 8);
  const order = random.chance(0.5) ? random.pick(table.fields.filter(({ sortable }) => sortable)) : undefined;
  const descending = random.chance(0.4);
  const nullsLast = random.chance(0.3);
  const limit = random.chance(0.4) ? random.below(60) : undefined;
  const offset = random.chance(0.2) ? random.below(40) : undefined;
  const list = ["Id", ...fields.map(({ name }) => (random.chance(0.2) ? name.toLowerCase() : name))];
  const orderText =
    order === undefined ? "" : ` ORDER BY ${order.name}${descending ? " DESC" : ""}${nullsLast ? " NULLS LAST" : ""}`;
  const size = Math.max(0, Math.min(limit ?? Infinity, rows.length - (offset ?? 0)));
  return {
    text: `SELECT ${list.join(", ")} FROM ${table.name}${text}${orderText}${limit === undefined ? "" : ` LIMIT ${limit}`}${offset === undefined ? "" : ` OFFSET ${offset}`}`,
    check: (answer) => {
      expect(answer.totalSize).toBe(size);
      checkRows(answer, rows, fields);
      if (order !== undefined) checkOrder(answer, rows, { order, descending, nullsLast, offset: offset ?? 0 });
      if (limit === undefined && offset === undefined) {
        expect(new Set(answer.records.map(({ Id }) => Id))).toEqual(new Set(rows.map((row) => row["Id"])));
      }
    },
  };
}

/** Checks that every record is an expected row with its values. */
function checkRows(answer: QueryAnswer, rows: readonly NaiveRow[], fields: readonly FieldDefinition[]): void {
  const byId = new Map(rows.map((row) => [row["Id"], row]));
  for (const record of answer.records) {
    const row = byId.get(String(record["Id"]));
    expect(row, `record ${String(record["Id"])} is none of the expected`).toBeDefined();
    for (const field of fields) expect(record[field.name]).toEqual(rendered(field, row?.[field.name] ?? null));
  }
}

/** A stored value in the REST format. */
function rendered(field: FieldDefinition, value: Value): unknown {
  if (field.type === "boolean") return value === 1;
  if (value === null) return null;
  if (field.type === "datetime") return new Date(Number(value)).toISOString().replace("Z", "+0000");
  if (field.type === "time") return new Date(Number(value)).toISOString().slice(11);
  return isNumber(field.type) ? value : String(value);
}

interface Order {
  readonly order: FieldDefinition;
  readonly descending: boolean;
  readonly nullsLast: boolean;
  readonly offset: number;
}

/** Checks the order of the sort keys. Rows with equal keys can be in any order. */
function checkOrder(
  answer: QueryAnswer,
  rows: readonly NaiveRow[],
  { order, descending, nullsLast, offset }: Order,
): void {
  const byId = new Map(rows.map((row) => [row["Id"], row]));
  const keyOf = (row: NaiveRow | undefined) => row?.[order.name] ?? null;
  // NULLS LAST has no effect on optional references.
  const last = nullsLast && !(order.type === "reference" && !order.required);
  const compare = isId(order.type) ? compareIds : compareValues;
  const sorted = rows
    .map((row) => keyOf(row))
    .sort((a, b) => {
      if (a === null || b === null) return (a === b ? 0 : a === null ? -1 : 1) * (last ? -1 : 1);
      return compare(a, b) * (descending ? -1 : 1);
    });
  const folded = (value: Value) => (typeof value === "string" && !isId(order.type) ? value.toLowerCase() : value);
  const expected = sorted.slice(offset, offset + answer.records.length).map((value) => folded(value));
  expect(answer.records.map((record) => folded(keyOf(byId.get(String(record["Id"])))))).toEqual(expected);
}

function groupStatement(random: Random, table: NaiveTable, { text, rows }: Filter): RandomStatement {
  const keys = table.fields.filter(({ groupable, type }) => groupable && type !== "id");
  const numbers = table.fields.filter(({ type }) => isNumber(type));
  const key = random.pick(keys);
  const number = numbers.length === 0 ? undefined : random.pick(numbers);
  const least = random.chance(0.3) ? random.between(1, 3) : undefined;
  const sums = number === undefined ? "" : `, SUM(${number.name}) total, MAX(${number.name})`;
  const having = least === undefined ? "" : ` HAVING COUNT(Id) > ${least}`;
  return {
    text: `SELECT ${key.name}, COUNT(Id) amount${sums} FROM ${table.name}${text} GROUP BY ${key.name}${having}`,
    check: (answer) => {
      const groups = grouped(rows, key).filter((group) => group.length > (least ?? 0));
      const expected = new Map(groups.map((group) => groupResult(group, key, number)));
      expect(answer.records.length).toBe(expected.size);
      for (const record of answer.records) {
        const [amount, total, largest] = expected.get(JSON.stringify(fold(record[key.name]))) ?? [];
        expect(record["amount"], `group ${String(record[key.name])}`).toBe(amount);
        if (number === undefined) continue;
        expectClose(record["total"], total);
        expectClose(record["expr0"], largest);
      }
    },
  };
}

/** The last digits of sums depend on the order of the addends. */
function expectClose(found: unknown, expected: number | null | undefined): void {
  if (typeof found !== "number" || typeof expected !== "number") expect(found).toBe(expected);
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-9);
}

function grouped(rows: readonly NaiveRow[], key: FieldDefinition): NaiveRow[][] {
  const groups = new Map<string, NaiveRow[]>();
  for (const row of rows) {
    const name = JSON.stringify(fold(row[key.name] ?? null));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function fold(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase()) : value;
}

/** The key of a group as text, and the count, sum and maximum of its rows. */
function groupResult(
  group: readonly NaiveRow[],
  key: FieldDefinition,
  number: FieldDefinition | undefined,
): [string, (number | null)[]] {
  const name = JSON.stringify(fold(rendered(key, group[0]?.[key.name] ?? null)));
  const values =
    number === undefined ? [] : group.map((row) => row[number.name]).filter((value) => typeof value === "number");
  if (values.length === 0) return [name, [group.length, null, null]];
  return [name, [group.length, values.reduce((total, value) => total + value, 0), Math.max(...values)]];
}
