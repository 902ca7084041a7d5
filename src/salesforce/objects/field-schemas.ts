import type { FieldSchema } from "../../sync/ports.ts";
import type { DescribedField } from "../describe/org-description.ts";

// Salesforce's field types, as an index must know them.
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

/** What a described field's values are, or nothing for a type that is not read (binary content, and types of Salesforce's own making). */
export function schemaOf({ name, type }: DescribedField): FieldSchema | undefined {
  const kind = Object.hasOwn(scalars, type) ? scalars[type as keyof typeof scalars] : undefined;
  if (kind) return { name, kind };
  const fields = compounds[type];
  return fields && { name, kind: "object", fields };
}

/** The schema of a child result: Salesforce's own wrapping around the child records. */
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
