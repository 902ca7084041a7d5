import { pathOf, readSoql, type SelectItem, type SoqlStatement } from "./soql-statement.ts";
import type { DescribedField, ObjectDescription } from "../describe/org-description.ts";
import { schemaOf } from "../objects/field-schemas.ts";

/** A sync requires these fields of every record: its identity and its last change. */
const neededFields = ["Id", "SystemModstamp", "LastModifiedDate"];

/** A select list with the fields that a sync requires. */
export interface CompleteList {
  items: readonly string[];
  /** The fields of FIELDS(). If the statement is too long, these are retrieved by the ids of the records. */
  expanded: ReadonlySet<string>;
}

/**
 * Adds Id and the timestamps of the object if they are missing, and expands FIELDS(): Salesforce accepts FIELDS(ALL) only with a limit of
 * 200 rows.
 */
export function completeList(
  { items, aliases }: Pick<SoqlStatement, "items" | "aliases">,
  description: ObjectDescription,
): CompleteList {
  const named = new Set(items.map((item) => fieldName(item, aliases)?.toLowerCase()));
  const missing = (name: string): boolean => !named.has(name.toLowerCase());
  const expanded = new Set<string>();
  const list = items.flatMap((item) => {
    const group = fieldsGroup(item);
    if (group === undefined) return [item.text];
    const fields = fieldsOfGroup(group, description).filter((name) => missing(name) && !expanded.has(name));
    for (const name of fields) expanded.add(name);
    return fields;
  });
  const added = neededFields.filter((name) => missing(name) && !expanded.has(name) && description.fields.has(name));
  for (const name of neededFields) expanded.delete(name);
  return { items: [...list, ...added], expanded };
}

/** Parses a field list of SOSL. Its items have the syntax of a SOQL select list. */
export function readFieldList(object: string, fields: readonly string[]): SoqlStatement {
  return fields.length === 0
    ? { object, items: [], tail: "", aliases: new Map([[object.toLowerCase(), []]]) }
    : readSoql(`SELECT ${fields.join(", ")} FROM ${object}`);
}

/** The fields of `FIELDS(group)`, without those that cannot be indexed, such as the bytes of an attachment. */
export function fieldsOfGroup(group: FieldsGroup, { fields }: ObjectDescription): string[] {
  const belongs = ({ custom }: DescribedField): boolean => group === "ALL" || custom === (group === "CUSTOM");
  return [...fields.values()]
    .filter((field) => belongs(field) && schemaOf(field) !== undefined)
    .map(({ name }) => name);
}

type FieldsGroup = "ALL" | "STANDARD" | "CUSTOM";

/** The group of `FIELDS(group)`; undefined for any other item. */
export function fieldsGroup({ field }: Pick<SelectItem, "field">): FieldsGroup | undefined {
  if (field.type !== "FieldFunctionExpression" || field.functionName.toUpperCase() !== "FIELDS") return undefined;
  const [group] = field.parameters;
  return (["ALL", "STANDARD", "CUSTOM"] as const).find(
    (name) => typeof group === "string" && group.toUpperCase() === name,
  );
}

/** Undefined for fields of parents, subqueries and functions. */
function fieldName({ field }: SelectItem, aliases: SoqlStatement["aliases"]): string | undefined {
  if (field.type !== "Field" && field.type !== "FieldRelationship") return undefined;
  const path = pathOf(field, aliases);
  return path.length === 1 ? path[0] : undefined;
}
