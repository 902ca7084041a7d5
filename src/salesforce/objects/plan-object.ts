import type { FieldSchema } from "../../sync/ports.ts";
import type { DescribedField, ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { fileLinks } from "../files/file-links.ts";
import { fieldsOfCondition, type SoqlSelect } from "../soql/soql.ts";
import { securedSelection } from "./secured-selection.ts";
import { childResultSchema, schemaOf } from "./field-schemas.ts";
import {
  systemFields,
  type ChildSelection,
  type ObjectSelection,
  type ParentSelection,
  type SeparateChildren,
} from "./standard-objects.ts";

/** The query for one object, limited to the fields that the integration user may see. */
export interface ObjectQuery {
  object: string;
  /** The first three characters of its records' ids. */
  idPrefix: string | undefined;
  select: SoqlSelect;
  /** Children that are queried by the ids of a page of parents. */
  separate: readonly { relationship: string; parentField: string; select: SoqlSelect }[];
  title: readonly string[];
  files: boolean;
  /** The record contains the titles of its files. */
  showsFiles: boolean;
  schema: readonly FieldSchema[];
  /** The selected fields and relationships that the integration user may not see. */
  hidden: readonly string[];
  /** The selected fields, such as `Account.Rating`, that field-level security may hide from other users. */
  permissionFields: readonly string[];
}

interface Part {
  select: SoqlSelect;
  schema: FieldSchema[];
}

interface Parent {
  paths: string[];
  schema: FieldSchema;
}

interface ObjectPlan {
  readonly org: OrgDescription;
  readonly selection: ObjectSelection;
  readonly files: boolean;
  /** Whether the documents are secured, so that they contain nothing that some of their readers may not see. */
  readonly secured: boolean;
  /** Fields such as `Account.Rating` that some readers may not see: they stay out of the documents. */
  readonly withoutFields?: ReadonlySet<string>;
}

/** Plans the query for one object: the selection without fields and relationships that the user may not see. */
export async function planObject(
  description: ObjectDescription,
  { org, selection: wanted, files, secured, withoutFields = new Set() }: ObjectPlan,
): Promise<ObjectQuery> {
  const selection = secured ? securedSelection(wanted) : wanted;
  const planner = new ObjectPlanner(org, withoutFields);
  const { select, schema } = await planner.part(description, {
    ...selection,
    fields: [...systemFields, ...selection.fields],
    from: description.name,
  });
  const separate = await planner.separate(selection.separate);
  const withFiles = files && description.childRelationships.has(fileLinks.relationship);
  const links = withFiles ? await planner.child(description, fileLinks) : undefined;
  return {
    object: description.name,
    idPrefix: description.idPrefix,
    select: links ? { ...select, children: [...(select.children ?? []), links.select] } : select,
    separate: separate.map(({ relationship, parentField, part }) => ({
      relationship,
      parentField,
      select: part.select,
    })),
    title: selection.title,
    files: links !== undefined,
    showsFiles: !secured,
    schema: [
      ...schema,
      ...separate.map(({ relationship, part }): FieldSchema => ({
        name: relationship,
        kind: "object",
        fields: part.schema,
      })),
      ...(links && !secured ? [childResultSchema(fileLinks.relationship, links.schema)] : []),
    ],
    hidden: planner.hidden,
    permissionFields: [...planner.permissionFields],
  };
}

/** Selects every field of a custom object that can be indexed. */
export function selectEverything(description: ObjectDescription): ObjectSelection {
  const fields = [...description.fields.values()];
  return {
    fields: fields.filter((field) => schemaOf(field) !== undefined).map(({ name }) => name),
    parents: [],
    children: [],
    separate: [],
    title: fields.filter(({ nameField }) => nameField).map(({ name }) => name),
  };
}

type PartSelection = Pick<ChildSelection, "fields" | "parents"> & {
  children?: readonly ChildSelection[];
  from: string;
};

class ObjectPlanner {
  readonly hidden: string[] = [];
  readonly permissionFields = new Set<string>();
  readonly #org: OrgDescription;
  readonly #withoutFields: ReadonlySet<string>;

  constructor(org: OrgDescription, withoutFields: ReadonlySet<string>) {
    this.#org = org;
    this.#withoutFields = withoutFields;
  }

  async part(description: ObjectDescription, selection: PartSelection): Promise<Part> {
    const fields = this.#visible(description, [...new Set(selection.fields)]);
    const parents = await this.#all(selection.parents ?? [], (parent) => this.#parent(description, parent));
    const children = await this.#all(selection.children ?? [], (child) => this.child(description, child));
    return {
      select: {
        fields: [...fields.map(({ name }) => name), ...parents.flatMap(({ paths }) => paths)],
        children: children.map(({ select }) => select),
        from: selection.from,
      },
      schema: [
        ...fields.flatMap((field) => schemaOf(field) ?? []),
        ...parents.map(({ schema }) => schema),
        ...children.map(({ select, schema }) => childResultSchema(select.from, schema)),
      ],
    };
  }

  async child(description: ObjectDescription, child: ChildSelection): Promise<Part | undefined> {
    const object = description.childRelationships.has(child.relationship)
      ? await this.#org.describe(child.object)
      : undefined;
    if (!object) {
      this.hidden.push(`${child.relationship} (${child.object})`);
      return undefined;
    }
    if (!this.#mayFilter(object, child)) return undefined;
    const part = await this.part(object, { ...child, from: child.relationship });
    if (part.select.fields.length === 0) return undefined;
    const where = child.where ? { where: child.where } : {};
    const newest =
      child.newest === undefined ? {} : { orderBy: { field: "CreatedDate", descending: true }, limit: child.newest };
    return { ...part, select: { ...part.select, ...where, ...newest } };
  }

  async separate(
    selections: readonly SeparateChildren[],
  ): Promise<{ relationship: string; parentField: string; part: Part }[]> {
    return this.#all(selections, async (selection) => {
      const object = await this.#org.describe(selection.object);
      if (!object?.fields.has(selection.parentField)) {
        this.hidden.push(`${selection.relationship} (${selection.object})`);
        return undefined;
      }
      if (!this.#mayFilter(object, selection)) return undefined;
      const { select, schema } = await this.part(object, { ...selection, from: selection.object });
      const part = { schema, select: { ...select, ...(selection.where && { where: selection.where }) } };
      return { relationship: selection.relationship, parentField: selection.parentField, part };
    });
  }

  /** The fields of a related object as dotted paths, with those of its own parents. */
  async #parent(description: ObjectDescription, selection: ParentSelection): Promise<Parent | undefined> {
    const { relationship } = selection;
    const reference = [...description.fields.values()].find((field) => field.relationshipName === relationship);
    const object = reference && (await this.#org.describe(selection.object));
    if (!object) {
      this.hidden.push(relationship);
      return undefined;
    }
    if (!this.#mayShow(reference, description)) return undefined;
    const fields = this.#visible(object, selection.fields, `${relationship}.`);
    const parents = await this.#all(selection.parents ?? [], (parent) => this.#parent(object, parent));
    return {
      paths: [...fields.map(({ name }) => name), ...parents.flatMap(({ paths }) => paths)].map(
        (path) => `${relationship}.${path}`,
      ),
      schema: {
        name: relationship,
        kind: "object",
        fields: [...fields.flatMap((field) => schemaOf(field) ?? []), ...parents.map(({ schema }) => schema)],
      },
    };
  }

  /** Without a field of the condition, the children cannot be told apart: none are selected. */
  #mayFilter({ fields }: ObjectDescription, { relationship, where }: ChildSelection): boolean {
    const names = where ? fieldsOfCondition(where).filter((name) => !name.includes(".")) : [];
    const missing = names.filter((name) => !fields.has(name));
    this.hidden.push(...missing.map((name) => `${relationship}.${name}`));
    return missing.length === 0;
  }

  #visible(description: ObjectDescription, names: readonly string[], prefix = ""): DescribedField[] {
    return names.flatMap((name) => {
      const field = description.fields.get(name);
      if (!field) {
        this.hidden.push(`${prefix}${name}`);
        return [];
      }
      return this.#mayShow(field, description) ? field : [];
    });
  }

  /** Notes that readers need the field's permission, unless some of them lack it. */
  #mayShow(field: DescribedField, description: ObjectDescription): boolean {
    const permission = permissionFieldOf(field, description);
    if (permission === undefined) return true;
    if (this.#withoutFields.has(permission)) return false;
    this.permissionFields.add(permission);
    return true;
  }

  /** Plans one item after the other, so that `hidden` has a stable order. */
  async #all<T, U>(items: readonly T[], plan: (item: T) => Promise<U | undefined>): Promise<U[]> {
    const planned: U[] = [];
    for (const item of items) {
      const result = await plan(item);
      if (result !== undefined) planned.push(result);
    }
    return planned;
  }
}

/** The field whose permission decides whether a user sees a field; the components of an address or a name have those of the whole. */
export function permissionFieldOf(field: DescribedField, { name, fields }: ObjectDescription): string | undefined {
  const whole = (field.compoundFieldName === null ? undefined : fields.get(field.compoundFieldName)) ?? field;
  return whole.permissionable ? `${name}.${whole.name}` : undefined;
}
