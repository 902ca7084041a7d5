import type { FieldKind, FieldSchema } from "../../sync/ports.ts";

/** A field of an index's mapping, as far as we use it. */
export interface MappingProperty {
  type?: string;
  properties?: Record<string, MappingProperty>;
  fields?: Record<string, MappingProperty>;
  ignore_above?: number;
  index?: boolean;
  [parameter: string]: unknown;
}

/** The fields of an index, by name. */
export type MappingProperties = Record<string, MappingProperty>;

/** Text that can be searched by word, and as a whole for filters, sorting and aggregations. */
export const textProperty: MappingProperty = {
  type: "text",
  fields: { keyword: { type: "keyword", ignore_above: 256 } },
};

/** What an index holds of every document, under names of our own. */
export const ownProperties: Readonly<MappingProperties> = {
  id: { type: "keyword" },
  object_type: { type: "keyword" },
  // The whole title is some field of the record, which has a keyword of its own.
  title: { type: "text" },
  // For people to follow; nobody searches by it.
  url: { type: "keyword", index: false, doc_values: false },
  _timestamp: { type: "date" },
  // Read as doc values, for all documents of an object at once; never searched for.
  _fingerprint: { type: "keyword", index: false },
  _version_id: { type: "keyword", index: false },
  _text_state: { type: "keyword" },
  // 8191 characters are what a Lucene term can hold at four bytes each.
  more_fields: { type: "flattened", ignore_above: 8191 },
};

const leaves: Readonly<Record<Exclude<FieldKind, "object">, MappingProperty>> = {
  keyword: { type: "keyword", ignore_above: 8191 },
  text: textProperty,
  long: { type: "long" },
  double: { type: "double" },
  boolean: { type: "boolean" },
  date: { type: "date" },
};

/** The mapping of a field. */
export function toProperty({ kind, fields }: FieldSchema): MappingProperty {
  if (kind !== "object") return leaves[kind];
  return { properties: Object.fromEntries((fields ?? []).map((field) => [field.name, toProperty(field)])) };
}

/** Whether a property has properties of its own. */
export function isObjectProperty(property: MappingProperty): boolean {
  return property.properties !== undefined || property.type === "object" || property.type === "nested";
}

/** What a property counts against index.mapping.total_fields.limit: itself, its sub-fields and its properties. */
export function fieldCount(property: MappingProperty): number {
  const nested = [...Object.values(property.properties ?? {}), ...Object.values(property.fields ?? {})];
  return nested.reduce((count, child) => count + fieldCount(child), 1);
}

/** The name under which a field can be filtered and sorted as a whole: itself, or a sub-field (Kibana's and Elastic's templates name it `enum` or `keyword`). */
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
