import type { FieldsOfDocuments } from "../../access/field-access.ts";
import { objectOfField, type QualifiedField } from "../../access/object-permissions.ts";
import type { SourceObject } from "../ports.ts";
import type { AccessReading } from "./access-reading.ts";
import type { AccessState } from "./ports.ts";

// Field-level security. A document contains only fields that all readers of its object may read. When this set shrinks, the readers who
// lack a field lose the object's tokens, then the documents are written without the field, then these readers get the tokens back.

type CarriedFields = AccessState["carriedFields"];

export const toFieldsOfDocuments = (carried: CarriedFields): FieldsOfDocuments =>
  new Map(Object.entries(carried).map(([object, fields]) => [object, new Set(fields)]));

/** The objects whose fields are in the documents of these. */
export const fieldObjectsOf = (objects: readonly SourceObject[]): string[] => [
  ...new Set(objects.flatMap(({ permissionFields }) => permissionFields.map(objectOfField))),
];

const everyRecord = ".*";

/** The objects of which these documents contain any record's fields. */
export const relatedObjectsOf = (objects: readonly SourceObject[]): string[] => [
  ...new Set(
    objects.flatMap(({ permissionFields }) =>
      permissionFields.filter((field) => field.endsWith(everyRecord)).map(objectOfField),
    ),
  ),
];

/** The objects without the fields that some of their readers may not read, and a sentence for each object that loses some. */
export async function withoutHiddenFields(
  objects: readonly SourceObject[],
  reading: AccessReading,
): Promise<{ objects: SourceObject[]; warnings: string[] }> {
  const warnings: string[] = [];
  const shown: SourceObject[] = [];
  for (const object of objects) {
    const hidden = reading.hiddenFields(object.name, object.permissionFields);
    if (hidden.size > 0)
      warnings.push(`${object.name}: these fields stay out of the documents, because ${someUsers(hidden)}.`);
    shown.push(hidden.size === 0 ? object : await object.withoutFields(new Set(hidden.keys())));
  }
  return { objects: shown, warnings };
}

/**
 * The fields that documents contain before a sync: of an object about which nothing is known, all that they could contain. An object that this
 * sync cannot read keeps its fields, since its documents stay in the index.
 */
export function fieldsBefore(
  objects: readonly SourceObject[],
  { state, indexedTypes }: { state: AccessState | undefined; indexedTypes: ReadonlyMap<string, number> },
): CarriedFields {
  const known = Object.entries(state?.carriedFields ?? {});
  const planned = objects.map(({ name, permissionFields }) => {
    const fields = state?.carriedFields[name];
    return [name, fields ?? (indexedTypes.has(name) ? [...permissionFields].sort() : [])] as const;
  });
  return Object.fromEntries([...known.filter(([name]) => indexedTypes.has(name)), ...planned]);
}

/** The fields that documents contain while a sync writes these objects. */
export function fieldsDuring(before: CarriedFields, written: readonly SourceObject[]): CarriedFields {
  const now = Object.fromEntries(
    written.map(({ name, permissionFields }) => [
      name,
      [...new Set([...(before[name] ?? []), ...permissionFields])].sort(),
    ]),
  );
  return { ...before, ...now };
}

/** The fields that documents contain after a sync that has written every document of these objects. */
export function fieldsAfter(during: CarriedFields, written: readonly SourceObject[]): CarriedFields {
  const now = Object.fromEntries(written.map(({ name, permissionFields }) => [name, [...permissionFields].sort()]));
  return { ...during, ...now };
}

/** A sentence for each object whose documents some of its readers do not find. */
export function hiddenObjectWarnings(carried: CarriedFields, reading: AccessReading): string[] {
  return Object.entries(carried).flatMap(([object, fields]) => {
    const hidden = reading.hiddenFields(object, fields);
    if (hidden.size === 0) return [];
    return `${object}: some users do not find its documents until the next complete full sync, because these contain fields that they may not read: ${someUsers(hidden)}.`;
  });
}

const named = 20;

const verb = (field: QualifiedField): string =>
  field.endsWith(everyRecord) ? `see every ${objectOfField(field)}` : `read ${field}`;

/** Such as `12 users may not read Account.Rating, 3 users may not read Account.Sic`. */
function someUsers(hidden: ReadonlyMap<QualifiedField, number>): string {
  const sentences = [...hidden].map(
    ([field, users]) => `${users} ${users === 1 ? "user" : "users"} may not ${verb(field)}`,
  );
  const others = sentences.length - named;
  return [...sentences.slice(0, named), ...(others > 0 ? [`and ${others} more fields`] : [])].join(", ");
}
