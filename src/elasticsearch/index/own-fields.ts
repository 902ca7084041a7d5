import { AppError } from "../../core/errors.ts";
import { keywordName, type MappingProperties, type MappingProperty } from "./mapping.ts";

// An index that another program created, or that Elasticsearch created by itself on a write, may have other types for the fields that every
// document has. With some of them deleted records would stay for ever, with others every sync would fail.

/** A field whose type in the index does not suit the documents. */
export interface UnsuitableField {
  field: string;
  /** The type in the index. */
  found: string;
  expected: string;
}

/** Fields of an index have types that the documents cannot have. */
export class UnsuitableFieldsError extends AppError {
  override readonly code = "unsuitable_fields";

  constructor(index: string, fields: readonly UnsuitableField[]) {
    super(`The index ${index} cannot be used: ${fields.map(toClause).join("; ")}.`, { hint: unsuitableHint });
  }
}

export const unsuitableHint =
  "Use another index, or reindex into an index without these fields: the first sync adds them with the right types.";

export function toClause({ field, found, expected }: UnsuitableField): string {
  return `its field ${field} has the type ${found} instead of ${expected}`;
}

/** Sorted, filtered and aggregated: a text field with a keyword sub-field will do, as in the indices of Elastic's connector. */
const compared = ["id", "object_type"];

/** Read as doc values. */
const readBack = ["_fingerprint", "_version_id", "_text_state"];

const written: Readonly<Record<string, { types: readonly string[]; expected: string }>> = {
  _timestamp: { types: ["date", "date_nanos"], expected: "date" },
  title: { types: ["text", "keyword", "wildcard", "match_only_text"], expected: "text" },
  url: { types: ["keyword", "text", "wildcard", "match_only_text"], expected: "keyword" },
  more_fields: { types: ["flattened"], expected: "flattened" },
};

/** The fields of every document that a mapping has with an unsuitable type. */
export function unsuitableFields(properties: MappingProperties): UnsuitableField[] {
  const present = (names: readonly string[]): [string, MappingProperty][] =>
    names.flatMap((name) => {
      const property = properties[name];
      return property ? [[name, property] as [string, MappingProperty]] : [];
    });
  return [
    ...present(compared)
      .filter(([name]) => !isComparable(properties, name))
      .map(([field, property]) => ({
        field,
        found: typeName(property),
        expected: "keyword, or text with a keyword sub-field",
      })),
    ...present(readBack)
      .filter(([, property]) => !isExactKeyword(property))
      .map(([field, property]) => ({ field, found: typeName(property), expected: "keyword" })),
    ...present(Object.keys(written))
      .filter(([name, { type }]) => !written[name]?.types.includes(type ?? "object"))
      .map(([field, property]) => ({ field, found: typeName(property), expected: written[field]?.expected ?? "" })),
  ];
}

function isComparable(properties: MappingProperties, name: string): boolean {
  const keyword = keywordName(properties, name);
  const property = properties[name];
  const sub = keyword === undefined || keyword === name ? property : property?.fields?.[keyword.split(".")[1] ?? ""];
  return keyword !== undefined && sub !== undefined && isExactKeyword(sub);
}

/** A normalizer changes values, and without doc values they can be neither sorted nor read. */
function isExactKeyword({ type, doc_values: docValues, normalizer }: MappingProperty): boolean {
  return type === "keyword" && docValues !== false && normalizer === undefined;
}

function typeName({ type = "object", doc_values: docValues, normalizer, fields }: MappingProperty): string {
  const remarks = [
    ...(docValues === false ? ["without doc values"] : []),
    ...(normalizer === undefined ? [] : ["with a normalizer"]),
    ...(type === "text" && !fields ? ["without a keyword sub-field"] : []),
  ];
  return [type, ...remarks].join(" ");
}
