import type { ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { permissionFieldOf } from "../objects/plan-object.ts";
import { childCondition } from "../objects/secured-selection.ts";
import { fieldsOfCondition, soqlCondition } from "../soql/soql.ts";
import { fieldsGroup, fieldsOfGroup } from "./complete-field-list.ts";
import { childRelationshipNamed, fieldNamed } from "./named-members.ts";
import { fieldOfFunction } from "./field-of-function.ts";
import { RelatedFields } from "./related-fields.ts";
import { pathOf, readSoql, resolvePath, withCondition, type SelectItem, type SoqlStatement } from "./soql-statement.ts";

type List = Pick<SoqlStatement, "items" | "aliases">;

interface Place {
  description: ObjectDescription;
  aliases: SoqlStatement["aliases"];
}

/** What becomes of an item: it stays, or only the id of the related record stays, or nothing does. */
type Outcome = { item: SelectItem } | { id: string } | undefined;

/**
 * The select list of a rule for documents that have readers: without fields that some of them may not see. Of a record that they may not
 * see, the id stays; of users and queues, the names.
 */
export class SecuredList {
  /** What readers need for the items that stay. */
  readonly permissionFields = new Set<string>();
  /** Why it cannot be decided who may see an item, as the end of a sentence. */
  readonly undecided: string[] = [];
  readonly #org: OrgDescription;
  readonly #withoutFields: ReadonlySet<string>;
  readonly #related: RelatedFields;

  constructor(org: OrgDescription, withoutFields: ReadonlySet<string>) {
    this.#org = org;
    this.#withoutFields = withoutFields;
    this.#related = new RelatedFields(org);
  }

  async items({ items, aliases }: List, description: ObjectDescription): Promise<SelectItem[]> {
    const place = { description, aliases };
    const kept: SelectItem[] = [];
    const ids = new Map<string, string>();
    for (const item of items) {
      const outcome = await this.#item(item, place);
      if (outcome === undefined) continue;
      if ("item" in outcome) kept.push(outcome.item);
      else ids.set(outcome.id.toLowerCase(), outcome.id);
    }
    for (const { field } of kept) {
      if (field.type === "Field" || field.type === "FieldRelationship")
        ids.delete(pathOf(field, aliases).join(".").toLowerCase());
    }
    return [...kept, ...[...ids.values()].map((text) => parsed(text, description.name))];
  }

  /** The object as a reader sees it: FIELDS() expands to what stays. */
  shown(description: ObjectDescription): ObjectDescription {
    const fields = [...description.fields].filter(([, field]) => {
      const permission = permissionFieldOf(field, description);
      return permission === undefined || !this.#withoutFields.has(permission);
    });
    return { ...description, fields: new Map(fields) };
  }

  async #item(item: SelectItem, place: Place): Promise<Outcome> {
    const { field } = item;
    switch (field.type) {
      case "Field":
      case "FieldRelationship":
        return this.#path(item, pathOf(field, place.aliases), place);
      case "FieldFunctionExpression": {
        if (fieldsGroup({ field })) return this.#group(item, place);
        const name = fieldOfFunction(field);
        return name === undefined
          ? this.#undecided(item, "Select the field itself")
          : this.#path(item, resolvePath(name, place.aliases), place);
      }
      case "FieldTypeof":
        return this.#undecided(item, `Select ${field.field}.Id instead`);
      case "FieldSubquery":
        return this.#children(item, field.subquery.relationshipName, place);
    }
  }

  async #path(item: SelectItem, path: readonly string[], { description }: Place): Promise<Outcome> {
    const found = await this.#related.needs(path, description);
    if (found === "unknown") return this.#undecided(item, "Select a field that the integration user sees");
    if (found !== "never" && this.#take(found)) return { item };
    const [relationship = "", ...rest] = path;
    if (rest.length === 0) return undefined;
    const id = await this.#related.needs([relationship, "Id"], description);
    return Array.isArray(id) && this.#take(id) ? { id: `${relationship}.Id` } : undefined;
  }

  /** FIELDS(): `shown` leaves out what readers may not see. */
  #group(item: SelectItem, { description }: Place): Outcome {
    const group = fieldsGroup(item);
    const shown = this.shown(description);
    for (const name of group ? fieldsOfGroup(group, shown) : []) {
      const field = fieldNamed(description, name);
      const permission = field && permissionFieldOf(field, description);
      if (permission !== undefined) this.permissionFields.add(permission);
    }
    return { item };
  }

  async #children(item: SelectItem, relationship: string, { description }: Place): Promise<Outcome> {
    const found = childRelationshipNamed(description, relationship);
    const child = found && (await this.#org.describe(found[1]));
    if (!child) return this.#undecided(item, "Select child records that the integration user sees");
    const condition = childCondition(description.name, child.name);
    const where = condition === "every record" || condition === undefined ? undefined : condition;
    if (condition === undefined && this.#withoutFields.has(`${child.name}.*`)) return undefined;
    if (where && fieldsOfCondition(where).some((name) => !child.fields.has(name))) return undefined;
    const statement = readSubquery(item);
    if (!statement) return this.#undecided(item, "Simplify the subquery");
    const fields = (await this.items(statement, child)).flatMap((each) => this.#expanded(each, child));
    if (fields.length === 0) return undefined;
    if (condition === undefined) this.permissionFields.add(`${child.name}.*`);
    const tail = where ? withCondition(statement.tail, soqlCondition(where)) : statement.tail;
    return { item: parsed(`(SELECT ${[...new Set(fields)].join(", ")} ${tail})`, description.name) };
  }

  #expanded(item: SelectItem, description: ObjectDescription): string[] {
    const group = fieldsGroup(item);
    return group ? fieldsOfGroup(group, this.shown(description)) : [item.text];
  }

  /** Notes what readers need, unless some of them lack it. */
  #take(needs: readonly string[]): boolean {
    if (needs.some((need) => this.#withoutFields.has(need))) return false;
    for (const need of needs) this.permissionFields.add(need);
    return true;
  }

  /** The item stays, so that Salesforce can say what is wrong with it; the rule is refused in any case. */
  #undecided(item: SelectItem, advice: string): Outcome {
    this.undecided.push(
      `selects ${item.text}, and document level security cannot decide which users may see it. ${advice}.`,
    );
    return { item };
  }
}

function readSubquery({ text }: SelectItem): SoqlStatement | undefined {
  try {
    return readSoql(text.replace(/^\s*\(/u, "").replace(/\)\s*$/u, ""));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parsed(text: string, object: string): SelectItem {
  const [item] = readSoql(`SELECT ${text} FROM ${object}`).items;
  if (item === undefined) throw new TypeError(`${JSON.stringify(text)} is not an item of a select list`);
  return item;
}
