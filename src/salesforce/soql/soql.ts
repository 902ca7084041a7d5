// SOQL is built from parts, never by pasting text: names are checked, literals escaped.
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm

/** A SELECT: fields (dotted for parents), subqueries over child relationships, and what narrows and orders it. */
export interface SoqlSelect {
  fields: readonly string[];
  children?: readonly SoqlSelect[];
  /** An object, or in a subquery a child relationship. */
  from: string;
  where?: SoqlCondition;
  orderBy?: { field: string; descending?: boolean };
  limit?: number;
}

/** The one condition that the connector needs: a field that is one of these values. */
export interface SoqlCondition {
  field: string;
  isOneOf: readonly string[];
}

const name = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/;

/** The statement's text. */
export function soql(select: SoqlSelect): string {
  const list = [...select.fields.map(soqlName), ...(select.children ?? []).map((child) => `(${soql(child)})`)];
  const where = select.where
    ? ` WHERE ${soqlName(select.where.field)} IN (${select.where.isOneOf.map(soqlString).join(",")})`
    : "";
  const order = select.orderBy
    ? ` ORDER BY ${soqlName(select.orderBy.field)}${select.orderBy.descending ? " DESC" : ""}`
    : "";
  const limit = select.limit === undefined ? "" : ` LIMIT ${select.limit}`;
  return `SELECT ${list.join(",")} FROM ${soqlName(select.from)}${where}${order}${limit}`;
}

function soqlName(text: string): string {
  if (name.test(text)) return text;
  throw new TypeError(`${JSON.stringify(text)} is not a name that SOQL knows`);
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

/** A string literal. */
export function soqlString(value: string): string {
  return `'${value.replaceAll(/[\\'\n\r\t\b\f]/g, (character) => escapes[character] ?? character)}'`;
}

/** A statement as it stands in a query string. What a query string may hold is left as it is: every comma that is not escaped saves two bytes. */
export function encodeSoql(statement: string): string {
  return encodeURIComponent(statement)
    .replaceAll("%20", "+")
    .replaceAll("%2C", ",")
    .replaceAll("%3D", "=")
    .replaceAll("%3A", ":");
}

/** Splits values so that the statement made from each part stays within so many bytes when it is encoded. */
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
