import type { FieldType } from "@jetstreamapp/soql-parser-js";
import type { DescribedField, ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { childResultSchema, schemaOf } from "../objects/field-schemas.ts";
import type { FieldSchema } from "../../sync/ports.ts";
import { fieldsGroup, fieldsOfGroup } from "./complete-field-list.ts";
import { childRelationshipNamed, fieldNamed, relationshipField } from "./named-members.ts";
import { SchemaTree } from "./schema-tree.ts";
import { pathOf, resolvePath, type SoqlStatement } from "./soql-statement.ts";

type Aliases = SoqlStatement["aliases"];

interface Place {
  description: ObjectDescription;
  aliases: Aliases;
  tree: SchemaTree;
}

/**
 * The schemas of the fields that a rule selects. A field without a known schema, such as a function without an alias, gets its mapping from
 * Elasticsearch's dynamic mapping.
 */
export class SelectionSchemas {
  readonly #org: OrgDescription;

  constructor(org: OrgDescription) {
    this.#org = org;
  }

  async add(fields: readonly FieldType[], place: Place): Promise<void> {
    for (const field of fields) await this.#addField(field, place);
  }

  async #addField(field: FieldType, place: Place): Promise<void> {
    switch (field.type) {
      case "Field":
      case "FieldRelationship":
        return this.#addPath(pathOf(field, place.aliases), place);
      case "FieldFunctionExpression":
        return this.#addFunction(field, place);
      case "FieldTypeof":
        return this.#addTypeof(field, place);
      case "FieldSubquery":
        return this.#addChildren(field.subquery, place);
    }
  }

  async #addPath(path: readonly string[], place: Place, kind?: "text"): Promise<void> {
    const found = await this.#find(path, place.description);
    if (!found) return;
    const schema = kind ? { name: found.field.name, kind } : schemaOf(found.field);
    if (schema) place.tree.add(found.relationships, schema);
  }

  async #addFunction(field: Extract<FieldType, { type: "FieldFunctionExpression" }>, place: Place): Promise<void> {
    const group = fieldsGroup({ field });
    const [parameter] = field.parameters;
    const name = field.functionName.toUpperCase();
    if (group) {
      for (const fieldName of fieldsOfGroup(group, place.description)) await this.#addPath([fieldName], place);
    } else if (field.alias !== undefined) {
      const isNumber = name === "CONVERTCURRENCY" || name === "DISTANCE";
      place.tree.add([], { name: field.alias, kind: isNumber ? "double" : "text" });
    } else if (typeof parameter === "string") {
      // Salesforce returns toLabel(Status) and FORMAT(Amount) under the name of the field.
      const path = resolvePath(parameter, place.aliases);
      await (name === "CONVERTCURRENCY" ? this.#addPath(path, place) : this.#addPath(path, place, "text"));
    }
  }

  /** TYPEOF What WHEN Account THEN Phone … ELSE Name END: an object with the fields of all its branches. */
  async #addTypeof(field: Extract<FieldType, { type: "FieldTypeof" }>, place: Place): Promise<void> {
    const path = resolvePath(field.field, place.aliases);
    const relationships = await this.#relationships(path, place.description);
    if (!relationships) return;
    for (const { objectType, fieldList } of field.conditions) {
      for (const name of fieldList) {
        const target = objectType === undefined ? undefined : await this.#org.describe(objectType);
        const found = target && (await this.#find([name], target));
        const schema = found && schemaOf(found.field);
        if (schema) place.tree.add(relationships, schema);
        else if (objectType === undefined) await this.#addPath([...path, name], place);
      }
    }
  }

  async #addChildren(
    subquery: Extract<FieldType, { type: "FieldSubquery" }>["subquery"],
    { description, tree }: Place,
  ): Promise<void> {
    const found = childRelationshipNamed(description, subquery.relationshipName);
    const child = found && (await this.#org.describe(found[1]));
    if (!found || !child) return;
    const children = new SchemaTree();
    const aliases: Aliases = new Map(subquery.sObjectAlias ? [[subquery.sObjectAlias.toLowerCase(), []]] : []);
    await this.add(subquery.fields ?? [], { description: child, aliases, tree: children });
    const schema: FieldSchema = childResultSchema(found[0], children.schema);
    tree.add([], schema);
  }

  /** Each relationship of a path, in Salesforce's own spelling. Undefined if one does not exist. */
  async #relationships(path: readonly string[], description: ObjectDescription): Promise<string[] | undefined> {
    const names: string[] = [];
    let current: ObjectDescription | undefined = description;
    for (const name of path) {
      const field = current && relationshipField(current, name);
      if (!field?.relationshipName) return undefined;
      names.push(field.relationshipName);
      current = await this.#org.describe(field.referenceTo[0] ?? "");
    }
    return names;
  }

  /** Follows a path. For a polymorphic relationship, the first object that has the field decides. */
  async #find(
    path: readonly string[],
    description: ObjectDescription,
  ): Promise<{ relationships: string[]; field: DescribedField } | undefined> {
    const [head = "", ...rest] = path;
    if (rest.length === 0) {
      const field = fieldNamed(description, head);
      return field && { relationships: [], field };
    }
    const reference = relationshipField(description, head);
    for (const target of reference?.referenceTo ?? []) {
      const related = await this.#org.describe(target);
      const found = related && (await this.#find(rest, related));
      if (found && reference?.relationshipName)
        return { relationships: [reference.relationshipName, ...found.relationships], field: found.field };
    }
    return undefined;
  }
}
