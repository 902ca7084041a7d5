import type { FieldSchema } from "../../sync/ports.ts";
import type { DescribedField } from "../describe/org-description.ts";

// The mapping of Salesforce's field types to field schemas.
// https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm

const scalars = {
  id: "keyword",
  reference: "keyword",
  time: "keyword",
  string: "text",
  textarea: "text",
  picklist: "text",
  multipicklist: "text",
  combobox: "text",
  phone: "text",
  url: "text",
  email: "text",
  encryptedstring: "text",
  datacategorygroupreference: "text",
  boolean: "boolean",
  int: "long",
  long: "long",
  double: "double",
  currency: "double",
  percent: "double",
  date: "date",
  datetime: "date",
} as const;

const addressParts: readonly FieldSchema[] = [
  ...["street", "city", "state", "stateCode", "postalCode", "country", "countryCode", "geocodeAccuracy"].map(
    (name) => ({
      name,
      kind: "text" as const,
    }),
  ),
  { name: "latitude", kind: "double" },
  { name: "longitude", kind: "double" },
];

const compounds: Readonly<Record<string, readonly FieldSchema[]>> = {
  address: addressParts,
  location: [
    { name: "latitude", kind: "double" },
    { name: "longitude", kind: "double" },
  ],
};

/** Undefined for types that are not synced: binary content and Salesforce's internal types. */
export function schemaOf({ name, type }: DescribedField): FieldSchema | undefined {
  const kind = Object.hasOwn(scalars, type) ? scalars[type as keyof typeof scalars] : undefined;
  if (kind) return { name, kind };
  const fields = compounds[type];
  return fields && { name, kind: "object", fields };
}

/** The schema of a subquery's result, which wraps the child records. */
export function childResultSchema(name: string, fields: readonly FieldSchema[]): FieldSchema {
  return {
    name,
    kind: "object",
    fields: [
      { name: "totalSize", kind: "long" },
      { name: "done", kind: "boolean" },
      { name: "records", kind: "object", fields },
    ],
  };
}
