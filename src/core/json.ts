/** A value as JSON can hold it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** An object as JSON can hold it; a key that is present with `undefined` is left out when it is written. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** Whether a value that came from outside is an object with keys (neither a list nor null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const comma = Buffer.from(",");

/** The bytes of one JSON object with the members of two; neither is parsed. They must not name the same member. */
export function joinObjects(first: Buffer, second: Buffer): Buffer {
  if (first.length === 2) return second;
  return second.length === 2 ? first : Buffer.concat([first.subarray(0, -1), comma, second.subarray(1)]);
}
