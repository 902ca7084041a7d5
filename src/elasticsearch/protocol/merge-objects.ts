import { isJsonObject, type JsonObject } from "../../core/json.ts";

/** One object laid over another as Elasticsearch's partial updates do it: objects are merged key by key, all else takes the place of what was. */
export function mergeObjects(base: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const there = base[key];
    merged[key] = isJsonObject(there) && isJsonObject(value) ? mergeObjects(there, value) : value;
  }
  return merged;
}
