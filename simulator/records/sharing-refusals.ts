import { SalesforceError } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { shareTableNamed, type ShareTable } from "../sharing/share-tables.ts";
import { openness, SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import type { RowValues } from "./derived-rows.ts";

// Validation of owners, shares, groups, roles and territories. The rules are documented; the error codes are not confirmed.

interface Written {
  readonly object: ObjectDefinition;
  /** Undefined for a new row. */
  readonly id: string | undefined;
  readonly values: RowValues;
  /** Undefined for a new row. */
  readonly previous: RowValues | undefined;
}

function refused(code: string, message: string, fields: readonly string[] = []): SalesforceError {
  return new SalesforceError(400, code, { message, fields });
}

/** Throws the error of Salesforce if the values of a created or updated row are invalid. */
export function checkSharing(database: OrgDatabase, written: Written): void {
  const { object, values } = written;
  if (typeof values["OwnerId"] === "string" && values["OwnerId"] !== written.previous?.["OwnerId"]) {
    checkOwner(database, object, values["OwnerId"]);
  }
  switch (object.name) {
    case "Group":
      checkGroup(written);
      break;
    case "GroupMember":
      checkMember(database, values);
      break;
    case "UserRole":
      if (typeof written.previous?.["PortalAccountId"] === "string" && "ParentRoleId" in values) {
        throw refused("FIELD_INTEGRITY_EXCEPTION", "A portal role stays below its account's owner", ["ParentRoleId"]);
      }
      checkLine(database, written, { table: "UserRole", parent: "ParentRoleId" });
      break;
    case "Territory2":
      checkLine(database, written, { table: "Territory2", parent: "ParentTerritory2Id" });
      break;
    case "PermissionSetAssignment":
      checkAssignment(database, values);
      break;
    default:
      if (object.system === "share") checkShare(database, written);
  }
}

/** Throws the error of Salesforce if the row must not be deleted. */
export function checkSharingRemoval(
  database: OrgDatabase,
  { object, id, row }: { object: ObjectDefinition; id: string; row: RowValues },
): void {
  if (object.system === "share" && !isWritable(object, row["RowCause"])) throw readonlyShare(row["RowCause"]);
  if (object.name !== "UserRole") return;
  const used = database.number(
    `SELECT (SELECT count(*) FROM "User" WHERE "UserRoleId" = ?1) + (SELECT count(*) FROM "UserRole" WHERE "ParentRoleId" = ?1)`,
    [id],
  );
  if (used > 0)
    throw refused("DELETE_FAILED", "The role has users or roles below it. Move them to another role first.");
}

/** Requires an active user or a queue. Public groups cannot own records ("Create Queues"). */
function checkOwner(database: OrgDatabase, object: ObjectDefinition, ownerId: string): void {
  if (object.name === "Group") return;
  if (ownerId.startsWith("00G")) {
    const type = database.row(`SELECT "Type" FROM "Group" WHERE "Id" = ?`, [ownerId])?.[0];
    if (type !== "Queue")
      throw refused("INVALID_CROSS_REFERENCE_KEY", `Owner ID: a group of type ${String(type)} cannot own records`, [
        "OwnerId",
      ]);
  }
  if (ownerId.startsWith("005")) {
    const active = database.row(`SELECT "IsActive" FROM "User" WHERE "Id" = ?`, [ownerId])?.[0];
    if (active === 0) throw refused("INACTIVE_OWNER_OR_USER", "operation performed with inactive user", ["OwnerId"]);
  }
}

function checkGroup({ values, previous }: Written): void {
  const type = values["Type"];
  if (type === undefined || type === previous?.["Type"]) return;
  if (previous !== undefined) throw refused("FIELD_INTEGRITY_EXCEPTION", "The type of a group cannot change", ["Type"]);
  if (type !== "Regular" && type !== "Queue") {
    throw refused("FIELD_INTEGRITY_EXCEPTION", `Groups of type ${String(type)} are made by Salesforce only`, ["Type"]);
  }
}

function checkMember(database: OrgDatabase, values: RowValues): void {
  const groupId = String(values["GroupId"]);
  const member = String(values["UserOrGroupId"]);
  const type = database.row(`SELECT "Type" FROM "Group" WHERE "Id" = ?`, [groupId])?.[0];
  if (type !== "Regular" && type !== "Queue") {
    throw refused("FIELD_INTEGRITY_EXCEPTION", `The members of a group of type ${String(type)} cannot change`, [
      "GroupId",
    ]);
  }
  if (database.row(`SELECT 1 FROM "GroupMember" WHERE "GroupId" = ? AND "UserOrGroupId" = ?`, [groupId, member])) {
    throw refused("DUPLICATE_VALUE", "The user or group is a member already", ["UserOrGroupId"]);
  }
  const within = database.row(
    `WITH RECURSIVE inner(id) AS (SELECT ?2 UNION SELECT m."UserOrGroupId" FROM "GroupMember" m JOIN inner ON m."GroupId" = inner.id) SELECT 1 FROM inner WHERE id = ?1`,
    [groupId, member],
  );
  if (within)
    throw refused("FIELD_INTEGRITY_EXCEPTION", "A group cannot contain itself, directly or over other groups", [
      "UserOrGroupId",
    ]);
  const highVolume = database.row(`SELECT 1 FROM "User" WHERE "Id" = ? AND "UserType" IN ('CspLitePortal', 'Guest')`, [
    member,
  ]);
  if (highVolume)
    throw refused("FIELD_INTEGRITY_EXCEPTION", "High-volume and guest users cannot be members of groups", [
      "UserOrGroupId",
    ]);
}

/** Requires that the parent exists and is not a descendant of the row. */
function checkLine(
  database: OrgDatabase,
  { id, values }: Written,
  { table, parent }: { table: string; parent: string },
): void {
  const parentId = values[parent];
  if (typeof parentId !== "string") return;
  if (!database.row(`SELECT 1 FROM "${table}" WHERE "Id" = ?`, [parentId])) {
    throw refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [parent]);
  }
  const below = database.row(
    `WITH RECURSIVE line(id) AS (SELECT ?1 UNION SELECT t."${parent}" FROM "${table}" t JOIN line ON t."Id" = line.id) SELECT 1 FROM line WHERE id = ?2`,
    [parentId, id ?? ""],
  );
  if (below) throw refused("CIRCULAR_DEPENDENCY", "The parent is the same as, or below, the record itself", [parent]);
}

function checkAssignment(database: OrgDatabase, values: RowValues): void {
  const known = database.row(
    `SELECT "Id" FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" = ? AND "PermissionSetGroupId" IS ?`,
    [values["AssigneeId"] ?? null, values["PermissionSetId"] ?? null, values["PermissionSetGroupId"] ?? null],
  );
  if (known === undefined) return;
  throw refused("DUPLICATE_VALUE", `Duplicate PermissionSetAssignment. Assignment with id: ${String(known[0])}`);
}

/** Clients can write manual rows, and rows of custom objects with an Apex sharing reason. */
function isWritable({ name }: ObjectDefinition, cause: unknown): boolean {
  return cause === "Manual" || (name.endsWith("__Share") && String(cause).endsWith("__c"));
}

function readonlyShare(cause: unknown): SalesforceError {
  return refused(
    "INSUFFICIENT_ACCESS_OR_READONLY",
    `Share rows with the cause ${String(cause)} are kept by Salesforce`,
    ["RowCause"],
  );
}

function checkShare(database: OrgDatabase, { object, values, previous }: Written): void {
  const table = shareTableNamed(object.name);
  if (table === undefined) return;
  const row = { ...previous, ...values };
  if (!isWritable(object, row["RowCause"])) throw readonlyShare(row["RowCause"]);
  checkLevel(database, table, row[table.level]);
  if (previous !== undefined) return;
  const duplicate = database.row(
    `SELECT "Id" FROM "${table.share}" WHERE "${table.parentField}" = ? AND "UserOrGroupId" = ? AND "RowCause" = ? AND "IsDeleted" = 0`,
    [row[table.parentField] ?? null, row["UserOrGroupId"] ?? null, row["RowCause"] ?? null],
  );
  if (duplicate)
    throw refused("DUPLICATE_VALUE", `duplicate value found: the record is shared by ${String(duplicate[0])} already`);
}

/** "The access level must be more permissive than the organization-wide default" (Apex Developer Guide, "Sharing a Record"). */
function checkLevel(database: OrgDatabase, { object, level }: ShareTable, given: unknown): void {
  if (given !== "Read" && given !== "Edit") {
    throw refused("FIELD_INTEGRITY_EXCEPTION", `Access level ${String(given)} cannot be granted`, [level]);
  }
  const { external } = new SharingSettings(database).defaultsOf(object);
  const needed = given === "Read" ? "Read" : "ReadWrite";
  if (openness.indexOf(external) < openness.indexOf(needed)) return;
  throw refused("FIELD_INTEGRITY_EXCEPTION", "The access level is not above the organization-wide default", [level]);
}
