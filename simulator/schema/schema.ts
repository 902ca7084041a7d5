import type { FieldDefinition } from "./field-definition.ts";
import type { ChildRelationship, ObjectDefinition } from "./object-definition.ts";
import { accountObjects } from "./objects/accounts.ts";
import { activityObjects } from "./objects/activities.ts";
import { attachmentObjects } from "./objects/attachments.ts";
import { customObjects } from "./objects/custom-objects.ts";
import { feedObjects } from "./objects/feeds.ts";
import { fileObjects } from "./objects/files.ts";
import { historyObjects } from "./objects/histories.ts";
import { licenseObjects } from "./objects/licenses.ts";
import { listViewObjects } from "./objects/list-views.ts";
import { personObjects } from "./objects/people.ts";
import { permissionObjects } from "./objects/permissions.ts";
import { pricingObjects } from "./objects/pricing.ts";
import { relatedListObjects } from "./objects/related-lists.ts";
import { salesObjects } from "./objects/sales.ts";
import { serviceObjects } from "./objects/service.ts";
import { setupObjects } from "./objects/setup.ts";
import { shareObjects } from "./objects/shares.ts";
import { territoryObjects } from "./objects/territories.ts";
import { toolingObjects } from "./objects/tooling.ts";
import { userRecordAccess } from "./objects/user-record-access.ts";

/** All objects and their relationships. Immutable, so that the orgs of a process can share it. */
export class Schema {
  readonly objects: readonly ObjectDefinition[];
  readonly #byName = new Map<string, ObjectDefinition>();
  readonly #byPrefix = new Map<string, ObjectDefinition>();
  readonly #children = new Map<string, ChildRelationship[]>();

  constructor(objects: readonly ObjectDefinition[]) {
    this.objects = objects.map((object) => expandReferences(object, objects));
    for (const object of this.objects) this.#register(object);
    for (const object of this.objects) this.#relate(object);
  }

  /** Finds an object by its API name, ignoring case. */
  find(name: string): ObjectDefinition | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** Returns an object by its API name. Throws if it is not defined. */
  get(name: string): ObjectDefinition {
    const object = this.find(name);
    if (object === undefined) throw new Error(`The schema has no object ${name}.`);
    return object;
  }

  byPrefix(prefix: string): ObjectDefinition | undefined {
    return this.#byPrefix.get(prefix);
  }

  children(object: ObjectDefinition): readonly ChildRelationship[] {
    return this.#children.get(object.name) ?? [];
  }

  child(object: ObjectDefinition, relationshipName: string): ChildRelationship | undefined {
    const wanted = relationshipName.toLowerCase();
    return this.children(object).find((child) => child.relationshipName?.toLowerCase() === wanted);
  }

  #register(object: ObjectDefinition): void {
    if (this.#byName.has(object.name.toLowerCase())) throw new Error(`The object ${object.name} is defined twice.`);
    this.#byName.set(object.name.toLowerCase(), object);
    if (object.prefix === "") return;
    const other = this.#byPrefix.get(object.prefix);
    if (other !== undefined) throw new Error(`${object.name} and ${other.name} have the same key prefix.`);
    this.#byPrefix.set(object.prefix, object);
  }

  #relate(object: ObjectDefinition): void {
    for (const field of object.fields) {
      for (const target of field.referenceTo) this.#relateField(object, { field, target });
    }
  }

  #relateField(object: ObjectDefinition, { field, target }: { field: FieldDefinition; target: string }): void {
    const parent = this.find(target);
    if (parent === undefined)
      throw new Error(`${object.name}.${field.name} refers to ${target}, which is not defined.`);
    const child = {
      childObject: object.name,
      field,
      relationshipName: field.child?.relationshipName,
      cascadeDelete: field.child?.onDelete === "cascade",
    };
    // CaseFeed shows rows of FeedItem, which have the same children.
    for (const name of parent.name === "FeedItem" ? ["FeedItem", "CaseFeed"] : [parent.name]) {
      this.#children.set(name, [...(this.#children.get(name) ?? []), child]);
    }
  }
}

/** Replaces `@custom` with all custom objects and `@feeds` with all objects with a feed. */
function expandReferences(object: ObjectDefinition, all: readonly ObjectDefinition[]): ObjectDefinition {
  if (!object.fields.some((field) => field.referenceTo.some((target) => target.startsWith("@")))) return object;
  const fields = object.fields.map((field) => ({
    ...field,
    referenceTo: field.referenceTo.flatMap((target) => expandTarget(target, all)),
  }));
  return { ...object, fields, fieldsByName: new Map(fields.map((field) => [field.name.toLowerCase(), field])) };
}

function expandTarget(target: string, all: readonly ObjectDefinition[]): string[] {
  if (target === "@custom") {
    return all.filter((object) => object.custom && !object.customSetting).map((object) => object.name);
  }
  if (target === "@feeds") return all.filter((object) => object.feedEnabled).map((object) => object.name);
  return [target];
}

/** Creates the schema of all orgs, with additional objects for a test. */
export function createSchema(further: readonly ObjectDefinition[] = []): Schema {
  return new Schema([
    ...accountObjects,
    ...salesObjects,
    ...serviceObjects,
    ...feedObjects,
    ...activityObjects,
    ...personObjects,
    ...permissionObjects,
    ...territoryObjects,
    ...fileObjects,
    ...setupObjects,
    ...customObjects,
    ...shareObjects,
    ...pricingObjects,
    ...attachmentObjects,
    ...historyObjects,
    ...relatedListObjects,
    ...licenseObjects,
    ...listViewObjects,
    ...toolingObjects,
    userRecordAccess,
    ...further,
  ]);
}
