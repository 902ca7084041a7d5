import type { FieldType } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { fieldHistories } from "../schema/objects/histories.ts";
import type { RowValues } from "./derived-rows.ts";
import type { StoredValue } from "./field-values.ts";
import type { RecordStore } from "./record-store.ts";

interface Written {
  readonly id: string;
  readonly values: RowValues;
  /** Undefined for a new record. */
  readonly previous: RowValues | undefined;
  readonly writer: { readonly userId: string; readonly now: number };
}

/** Writes the history of a new or changed record, if the object has field history tracking. */
export function writeHistory(
  store: RecordStore,
  object: ObjectDefinition,
  { id, values, previous, writer }: Written,
): void {
  const history = fieldHistories.find((candidate) => candidate.object === object.name);
  if (history === undefined) return;
  const add = (change: RowValues) =>
    store.insert(store.schema.get(history.history), {
      [history.parentField]: id,
      CreatedById: writer.userId,
      CreatedDate: writer.now,
      ...change,
    });
  if (previous === undefined) {
    add({ Field: "created", DataType: "Text" });
    return;
  }
  for (const name of history.tracked) {
    const OldValue = previous[name] ?? null;
    const NewValue = values[name] ?? null;
    if (!(name in values) || OldValue === NewValue) continue;
    const type = object.fieldsByName.get(name.toLowerCase())?.type;
    const change = { Field: name.replace(/Id$/u, ""), OldValue, NewValue };
    add({ ...change, DataType: dataType(type) });
    // A change of a reference creates a second row with the names.
    if (type === "reference") {
      add({ ...change, OldValue: nameOf(store, OldValue), NewValue: nameOf(store, NewValue), DataType: "Text" });
    }
  }
}

function dataType(type: FieldType | undefined): string {
  switch (type) {
    case "picklist":
      return "DynamicEnum";
    case "currency":
      return "Currency";
    case "date":
      return "DateOnly";
    case "reference":
      return "EntityId";
    case "email":
      return "Email";
    default:
      return "Text";
  }
}

function nameOf({ database, schema }: RecordStore, id: StoredValue): string | null {
  const object = typeof id === "string" ? schema.byPrefix(id.slice(0, 3)) : undefined;
  if (object?.nameField === undefined) return null;
  const name = database.row(`SELECT "${object.nameField.name}" FROM "${object.name}" WHERE "Id" = ?`, [id])?.[0];
  return typeof name === "string" ? name : null;
}
