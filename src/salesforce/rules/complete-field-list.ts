import { pathOf, readSoql, type SelectItem, type SoqlStatement } from "./soql-statement.ts";
import type { DescribedField, ObjectDescription } from "../describe/org-description.ts";
import { schemaOf } from "../objects/field-schemas.ts";

/** The fields that a rule's rows need beside those that it names: what they are, and when they changed. */
const neededFields = ["Id", "SystemModstamp", "LastModifiedDate"];

/** A select list with what a document needs, as it is sent. */
export interface CompleteList {
  items: readonly string[];
  /** Which of these came out of FIELDS(): they may also be fetched by the records' ids where the statement would be too long. */
  expanded: ReadonlySet<string>;
}

/**
 * The list with Id and the timestamps that the object has, where it lacks them, and with the fields that FIELDS() stands for in its
 * place: Salesforce takes FIELDS(ALL) for 200 rows at most, the fields themselves for any number.
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
    const fields = fieldsOf(group, description).filter((name) => missing(name) && !expanded.has(name));
    for (const name of fields) expanded.add(name);
    return fields;
  });
  const added = neededFields.filter((name) => missing(name) && !expanded.has(name) && description.fields.has(name));
  for (const name of neededFields) expanded.delete(name);
  return { items: [...list, ...added], expanded };
}

/** The items of a field list in SOSL, which are those of a select list in SOQL. */
export function readFieldList(object: string, fields: readonly string[]): SoqlStatement {
  return fields.length === 0
    ? { object, items: [], tail: "", aliases: new Map([[object.toLowerCase(), []]]) }
    : readSoql(`SELECT ${fields.join(", ")} FROM ${object}`);
}

/** The fields that `FIELDS(group)` stands for. What cannot be indexed, such as the bytes of an attachment, is not among them. */
export function fieldsOf(group: FieldsGroup, { fields }: ObjectDescription): string[] {
  const belongs = ({ custom }: DescribedField): boolean => group === "ALL" || custom === (group === "CUSTOM");
  return [...fields.values()]
    .filter((field) => belongs(field) && schemaOf(field) !== undefined)
    .map(({ name }) => name);
}

type FieldsGroup = "ALL" | "STANDARD" | "CUSTOM";

/** What a FIELDS() asks for, or nothing for any other item. */
export function fieldsGroup({ field }: Pick<SelectItem, "field">): FieldsGroup | undefined {
  if (field.type !== "FieldFunctionExpression" || field.functionName.toUpperCase() !== "FIELDS") return undefined;
  const [group] = field.parameters;
  return (["ALL", "STANDARD", "CUSTOM"] as const).find(
    (name) => typeof group === "string" && group.toUpperCase() === name,
  );
}

/** The name of a field of the object itself; nothing for parents, subqueries and functions. */
function fieldName({ field }: SelectItem, aliases: SoqlStatement["aliases"]): string | undefined {
  if (field.type !== "Field" && field.type !== "FieldRelationship") return undefined;
  const path = pathOf(field, aliases);
  return path.length === 1 ? path[0] : undefined;
}
