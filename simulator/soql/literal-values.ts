import { isoDay, parseDate, parseDateTime, parseTime } from "../core/date-values.ts";
import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import { startOfDay } from "../core/time-zone.ts";
import type { FieldType } from "../schema/field-definition.ts";
import { isId, isNumber, isText } from "../schema/field-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { CompileContext, SqlValue } from "./compile-context.ts";
import { dateRange } from "./date-ranges.ts";
import type { Literal } from "./syntax.ts";
import { messageAt } from "./tokens.ts";

/** The stored form of a literal. A date literal is a range with an exclusive `to`. */
export type LiteralValue =
  | { readonly kind: "value"; readonly value: SqlValue }
  | { readonly kind: "range"; readonly from: string | number; readonly to: string | number };

/** The left side of a comparison. */
interface Compared {
  /** The name in error messages. */
  readonly name: string;
  readonly type: FieldType;
  /** Its offset in the statement. Errors of the literal point to it. */
  readonly at: number;
}

const maxStringLength = 4000;
const firstDate = Date.UTC(1700, 0, 1);
const lastDate = Date.UTC(4000, 11, 31, 23, 59, 59, 999);

/** Converts a literal to its stored form. Throws if its type does not match the left side. */
export function literalValue(literal: Literal, compared: Compared, context: CompileContext): LiteralValue {
  if (literal.kind === "null") return { kind: "value", value: null };
  const { type } = compared;
  if (type === "date" || type === "datetime") return dateValue(literal, compared, context);
  if (type === "boolean") {
    if (literal.kind !== "boolean") throw wrongType(compared, context);
    return { kind: "value", value: literal.text === "TRUE" ? 1 : 0 };
  }
  if (isNumber(type)) return { kind: "value", value: numberValue(literal, compared, context) };
  if (type === "time") {
    if (literal.kind !== "time") throw wrongType(compared, context);
    return { kind: "value", value: timeValue(literal.text) };
  }
  if (literal.kind !== "string") throw wrongType(compared, context);
  return { kind: "value", value: isId(type) ? idValue(literal, compared, context) : textValue(literal) };
}

function textValue({ text }: Literal): string | null {
  if (text.length > maxStringLength) {
    throw malformedQuery(`String literals in a WHERE clause cannot be longer than ${maxStringLength} characters.`);
  }
  // An empty text is stored as null.
  return text === "" ? null : text;
}

function idValue(literal: Literal, { at }: Compared, context: CompileContext): string | null {
  if (literal.text === "") return null;
  const id = toId18(literal.text);
  if (id !== undefined) return id;
  throw badRequest(
    "INVALID_QUERY_FILTER_OPERATOR",
    messageAt(context.statement.text, at, `invalid ID field: ${literal.text}`),
  );
}

function numberValue(literal: Literal, compared: Compared, context: CompileContext): number {
  if (literal.kind === "currency") {
    throw badRequest(
      "INVALID_FIELD",
      messageAt(
        context.statement.text,
        compared.at,
        `Currency literals such as ${literal.text} need an org with several currencies`,
      ),
    );
  }
  if (literal.kind !== "number") throw wrongType(compared, context);
  const value = Number(literal.text);
  if (!Number.isFinite(value)) throw wrongType(compared, context);
  return value;
}

function timeValue(text: string): number {
  const value = parseTime(text);
  if (value === undefined) throw malformedQuery(`line 1 bad time value: ${text}`);
  return value;
}

function dateValue(literal: Literal, compared: Compared, context: CompileContext): LiteralValue {
  const { calendar } = context.settings;
  if (literal.kind === "dateLiteral") {
    context.statement.dependsOnTime = true;
    const range = dateRange(literal.text, calendar);
    if (compared.type === "date")
      return { kind: "range", from: isoDay(inBounds(range.from)), to: isoDay(inBounds(range.to)) };
    const zone = calendar.timeZone;
    return { kind: "range", from: startOfDay(zone, inBounds(range.from)), to: startOfDay(zone, inBounds(range.to)) };
  }
  if (literal.kind !== compared.type) throw wrongType(compared, context);
  const at = compared.type === "date" ? parseDate(literal.text) : parseDateTime(literal.text);
  if (at === undefined) throw malformedQuery(`line 1 bad ${compared.type} value: ${literal.text}`);
  return { kind: "value", value: compared.type === "date" ? isoDay(inBounds(at)) : inBounds(at) };
}

/** "Dates are valid from 1700-01-01 to 4000-12-31" (SOQL reference, "Date Formats and Date Literals"). */
function inBounds(at: number): number {
  if (at >= firstDate && at <= lastDate) return at;
  throw malformedQuery("Dates in a query must lie between 1700-01-01 and 4000-12-31.");
}

const quotedTypes: ReadonlySet<FieldType> = new Set(["id", "reference"]);

function wrongType({ name, type, at }: Compared, context: CompileContext): Error {
  const quoted = isText(type) || quotedTypes.has(type);
  const spoken = type === "datetime" ? "dateTime" : quoted ? (isId(type) ? "reference" : "string") : type;
  const text = `value of filter criterion for field '${name}' must be of type ${spoken} and should ${quoted ? "" : "not "}be enclosed in quotes`;
  return badRequest("INVALID_FIELD", messageAt(context.statement.text, at, text));
}
