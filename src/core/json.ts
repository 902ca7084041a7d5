export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. A key whose value is `undefined` is left out when it is serialized. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** False for lists and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const comma = Buffer.from(",");

/** Joins two JSON objects without parsing them. They must have no member name in common. */
export function joinObjects(first: Buffer, second: Buffer): Buffer {
  if (first.length === 2) return second;
  return second.length === 2 ? first : Buffer.concat([first.subarray(0, -1), comma, second.subarray(1)]);
}
