import { allowsChildWrite, writeParentField } from "../access/parent-access.ts";
import { hasSharingSettings } from "../access/record-access.ts";
import { SalesforceError } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext } from "./api-context.ts";

// What a user may write: object permissions and the access to the record (Object Reference, "UserRecordAccess"; Salesforce Help,
// "Sharing Considerations"). The error codes are documented ("Status Codes"); their HTTP status is not confirmed.

type Body = Readonly<Record<string, unknown>>;

function insufficientAccess(): SalesforceError {
  return new SalesforceError(400, "INSUFFICIENT_ACCESS_OR_READONLY", {
    message: "insufficient access rights on object id",
    fields: [],
  });
}

function insufficientParentAccess(): SalesforceError {
  return new SalesforceError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", {
    message: "insufficient access rights on cross-reference id",
    fields: [],
  });
}

/** Throws unless the user may create records of the object, and may use the records that the new one refers to. */
export function checkCreate(object: ObjectDefinition, body: Body, context: ApiContext): void {
  if (object.access.kind === "permission" && !context.user.on(object).create) {
    throw new SalesforceError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", {
      message: `entity type cannot be inserted: ${object.label}`,
      fields: [],
    });
  }
  checkReferences(object, body, context);
}

/** Throws unless the user has Edit access, and for a change of owner Transfer access, to a record that the user can read. */
export function checkUpdate(
  object: ObjectDefinition,
  id: string,
  { body, context }: { body: Body; context: ApiContext },
): void {
  const { user, org } = context;
  if (user.has("ModifyAllData")) return;
  if (hasSharingSettings(object)) {
    const answer = org.recordAccess(user.id).of(id);
    if (answer !== undefined && !answer.HasEditAccess) throw insufficientAccess();
    if (answer?.HasTransferAccess === false && changesOwner(object, id, { body, context })) throw insufficientAccess();
  } else if (object.access.kind === "permission" && !user.on(object).edit) throw insufficientAccess();
  checkParent(object, id, context);
  checkReferences(object, body, context);
}

/** Throws unless the user has Delete access to a record that the user can read. */
export function checkDelete(object: ObjectDefinition, id: string, context: ApiContext): void {
  const { user, org } = context;
  if (user.has("ModifyAllData")) return;
  if (hasSharingSettings(object)) {
    if (org.recordAccess(user.id).of(id)?.HasDeleteAccess === false) throw insufficientAccess();
  } else if (object.access.kind === "permission" && !user.on(object).delete) throw insufficientAccess();
  checkParent(object, id, context);
}

function changesOwner(
  object: ObjectDefinition,
  id: string,
  { body, context }: { body: Body; context: ApiContext },
): boolean {
  const name = Object.keys(body).find((candidate) => candidate.toLowerCase() === "ownerid");
  if (name === undefined) return false;
  const owner = context.org.database.row(`SELECT "OwnerId" FROM "${object.name}" WHERE "Id" = ?`, [id])?.[0];
  return toId18(String(body[name])) !== owner;
}

/** Share rows, team members and products can be changed by users who may change their record in the same way. */
function checkParent(object: ObjectDefinition, id: string, context: ApiContext): void {
  const parentField = writeParentField(object);
  if (parentField === undefined) return;
  const parent = context.org.database.row(`SELECT "${parentField}" FROM "${object.name}" WHERE "Id" = ?`, [id])?.[0];
  const access = context.org.recordAccess(context.user.id);
  if (typeof parent === "string" && !allowsChildWrite(object, parent, access)) throw insufficientAccess();
}

/** Throws if the user refers to a record that the user cannot read, or adds a child to a record that the user cannot change. */
function checkReferences(object: ObjectDefinition, body: Body, { org, user }: ApiContext): void {
  if (user.has("ModifyAllData")) return;
  const parentField = writeParentField(object);
  const access = org.recordAccess(user.id);
  for (const [name, value] of Object.entries(body)) {
    const field = object.fieldsByName.get(name.toLowerCase());
    if (field?.type !== "reference" || typeof value !== "string") continue;
    const id = toId18(value);
    const answer = id === undefined ? undefined : access.of(id);
    if (id === undefined || answer === undefined) continue;
    const isMaster = object.masters.includes(field);
    const allowed =
      field.name === parentField
        ? allowsChildWrite(object, id, access)
        : isMaster
          ? access.levelOf(id) >= 2
          : answer.HasReadAccess;
    if (!allowed) throw insufficientParentAccess();
  }
}
