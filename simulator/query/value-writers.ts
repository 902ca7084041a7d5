import { dateTimeText, timeText } from "../core/date-values.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";

export type Row = readonly unknown[];

/** Writes a row, or a part of it, as JSON. */
export type Writer = (row: Row) => string;

/** The parts of URLs in records. */
export interface RenderSettings {
  /** `/services/data/v62.0` */
  readonly basePath: string;
  /** `http://127.0.0.1:8085` */
  readonly instanceUrl: string;
}

function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}

/** The writer of a stored value in the column at `index`. */
export function valueWriter(field: Pick<FieldDefinition, "type">, index: number): Writer {
  switch (field.type) {
    case "boolean":
      return (row) => (row[index] === 1 ? "true" : "false");
    case "int":
      return (row) => numeric(row[index], (value) => String(Math.trunc(value)));
    case "double":
    case "currency":
    case "percent":
      return (row) => numeric(row[index], doubleText);
    case "datetime":
      return (row) => numeric(row[index], (value) => `"${dateTimeText(value)}"`);
    case "time":
      return (row) => numeric(row[index], (value) => `"${timeText(value)}"`);
    case "encryptedstring":
      // Encrypted fields are masked without "View Encrypted Data".
      return (row) => (typeof row[index] === "string" ? '"********"' : "null");
    case "id":
    case "reference":
    case "date":
      return (row) => {
        const value = row[index];
        return typeof value === "string" ? `"${value}"` : "null";
      };
    default:
      return (row) => {
        const value = row[index];
        return typeof value === "string" ? JSON.stringify(value) : typeof value === "number" ? `"${value}"` : "null";
      };
  }
}

function numeric(value: unknown, text: (value: number) => string): string {
  return typeof value === "number" ? text(value) : "null";
}

const formats = {
  number: new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 }),
  currency: new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }),
};

/** The writer of FORMAT(), in the locale en_US. */
export function formatWriter(field: Pick<FieldDefinition, "type">, index: number): Writer {
  switch (field.type) {
    case "currency":
      return (row) => numeric(row[index], (value) => JSON.stringify(formats.currency.format(value)));
    case "int":
    case "double":
    case "percent":
      return (row) => numeric(row[index], (value) => JSON.stringify(formats.number.format(value)));
    case "date":
      return (row) => {
        const value = row[index];
        return typeof value === "string" ? JSON.stringify(usDate(value)) : "null";
      };
    case "datetime":
      return (row) => numeric(row[index], (value) => JSON.stringify(usDateTime(value)));
    default:
      return valueWriter(field, index);
  }
}

function usDate(iso: string): string {
  const [year, month, day] = iso.split("-").map(Number);
  return `${month ?? 0}/${day ?? 0}/${year ?? 0}`;
}

function usDateTime(millis: number): string {
  const iso = new Date(millis).toISOString();
  const hours = Number(iso.slice(11, 13));
  return `${usDate(iso.slice(0, 10))}, ${hours % 12 === 0 ? 12 : hours % 12}:${iso.slice(14, 16)} ${hours < 12 ? "AM" : "PM"}`;
}

/** The writer of a compound field: an object of its components, or null if all of them are empty. */
export function compoundWriter(parts: readonly { readonly key: string; readonly write: Writer }[]): Writer {
  return (row) => {
    const written = parts.map(({ key, write }) => ({ key, value: write(row) }));
    if (written.every(({ value }) => value === "null")) return "null";
    return `{${written.map(({ key, value }) => `"${key}":${value}`).join(",")}}`;
  };
}
