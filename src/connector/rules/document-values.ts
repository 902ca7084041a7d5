import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

/** A value that holds no others. */
export type PlainValue = string | number | boolean | null;

/** Where a document keeps the fields that have no place of their own in the index's mapping. */
const overflowField = "more_fields";

/**
 * The plain values that a document holds under a field's name: those of a list's elements and an object's fields, one by one. `Owner.Name`
 * names a field of an object, or of each object of a list; a field whose own name has dots in it goes first. A relation that is null
 * (`Owner: null`) makes every field behind it null. Empty where there is no such field.
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

/** Only what the document says: `constructor` is no field of it. */
function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object itself, or those of a list. */
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

/** Without recursion, so that no depth of nesting can exhaust the stack. */
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
