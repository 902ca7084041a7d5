import { parseInstant } from "../../core/instant.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";

// Values of stored documents, which may have been written by hand: a value of the wrong type is treated as missing.

export function readText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | null {
  return words.find((word) => word === value) ?? null;
}

export function readCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** An empty object for anything else. */
export function readObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Milliseconds since the epoch. Reads a date in ISO 8601, and milliseconds, which Elasticsearch accepts as a date too. */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isNaN(new Date(value).getTime()) ? undefined : Math.trunc(value);
  return typeof value === "string" ? parseInstant(value) : undefined;
}

export function writeInstant(ms: number): string;
export function writeInstant(ms: number | undefined): string | undefined;
export function writeInstant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Errors are mapped as keywords. Lucene refuses a document with a keyword over 32,766 bytes; a UTF-16 unit takes at most three. */
const maxErrorLength = 10_000;

/** The error, shortened to what Elasticsearch accepts. */
export function writeError(error: string): string;
export function writeError(error: string | null | undefined): string | null | undefined;
export function writeError(error: string | null | undefined): string | null | undefined {
  if (error === null || error === undefined || error.length <= maxErrorLength) return error;
  // Do not cut a surrogate pair.
  return `${error.slice(0, maxErrorLength).replace(/[\uD800-\uDBFF]$/, "")} …`;
}

/** Removes undefined members. */
export function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
