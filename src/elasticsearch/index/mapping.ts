import type { FieldKind, FieldSchema } from "../../sync/ports.ts";

/** The parameters of a mapped field that this connector uses. */
export interface MappingProperty {
  type?: string;
  properties?: Record<string, MappingProperty>;
  fields?: Record<string, MappingProperty>;
  ignore_above?: number;
  index?: boolean;
  [parameter: string]: unknown;
}

export type MappingProperties = Record<string, MappingProperty>;

/** Full text, with a keyword sub-field for filters, sorting and aggregations. */
export const textProperty: MappingProperty = {
  type: "text",
  fields: { keyword: { type: "keyword", ignore_above: 256 } },
};

/** The fields that every document has. */
export const ownProperties: Readonly<MappingProperties> = {
  id: { type: "keyword" },
  object_type: { type: "keyword" },
  // The title is also a field of the record, which has a keyword sub-field.
  title: { type: "text" },
  // A link, not searchable.
  url: { type: "keyword", index: false, doc_values: false },
  _timestamp: { type: "date" },
  // Read as doc values for all documents of an object; never searched.
  _fingerprint: { type: "keyword", index: false },
  _version_id: { type: "keyword", index: false },
  _text_state: { type: "keyword" },
  // A Lucene term holds 8191 characters of four bytes.
  more_fields: { type: "flattened", ignore_above: 8191 },
};

const token: MappingProperty = { type: "keyword", doc_values: false };

/** Elastic's templates query one of the sub-fields. Nothing sorts or aggregates by tokens. */
const tokens: MappingProperty = { ...token, fields: { keyword: token, enum: token } };

/** The fields of documents with document-level security. */
export const accessProperties: Readonly<MappingProperties> = {
  _allow_access_control: tokens,
  // The lists of the two masters of a detail.
  _allow_access_control_first: tokens,
  _allow_access_control_second: tokens,
  // Read as a doc value for all documents of an object; never searched.
  _access_hash: { type: "keyword", index: false },
};

const leaves: Readonly<Record<Exclude<FieldKind, "object">, MappingProperty>> = {
  keyword: { type: "keyword", ignore_above: 8191 },
  text: textProperty,
  long: { type: "long" },
  double: { type: "double" },
  boolean: { type: "boolean" },
  date: { type: "date" },
};

export function toProperty({ kind, fields }: FieldSchema): MappingProperty {
  if (kind !== "object") return leaves[kind];
  return { properties: Object.fromEntries((fields ?? []).map((field) => [field.name, toProperty(field)])) };
}

export function isObjectProperty(property: MappingProperty): boolean {
  return property.properties !== undefined || property.type === "object" || property.type === "nested";
}

/** The number of fields for index.mapping.total_fields.limit: the property itself, its sub-fields and its properties. */
export function fieldCount(property: MappingProperty): number {
  const nested = [...Object.values(property.properties ?? {}), ...Object.values(property.fields ?? {})];
  return nested.reduce((count, child) => count + fieldCount(child), 1);
}

/** The keyword field for filters and sorting: the field itself, or its sub-field `keyword` or `enum` (the names in Elastic's templates). */
export function keywordName(properties: MappingProperties, path: string): string | undefined {
  const property = propertyAt(properties, path.split("."));
  if (property?.type === "keyword") return path;
  const sub = ["keyword", "enum"].find((name) => property?.fields?.[name]?.type === "keyword");
  return sub === undefined ? undefined : `${path}.${sub}`;
}

function propertyAt(properties: MappingProperties, path: readonly string[]): MappingProperty | undefined {
  const [name = "", ...rest] = path;
  const property = properties[name];
  return rest.length === 0 || !property ? property : propertyAt(property.properties ?? {}, rest);
}
