import { isJsonObject, type JsonObject } from "../../core/json.ts";

// Values of stored documents. Anybody may have written them, by hand too: one of the wrong kind counts as not there.

/** A text, or null for anything else. */
export function readText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** One of the words, or null for anything else. */
export function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | null {
  return words.find((word) => word === value) ?? null;
}

/** A number of things, or undefined for anything else. */
export function readCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** An object, or an empty one for anything else. */
export function readObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

const instantForm =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?<fraction>\d{1,9}))?(?<offset>Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * Milliseconds since 1970, or undefined for what is no instant: ISO 8601, in which Python writes six digits after the second and Java
 * nine and without an offset UTC is meant; or milliseconds, which Elasticsearch takes for a date too.
 */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isNaN(new Date(value).getTime()) ? undefined : Math.trunc(value);
  const parts = typeof value === "string" ? instantForm.exec(value)?.groups : undefined;
  if (!parts) return undefined;
  const { date = "", time = "00:00", fraction = "", offset = "Z" } = parts;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const ms = Date.parse(`${date}T${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}${withMinutes(offset)}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `+01`, `+0100` and `+01:00` are the same. */
function withMinutes(offset: string): string {
  if (offset === "Z") return offset;
  return `${offset.slice(0, 3)}:${offset.slice(3).replace(":", "").padEnd(2, "0")}`;
}

/** An instant as it is stored. */
export function writeInstant(ms: number): string;
export function writeInstant(ms: number | undefined): string | undefined;
export function writeInstant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/**
 * Errors are mapped as keywords, of which Lucene takes 32,766 bytes; it refuses the whole document for a longer one. No character takes
 * more than three bytes for each of its UTF-16 units.
 */
const maxErrorLength = 10_000;

/** An error as it is stored: all of it, or as much as Elasticsearch takes. */
export function writeError(error: string): string;
export function writeError(error: string | null | undefined): string | null | undefined;
export function writeError(error: string | null | undefined): string | null | undefined {
  if (error === null || error === undefined || error.length <= maxErrorLength) return error;
  // Not half a character at the end.
  return `${error.slice(0, maxErrorLength).replace(/[\uD800-\uDBFF]$/, "")} …`;
}

/** The object without what has no value, so that laying it over another one leaves the other's values. */
export function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
