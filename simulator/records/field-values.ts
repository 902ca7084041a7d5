import { parseDate, parseDateTime, parseTime } from "../core/date-values.ts";
import { SalesforceError } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import { isNumber, isText } from "../schema/field-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import { JsonValueError } from "./json-value-error.ts";

export type StoredValue = string | number | null;

function invalid(errorCode: string, message: string, field: FieldDefinition): SalesforceError {
  return new SalesforceError(400, errorCode, { message, fields: [field.name] });
}

/** Converts the JSON value of a field to its stored form. Throws the error that Salesforce returns for an invalid value. */
export function storedValue(field: FieldDefinition, value: unknown): StoredValue {
  if (value === null || value === undefined || value === "")
    return field.type === "boolean" ? nullBoolean(field, value) : null;
  if (field.type === "boolean") return booleanValue(field, value);
  if (isNumber(field.type)) return numberValue(field, value);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new JsonValueError(field, value);
  }
  const text = String(value);
  switch (field.type) {
    case "id":
    case "reference":
      return referenceValue(field, text);
    case "date":
      return dateText(field, text);
    case "datetime":
      return dateTimeValue(field, text);
    case "time":
      return timeOfDay(field, text);
    default:
      return textValue(field, text);
  }
}

function nullBoolean(field: FieldDefinition, value: unknown): number {
  if (value === undefined) return 0;
  throw new JsonValueError(field, value);
}

function booleanValue(field: FieldDefinition, value: unknown): number {
  if (value === true || value === "true") return 1;
  if (value === false || value === "false") return 0;
  throw new JsonValueError(field, value);
}

function numberValue(field: FieldDefinition, value: unknown): number {
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new JsonValueError(field, value);
  if (field.type === "int" && !Number.isInteger(number)) throw new JsonValueError(field, value);
  // "int: from -2,147,483,648 to 2,147,483,647" (SOAP API, Primitive Data Types; code unconfirmed).
  if (field.type === "int" && Math.abs(number + 0.5) > 2 ** 31) {
    throw new JsonValueError(field, value, `Numeric value (${number}) out of range of int`);
  }
  const limit = 10 ** (field.precision - field.scale);
  if (field.precision > 0 && Math.abs(number) >= limit) {
    throw invalid(
      "NUMBER_OUTSIDE_VALID_RANGE",
      `${field.label}: value outside of valid range on numeric field: ${number}`,
      field,
    );
  }
  return field.scale > 0 ? Number(number.toFixed(Math.min(field.scale, 15))) : number;
}

function referenceValue(field: FieldDefinition, text: string): string {
  const id = toId18(text);
  if (id === undefined) throw invalid("MALFORMED_ID", `${field.label}: id value of incorrect type: ${text}`, field);
  return id;
}

function dateText(field: FieldDefinition, text: string): string {
  const day = text.slice(0, 10);
  if (parseDate(day) !== undefined && (text === day || parseDateTime(text) !== undefined)) return day;
  throw new JsonValueError(field, text);
}

function dateTimeValue(field: FieldDefinition, text: string): number {
  const at = parseDateTime(text) ?? parseDate(text);
  if (at !== undefined) return Math.floor(at / 1000) * 1000;
  throw new JsonValueError(field, text);
}

function timeOfDay(field: FieldDefinition, text: string): number {
  const time = parseTime(text);
  if (time !== undefined) return time;
  throw new JsonValueError(field, text);
}

function textValue(field: FieldDefinition, text: string): string | null {
  if (isText(field.type) && field.length > 0 && text.length > field.length) {
    throw invalid(
      "STRING_TOO_LONG",
      `${field.label}: data value too large: ${text.slice(0, 80)} (max length=${field.length})`,
      field,
    );
  }
  if (field.restrictedPicklist && !field.picklist.includes(text)) {
    throw invalid(
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      `${field.label}: bad value for restricted picklist field: ${text}`,
      field,
    );
  }
  if (field.type === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(text)) {
    throw invalid("INVALID_EMAIL_ADDRESS", `${field.label}: invalid email address: ${text}`, field);
  }
  return text;
}
