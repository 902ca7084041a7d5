import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { RowValues } from "./derived-rows.ts";
import type { RecordStore } from "./record-store.ts";
import { systemFields, type Writer } from "./system-fields.ts";

// Salesforce combines the sets of a permission set group, without the muted permissions, in an aggregated permission set. A changed group
// is Outdated until Salesforce has aggregated it again (Object Reference, "PermissionSetGroup").

/** The dependent permissions that a muted permission removes as well. Not confirmed. */
const dependents: readonly (readonly [muted: string, fallen: readonly string[]])[] = [
  [
    "PermissionsRead",
    [
      "PermissionsCreate",
      "PermissionsEdit",
      "PermissionsDelete",
      "PermissionsViewAllRecords",
      "PermissionsModifyAllRecords",
      "PermissionsViewAllFields",
    ],
  ],
  ["PermissionsEdit", ["PermissionsDelete", "PermissionsModifyAllRecords"]],
  ["PermissionsDelete", ["PermissionsModifyAllRecords"]],
  ["PermissionsViewAllRecords", ["PermissionsModifyAllRecords"]],
];

/** Updates the aggregated sets of permission set groups after changes of their components. */
export class PermissionSetGroups {
  readonly #store: RecordStore;
  readonly #writer: Writer;

  constructor(store: RecordStore, writer: Writer) {
    this.#store = store;
    this.#writer = writer;
  }

  /** Call it after a row was created, changed or removed. Sets the groups of the row to Outdated. */
  changed(object: ObjectDefinition, id: string, row: RowValues): void {
    switch (object.name) {
      case "PermissionSetGroup":
        this.#aggregatedSet(id, row);
        this.#outdate([id]);
        break;
      case "PermissionSetGroupComponent":
        this.#outdate([row["PermissionSetGroupId"]]);
        break;
      case "PermissionSet":
      case "MutingPermissionSet":
        this.#outdate(this.#groupsOf(id));
        break;
      case "ObjectPermissions":
      case "FieldPermissions":
        this.#outdate(this.#groupsOf(row["ParentId"]));
        break;
      default:
    }
  }

  /** Aggregates the groups that became Outdated at that time or earlier. */
  recalculate(outdatedSince: number): void {
    const groups = this.#store.database.rows(
      `SELECT "Id" FROM "PermissionSetGroup" WHERE "Status" = 'Outdated' AND "IsDeleted" = 0 AND "SystemModstamp" <= ?`,
      [outdatedSince],
    );
    for (const [id] of groups) this.#aggregate(String(id));
  }

  #groupsOf(setId: unknown): unknown[] {
    return this.#store.database
      .rows(
        `SELECT "PermissionSetGroupId" FROM "PermissionSetGroupComponent" WHERE "PermissionSetId" = ? AND "IsDeleted" = 0`,
        [String(setId)],
      )
      .map(([group]) => group);
  }

  #outdate(groups: readonly unknown[]): void {
    for (const id of groups) {
      if (typeof id !== "string") continue;
      this.#store.update(this.#store.schema.get("PermissionSetGroup"), id, {
        Status: "Outdated",
        SystemModstamp: this.#writer.now,
      });
    }
  }

  /** Creates the aggregated set of a new group. */
  #aggregatedSet(groupId: string, group: RowValues): void {
    if (this.#setOf(groupId) !== undefined) return;
    const object = this.#store.schema.get("PermissionSet");
    const name = String(group["DeveloperName"]);
    this.#store.insert(object, {
      Name: `${name}_group`.slice(0, 80),
      Label: String(group["MasterLabel"]),
      Type: "Group",
      PermissionSetGroupId: groupId,
      ...systemFields(object, this.#writer, "created"),
    });
  }

  #setOf(groupId: string): string | undefined {
    const id = this.#store.database.row(`SELECT "Id" FROM "PermissionSet" WHERE "PermissionSetGroupId" = ?`, [groupId]);
    return typeof id?.[0] === "string" ? id[0] : undefined;
  }

  #aggregate(groupId: string): void {
    const { database, schema } = this.#store;
    const setId = this.#setOf(groupId);
    if (setId === undefined) return;
    for (const table of ["ObjectPermissions", "FieldPermissions"]) {
      database.run(`DELETE FROM "${table}" WHERE "ParentId" = ?`, [setId]);
      database.touch(table);
    }
    this.#aggregateObjects(groupId, setId);
    this.#aggregateFields(groupId, setId);
    this.#store.update(schema.get("PermissionSet"), setId, this.#systemPermissions(groupId));
    this.#store.update(schema.get("PermissionSetGroup"), groupId, { Status: "Updated" });
  }

  #aggregateObjects(groupId: string, setId: string): void {
    const object = this.#store.schema.get("ObjectPermissions");
    const names = object.fields.map(({ name }) => name).filter((name) => name.startsWith("Permissions"));
    const flags = names.map((name) => `max("${name}")`).join(", ");
    const rowsOf = (sets: string) =>
      this.#store.database.rows(
        `SELECT "SobjectType", ${flags} FROM "ObjectPermissions" WHERE "ParentId" IN (${sets}) GROUP BY 1`,
        [groupId],
      );
    const muted = new Map(rowsOf(mutingSets).map(([type, ...values]) => [type, mutedNames(names, values)]));
    for (const [type, ...values] of rowsOf(grantingSets)) {
      const left = names.filter((name, index) => values[index] === 1 && muted.get(type)?.has(name) !== true);
      if (!left.includes("PermissionsRead")) continue;
      this.#store.insert(object, {
        ParentId: setId,
        SobjectType: String(type),
        ...Object.fromEntries(left.map((name) => [name, 1])),
        ...systemFields(object, this.#writer, "created"),
      });
    }
  }

  #aggregateFields(groupId: string, setId: string): void {
    const object = this.#store.schema.get("FieldPermissions");
    const rows = this.#store.database.rows(
      `SELECT "SobjectType", "Field", max("PermissionsEdit") FROM "FieldPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${grantingSets})
        AND "Field" NOT IN (SELECT "Field" FROM "FieldPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${mutingSets})) GROUP BY 1, 2`,
      [groupId],
    );
    for (const [type, field, edit] of rows) {
      this.#store.insert(object, {
        ParentId: setId,
        SobjectType: String(type),
        Field: String(field),
        PermissionsRead: 1,
        PermissionsEdit: Number(edit),
        ...systemFields(object, this.#writer, "created"),
      });
    }
  }

  #systemPermissions(groupId: string): RowValues {
    const names = this.#store.schema
      .get("MutingPermissionSet")
      .fields.map(({ name }) => name)
      .filter((name) => name.startsWith("Permissions"));
    const flags = names.map((name) => `max("${name}")`).join(", ");
    const flagsOf = (table: string, sets: string) =>
      this.#store.database.row(`SELECT ${flags} FROM "${table}" WHERE "Id" IN (${sets})`, [groupId]) ?? [];
    const granted = flagsOf("PermissionSet", grantingSets);
    const muted = flagsOf("MutingPermissionSet", mutingSets);
    return Object.fromEntries(names.map((name, index) => [name, granted[index] === 1 && muted[index] !== 1 ? 1 : 0]));
  }
}

const components = `SELECT c."PermissionSetId" FROM "PermissionSetGroupComponent" c WHERE c."PermissionSetGroupId" = ?1 AND c."IsDeleted" = 0`;
const mutingSets = `${components} AND c."PermissionSetId" LIKE '0QM%'`;
/** Session-based sets add no permissions to their group (not confirmed). */
const grantingSets = `SELECT s."Id" FROM "PermissionSet" s WHERE s."HasActivationRequired" = 0 AND s."Id" IN (${components})`;

function mutedNames(names: readonly string[], values: readonly unknown[]): ReadonlySet<string> {
  const muted = new Set(names.filter((_, index) => values[index] === 1));
  for (const [name, fallen] of dependents) if (muted.has(name)) for (const other of fallen) muted.add(other);
  return muted;
}
