import type { Random } from "../../../../simulator/core/random.ts";
import { type FieldDefinition, isId, isNumber, isText } from "../../../../simulator/schema/field-definition.ts";
import {
  againstLiteral,
  compareValues,
  dayOfText,
  type LikePart,
  likes,
  localDay,
  sameText,
  type Value,
} from "./naive-comparisons.ts";
import type { NaiveOrg, NaiveRow, NaiveTable } from "./naive-rows.ts";

/** A condition as text and as a function. */
interface RandomCondition {
  readonly text: string;
  readonly holds: (row: NaiveRow) => boolean;
}

export interface ConditionSource {
  readonly org: NaiveOrg;
  readonly random: Random;
  readonly timeZone: string;
  readonly now: number;
}

/** A field of the row or of a parent. */
interface Subject {
  readonly path: string;
  readonly field: FieldDefinition;
  readonly read: (row: NaiveRow) => Value;
  /** A value of some row, so that comparisons match. */
  readonly sample: Value;
}

/** A random condition with AND, OR and NOT. */
export function randomCondition(source: ConditionSource, table: NaiveTable, depth = 2): RandomCondition {
  const { random } = source;
  if (depth === 0 || random.chance(0.5)) return randomComparison(source, table);
  if (random.chance(0.2)) {
    const part = randomCondition(source, table, depth - 1);
    return { text: `(NOT (${part.text}))`, holds: (row) => !part.holds(row) };
  }
  const parts = Array.from({ length: random.between(2, 3) }, () => randomCondition(source, table, depth - 1));
  const all = random.chance(0.5);
  return {
    text: `(${parts.map(({ text }) => text).join(all ? " AND " : " OR ")})`,
    holds: (row) => (all ? parts.every(({ holds }) => holds(row)) : parts.some(({ holds }) => holds(row))),
  };
}

function randomComparison(source: ConditionSource, table: NaiveTable): RandomCondition {
  const subject = randomSubject(source, table);
  const { type } = subject.field;
  if (source.random.chance(0.1)) return nullComparison(source, subject);
  if (type === "boolean") return booleanComparison(source, subject);
  if (type === "multipicklist") return multiPicklist(source, subject);
  if (type === "date" || type === "datetime") return dateComparison(source, subject);
  if (isNumber(type)) return ordered(source, subject, (value) => String(value));
  if (isText(type) && source.random.chance(0.35)) return likeComparison(source, subject);
  if (isText(type) || isId(type)) return textComparison(source, subject);
  return nullComparison(source, subject);
}

const skippedFields = new Set(["MasterRecordId", "RecordTypeId", "ParentId", "FirstPublishLocationId"]);

function randomSubject(source: ConditionSource, table: NaiveTable): Subject {
  const { random, org } = source;
  const fields = table.fields.filter(
    ({ filterable, type, name }) => filterable && type !== "time" && !skippedFields.has(name),
  );
  const field = random.pick(fields);
  const row = table.rows.length === 0 ? undefined : random.pick(table.rows);
  const parent = parentTable(field);
  if (parent !== undefined && field.relationshipName !== undefined && random.chance(0.6)) {
    const inner = random.pick(org.table(parent).fields.filter(({ filterable, type }) => filterable && type !== "time"));
    return {
      path: `${field.relationshipName}.${inner.name}`,
      field: inner,
      read: (child) => org.byId(child[field.name])?.[inner.name] ?? (inner.type === "boolean" ? 0 : null),
      sample: org.byId(row?.[field.name])?.[inner.name] ?? null,
    };
  }
  return { path: field.name, field, read: (child) => child[field.name] ?? null, sample: row?.[field.name] ?? null };
}

function parentTable(field: FieldDefinition): string | undefined {
  const [only] = field.referenceTo;
  return field.referenceTo.length === 1 && (only === "Account" || only === "Contact" || only === "User")
    ? only
    : undefined;
}

function nullComparison({ random }: ConditionSource, { path, read, field }: Subject): RandomCondition {
  const equal = random.chance(0.5);
  if (field.type === "boolean")
    return { text: `${path} ${equal ? "=" : "!="} null`, holds: (row) => (read(row) !== 1) === equal };
  return {
    text: `${path} ${equal ? "=" : "!="} ${random.pick(["null", "NULL"])}`,
    holds: (row) => (read(row) === null) === equal,
  };
}

function booleanComparison({ random }: ConditionSource, { path, read }: Subject): RandomCondition {
  const wanted = random.chance(0.5);
  const equal = random.chance(0.7);
  return {
    text: `${path} ${equal ? "=" : "!="} ${wanted ? "TRUE" : "false"}`,
    holds: (row) => ((read(row) === 1) === wanted) === equal,
  };
}

/** A string literal with some random escape sequences. */
function quoted(text: string, random: Random): string {
  const escaped = text.replaceAll(/[\\'\n\r\t]/gu, (character) => {
    const escapes: Readonly<Record<string, string>> = {
      "\\": "\\\\",
      "'": "\\'",
      "\n": "\\n",
      "\r": "\\r",
      "\t": "\\t",
    };
    return escapes[character] ?? character;
  });
  if (!random.chance(0.1)) return `'${escaped}'`;
  return `'${escaped.replace(/[a-z]/u, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)}'`;
}

function sampleText({ random }: ConditionSource, { sample, field }: Subject): string {
  if (typeof sample === "string" && sample !== "") return sample.slice(0, 300);
  if (isId(field.type)) return "001000000000000AAA";
  return field.picklist.length > 0 ? random.pick(field.picklist) : "Berlin";
}

function changedCase(text: string, random: Random): string {
  return random.chance(0.3) ? text.toUpperCase() : text;
}

function textComparison(source: ConditionSource, subject: Subject): RandomCondition {
  const { random } = source;
  const { path, read, field } = subject;
  const id = isId(field.type);
  const one = (): string => (id ? sampleText(source, subject) : changedCase(sampleText(source, subject), random));
  const written = (text: string) => quoted(id && random.chance(0.3) ? text.slice(0, 15) : text, random);
  const same = (value: Value, text: string) => (id ? value === text : sameText(value, text));
  if (random.chance(0.3)) {
    const values = [one(), id ? "003000000000000AAA" : "Zürich", one()];
    const inside = random.chance(0.6);
    return {
      text: `${path} ${inside ? "IN" : "NOT IN"} (${values.map((value) => written(value)).join(",")})`,
      holds: (row) => values.some((value) => same(read(row), value)) === inside,
    };
  }
  if (!id && random.chance(0.3)) return ordered(source, subject, (value) => quoted(String(value), random));
  const value = one();
  const equal = random.chance(0.6);
  return { text: `${path}${equal ? " = " : "!="}${written(value)}`, holds: (row) => same(read(row), value) === equal };
}

function likeComparison(source: ConditionSource, subject: Subject): RandomCondition {
  const { random } = source;
  const letters = Array.from(sampleText(source, subject).slice(0, 40));
  const start = random.below(Math.max(1, letters.length - 3));
  const middle = letters.slice(start, start + random.between(1, 6));
  const parts: LikePart[] = [
    ...(start > 0 || random.chance(0.5) ? ["any" as const] : []),
    ...middle.map((letter): LikePart => (random.chance(0.1) ? "one" : { text: letter })),
    ...(random.chance(0.8) ? ["any" as const] : []),
  ];
  const written = parts.map((part) => {
    if (part === "any") return "%";
    if (part === "one") return "_";
    return /[%_]/u.test(part.text) ? `\\${part.text}` : quoted(part.text, random).slice(1, -1);
  });
  const negated = random.chance(0.2);
  const like = `${subject.path} ${random.pick(["LIKE", "like"])} '${written.join("")}'`;
  return {
    text: negated ? `(NOT ${like})` : like,
    holds: (row) => likes(subject.read(row), parts) !== negated,
  };
}

const orders = ["<", "<=", ">", ">="] as const;

function compareBy(operator: string, distance: number): boolean {
  switch (operator) {
    case "<":
      return distance < 0;
    case "<=":
      return distance <= 0;
    case ">":
      return distance > 0;
    case ">=":
      return distance >= 0;
    case "=":
      return distance === 0;
    default:
      return distance !== 0;
  }
}

function ordered(
  source: ConditionSource,
  { path, read, sample, field }: Subject,
  write: (value: Value) => string,
): RandomCondition {
  const { random } = source;
  const value = sample ?? (isNumber(field.type) ? 100 : "M");
  const operator = random.pick([...orders, ...(isNumber(field.type) ? (["=", "!="] as const) : [])]);
  return {
    text: `${path} ${operator} ${write(value)}`,
    holds: (row) => {
      const own = read(row);
      return own === null ? operator === "!=" : compareBy(operator, compareValues(own, value));
    },
  };
}

const literals = [
  "TODAY",
  "YESTERDAY",
  "LAST_90_DAYS",
  "THIS_MONTH",
  "LAST_MONTH",
  "LAST_QUARTER",
  "THIS_YEAR",
  "LAST_YEAR",
  "LAST_WEEK",
  "NEXT_YEAR",
  "THIS_FISCAL_YEAR",
  "LAST_FISCAL_YEAR",
];
const countedLiterals = [
  "LAST_N_DAYS",
  "N_DAYS_AGO",
  "NEXT_N_DAYS",
  "LAST_N_MONTHS",
  "N_MONTHS_AGO",
  "LAST_N_YEARS",
  "N_YEARS_AGO",
  "LAST_N_WEEKS",
  "N_QUARTERS_AGO",
  "LAST_N_FISCAL_YEARS",
];

function dateComparison(source: ConditionSource, subject: Subject): RandomCondition {
  const { random, timeZone, now } = source;
  const { path, read, field, sample } = subject;
  const isDay = field.type === "date";
  const operator = random.pick([...orders, "=", "!="] as const);
  if (random.chance(0.5)) {
    const literal = random.chance(0.5)
      ? random.pick(literals)
      : `${random.pick(countedLiterals)}:${random.between(1, 30)}`;
    const today = localDay(timeZone, now);
    return {
      text: `${path} ${operator} ${literal}`,
      holds: (row) => {
        const value = read(row);
        if (value === null) return operator === "!=";
        const day = typeof value === "number" ? localDay(timeZone, value) : dayOfText(value);
        return compareBy(operator, againstLiteral(literal, day, today));
      },
    };
  }
  const value = sample ?? (isDay ? "2024-02-29" : Date.UTC(2024, 1, 29, 12));
  return {
    text: `${path} ${operator} ${isDay ? String(value) : writtenMoment(Number(value), random)}`,
    holds: (row) => {
      const own = read(row);
      return own === null ? operator === "!=" : compareBy(operator, compareValues(own, value));
    },
  };
}

/** A dateTime in one of the formats of SOQL. */
function writtenMoment(at: number, random: Random): string {
  if (random.chance(0.3)) return `${new Date(at + 7_200_000).toISOString().slice(0, 19)}+02:00`;
  return random.chance(0.5) ? new Date(at).toISOString() : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function multiPicklist({ random }: ConditionSource, { path, read, field }: Subject): RandomCondition {
  const choices = Array.from({ length: random.between(1, 2) }, () =>
    Array.from({ length: random.between(1, 2) }, () => random.pick(field.picklist)),
  );
  const includes = random.chance(0.7);
  return {
    text: `${path} ${includes ? "INCLUDES" : "EXCLUDES"} (${choices.map((choice) => `'${choice.join(";")}'`).join(", ")})`,
    holds: (row) => {
      const value = read(row);
      const chosen = typeof value === "string" ? value.split(";") : [];
      return choices.some((choice) => choice.every((item) => chosen.includes(item))) === includes;
    },
  };
}
