import type { JsonObject, JsonValue } from "../core/json.ts";

/**
 * Converts a dateTime of Salesforce (`2026-03-01T08:15:30.000+0000`, always UTC in responses) to the form of JavaScript and Elasticsearch
 * (`2026-03-01T08:15:30.000Z`). Null for any other value.
 */
export function toIsoTimestamp(value: JsonValue | undefined): string | null {
  if (typeof value !== "string") return null;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\+0000|Z)$/.test(value)) return `${value.slice(0, 23)}Z`;
  const time = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/**
 * The time of a record's last change: the later of SystemModstamp, which automated processes also update, and LastModifiedDate, which can
 * be back-dated when a record is created.
 */
export function latestTimestamp(record: JsonObject): string | null {
  const system = toIsoTimestamp(record["SystemModstamp"]);
  const modified = toIsoTimestamp(record["LastModifiedDate"]);
  if (system === null || modified === null) return system ?? modified;
  return system > modified ? system : modified;
}
