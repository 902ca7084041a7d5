import type { FieldDefinition } from "./field-definition.ts";
import { fieldTable, labelOf } from "./field-table.ts";
import type {
  ObjectAccess,
  ObjectDefinition,
  SharingModel,
  SystemFields,
  SystemPermission,
} from "./object-definition.ts";

interface ObjectTraits {
  readonly prefix: string;
  readonly label?: string;
  readonly plural?: string;
  readonly system?: SystemFields;
  /** Default: `permission`. `parent:X` requires read access to X; the name of a system permission requires that permission. */
  readonly access?: "permission" | "everyone" | SystemPermission | `parent:${string}`;
  /** Space-separated words; `defineObject` lists them. */
  readonly traits?: string;
  readonly sharing?: SharingModel;
  readonly externalSharing?: SharingModel;
  readonly fields: string;
}

const systemTables: Record<SystemFields, string> = {
  full: `
    IsDeleted: boolean readonly system required
    CreatedDate: datetime readonly system required
    CreatedById: reference(User) rel=CreatedBy keep readonly system required
    LastModifiedDate: datetime readonly system required
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    SystemModstamp: datetime readonly system required`,
  kept: `
    CreatedDate: datetime readonly system required
    CreatedById: reference(User) rel=CreatedBy keep readonly system required
    LastModifiedDate: datetime readonly system required
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    SystemModstamp: datetime readonly system required`,
  created: `
    IsDeleted: boolean readonly system required
    CreatedDate: datetime readonly system required
    CreatedById: reference(User) rel=CreatedBy keep readonly system required
    SystemModstamp: datetime readonly system required`,
  share: `
    LastModifiedDate: datetime readonly system required
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    IsDeleted: boolean readonly system required`,
  bare: "",
};

function accessOf(access: ObjectTraits["access"]): ObjectAccess {
  if (access === undefined || access === "permission") return { kind: "permission" };
  if (access === "everyone") return { kind: "everyone" };
  if (access.startsWith("parent:")) return { kind: "parent", object: access.slice("parent:".length) };
  const permissions: readonly SystemPermission[] = [
    "ViewSetup",
    "ViewRoles",
    "ManageUsers",
    "ViewAllUsers",
    "ViewRestrictionAndScopingRules",
  ];
  const permission = permissions.find((candidate) => candidate === access);
  if (permission === undefined) throw new Error(`Unknown access "${access}" in an object definition.`);
  return { kind: "system", permission };
}

/**
 * Defines an object. The words of `traits`: `search` (SOSL finds its records), `feed`, `merge`, `setting` (a custom setting), `readonly` (no
 * writes), `fixed` (no updates), `nodelete`, `nobulk`, `noreplicate`, `noundelete`, `noquery` (only child subqueries read it), `tooling` (only
 * the Tooling API has it).
 */
export function defineObject(name: string, traits: ObjectTraits): ObjectDefinition {
  const words = new Set((traits.traits ?? "").split(" "));
  const system = traits.system ?? "full";
  const fields = [
    ...fieldTable("Id: id readonly system"),
    ...fieldTable(traits.fields),
    ...fieldTable(systemTables[system]),
  ];
  const label = traits.label ?? labelOf(name);
  const writable = !words.has("readonly");
  const sharing = traits.sharing ?? "ReadWrite";
  return {
    name,
    prefix: traits.prefix,
    label,
    labelPlural: traits.plural ?? `${label}s`,
    custom: name.endsWith("__c"),
    customSetting: words.has("setting"),
    system,
    access: accessOf(traits.access),
    createable: writable,
    updateable: writable && !words.has("fixed"),
    deletable: writable && !words.has("nodelete"),
    undeletable: writable && system === "full" && !words.has("noundelete"),
    mergeable: words.has("merge"),
    queryable: !words.has("noquery"),
    searchable: words.has("search"),
    replicateable: (system === "full" || system === "kept") && !words.has("noreplicate"),
    feedEnabled: words.has("feed"),
    bulk: !words.has("nobulk"),
    tooling: words.has("tooling"),
    internalSharing: sharing,
    externalSharing: traits.externalSharing ?? sharing,
    fields,
    fieldsByName: byLowerName(name, fields),
    nameField: fields.find((field) => field.nameField),
    masters: fields.filter(
      (field) => field.type === "reference" && field.required && field.child?.onDelete === "cascade" && field.custom,
    ),
  };
}

function byLowerName(object: string, fields: readonly FieldDefinition[]): ReadonlyMap<string, FieldDefinition> {
  const map = new Map<string, FieldDefinition>();
  for (const field of fields) {
    if (map.has(field.name.toLowerCase())) throw new Error(`${object} defines the field ${field.name} twice.`);
    map.set(field.name.toLowerCase(), field);
  }
  return map;
}
