import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { RowValues } from "./derived-rows.ts";

export interface Writer {
  readonly userId: string;
  /** The timestamp of all writes, in whole seconds. */
  readonly now: number;
}

/** The system fields of a new or changed row, limited to those that the object has. */
export function systemFields(
  object: ObjectDefinition,
  { userId, now }: Writer,
  kind: "created" | "modified",
): RowValues {
  const fields: RowValues = { LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now };
  if (kind === "created") Object.assign(fields, { CreatedDate: now, CreatedById: userId });
  return Object.fromEntries(Object.entries(fields).filter(([name]) => object.fieldsByName.has(name.toLowerCase())));
}
