// Builds SOQL. Names are validated and literals are escaped.
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm

/** A SELECT: fields (dotted for parents), subqueries over child relationships, a condition, an order and a limit. */
export interface SoqlSelect {
  fields: readonly string[];
  children?: readonly SoqlSelect[];
  /** An object, or a child relationship in a subquery. */
  from: string;
  where?: SoqlCondition;
  orderBy?: { field: string; descending?: boolean };
  limit?: number;
}

/** A field that has one of these values or none of them, or a dateTime within a period (`from` inclusive, `to` exclusive; ISO 8601, UTC). */
type FieldCondition =
  | { field: string; isOneOf: readonly string[] }
  | { field: string; isNoneOf: readonly string[] }
  | { field: string; is: boolean }
  | { field: string; from: string; to: string };

export type SoqlCondition = FieldCondition | { all: readonly FieldCondition[] };

/** The fields that a condition compares. */
export function fieldsOfCondition(condition: SoqlCondition): string[] {
  return "all" in condition ? condition.all.map(({ field }) => field) : [condition.field];
}

/** Both conditions hold. */
export function both(condition: SoqlCondition, other: SoqlCondition): SoqlCondition {
  const parts = (one: SoqlCondition): readonly FieldCondition[] => ("all" in one ? one.all : [one]);
  return { all: [...parts(condition), ...parts(other)] };
}

const name = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/;

export function soql(select: SoqlSelect): string {
  const list = [...select.fields.map(soqlName), ...(select.children ?? []).map((child) => `(${soql(child)})`)];
  const where = select.where ? ` WHERE ${soqlCondition(select.where)}` : "";
  const order = select.orderBy
    ? ` ORDER BY ${soqlName(select.orderBy.field)}${select.orderBy.descending ? " DESC" : ""}`
    : "";
  const limit = select.limit === undefined ? "" : ` LIMIT ${select.limit}`;
  return `SELECT ${list.join(",")} FROM ${soqlName(select.from)}${where}${order}${limit}`;
}

export function soqlCondition(condition: SoqlCondition): string {
  if ("all" in condition) return condition.all.map(soqlCondition).join(" AND ");
  const field = soqlName(condition.field);
  const list = (values: readonly string[]): string => `(${values.map(soqlString).join(",")})`;
  if ("isOneOf" in condition) return `${field} IN ${list(condition.isOneOf)}`;
  if ("isNoneOf" in condition) return `${field} NOT IN ${list(condition.isNoneOf)}`;
  if ("is" in condition) return `${field} = ${String(condition.is)}`;
  return `${field} >= ${soqlDateTime(condition.from)} AND ${field} < ${soqlDateTime(condition.to)}`;
}

// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
function soqlDateTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text)) return text;
  throw new TypeError(`${JSON.stringify(text)} is not a dateTime in UTC`);
}

function soqlName(text: string): string {
  if (name.test(text)) return text;
  throw new TypeError(`${JSON.stringify(text)} is not a valid SOQL name`);
}

// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

export function soqlString(value: string): string {
  return `'${value.replaceAll(/[\\'\n\r\t\b\f]/g, (character) => escapes[character] ?? character)}'`;
}

/** Encodes a statement for a query string. Allowed characters stay unescaped: every comma then saves two bytes. */
export function encodeSoql(statement: string): string {
  return encodeURIComponent(statement)
    .replaceAll("%20", "+")
    .replaceAll("%2C", ",")
    .replaceAll("%3D", "=")
    .replaceAll("%3A", ":");
}

/** Splits values so that the encoded statement of each part has at most `maxBytes` bytes. */
export function* splitValues(
  values: readonly string[],
  { statementFor, maxBytes }: { statementFor: (part: readonly string[]) => string; maxBytes: number },
): Generator<readonly string[]> {
  const empty = encodeSoql(statementFor([])).length;
  let part: string[] = [];
  let bytes = empty;
  for (const value of values) {
    const cost = encodeSoql(`${soqlString(value)},`).length;
    if (part.length > 0 && bytes + cost > maxBytes) {
      yield part;
      part = [];
      bytes = empty;
    }
    part.push(value);
    bytes += cost;
  }
  if (part.length > 0) yield part;
}
