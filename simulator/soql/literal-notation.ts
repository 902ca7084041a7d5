import type { LiteralType } from "@jetstreamapp/soql-parser-js";
import { malformedQuery } from "../salesforce-error.ts";
import type { Literal } from "./syntax.ts";
import { unquote } from "./tokens.ts";

// The library knows no time literals; the parser hides them in strings that begin with a character which no statement can hold unescaped.
const timeMark = "\u0000time:";

/** A time literal in the disguise that the library lets through. */
export function hideTime(text: string): string {
  return `'${timeMark}${text}'`;
}

/** The values on the right of a comparison. */
export function literals(value: string | readonly string[], type: LiteralType | LiteralType[] | undefined): Literal[] {
  const values = typeof value === "string" ? [value] : value;
  return values.map((text, index) => literal(text, Array.isArray(type) ? type[index] : type));
}

const plainKinds: Partial<Record<LiteralType, Literal["kind"]>> = {
  INTEGER: "number",
  DECIMAL: "number",
  INTEGER_WITH_CURRENCY_PREFIX: "currency",
  DECIMAL_WITH_CURRENCY_PREFIX: "currency",
  BOOLEAN: "boolean",
  NULL: "null",
  DATE: "date",
  DATETIME: "datetime",
  DATE_LITERAL: "dateLiteral",
  DATE_N_LITERAL: "dateLiteral",
};

function literal(text: string, type: LiteralType | undefined): Literal {
  if (type === "STRING") {
    return text.startsWith(`'${timeMark}`)
      ? { kind: "time", text: text.slice(timeMark.length + 1, -1) }
      : { kind: "string", text: unquote(text), raw: text.slice(1, -1) };
  }
  const kind = type === undefined ? undefined : plainKinds[type];
  if (kind === undefined) throw malformedQuery(`unexpected token: ${text}`);
  return { kind, text: kind === "boolean" ? text.toLowerCase() : text.toUpperCase() };
}
