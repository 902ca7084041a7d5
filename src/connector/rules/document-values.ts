import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

/** A JSON value without members or elements. */
export type PlainValue = string | number | boolean | null;

/** This member of a document contains the fields that are not in the index's mapping. */
const overflowField = "more_fields";

/**
 * The plain values of a field, including those nested in lists and objects. `Owner.Name` is a field of an object, or of each object in a list;
 * a field with dots in its own name takes precedence. If a parent is null (`Owner: null`), its fields are null too. Empty if there is no such
 * field.
 */
export function plainValuesAt(document: JsonObject, field: string): PlainValue[] {
  const found = valuesAt(document, field);
  if (found.length > 0) return plainValues(found);
  const overflow = ownValue(document, overflowField);
  return isJsonObject(overflow) ? plainValues(valuesAt(overflow, field)) : [];
}

function valuesAt(object: JsonObject, path: string): JsonValue[] {
  const own = ownValue(object, path);
  if (own !== undefined) return [own];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const parent = ownValue(object, path.slice(0, dot));
    if (parent === null) return [null];
    const found = objectsIn(parent).flatMap((part) => valuesAt(part, path.slice(dot + 1)));
    if (found.length > 0) return found;
  }
  return [];
}

/** Ignores inherited properties such as `constructor`. */
function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object itself, or all objects in a list. */
function objectsIn(value: JsonValue | undefined): JsonObject[] {
  const objects: JsonObject[] = [];
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (const element of next) open.push(element);
    else if (isJsonObject(next)) objects.push(next);
  }
  return objects;
}

/** Not recursive, so that deep nesting cannot overflow the stack. */
function plainValues(values: readonly JsonValue[]): PlainValue[] {
  const plain: PlainValue[] = [];
  const open: (JsonValue | undefined)[] = [...values];
  while (open.length > 0) {
    const next = open.pop();
    if (next === null || (typeof next !== "object" && next !== undefined)) plain.push(next);
    else if (next !== undefined) for (const inner of Object.values(next)) open.push(inner);
  }
  return plain;
}
