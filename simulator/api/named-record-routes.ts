import { badRequest, notFound } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { conditionalRead } from "./conditional-requests.ts";
import { batchSizeOf } from "./query-routes.ts";
import { checkRecord, readableFields, recordJson } from "./record-json.ts";
import {
  blob,
  checkVisible,
  createRecord,
  deleteRecord,
  missingResources,
  pathObject,
  refuseId,
  updateRecord,
} from "./record-routes.ts";
import { jsonBody } from "./request-body.ts";

// Access to records by external id ("sObject Rows by External ID") or by a relationship of another record ("Traverse Relationships with
// Friendly URLs"): `sobjects/Account/ERP_Number__c/E-1`, `sobjects/Contact/003…/Account`.

/** A record, several with the same external id, or the children of a record. */
type Named =
  | { readonly kind: "record"; readonly object: ObjectDefinition; readonly id: string }
  | { readonly kind: "several"; readonly urls: readonly string[] }
  | { readonly kind: "children"; readonly object: ObjectDefinition; readonly condition: string };

function named(parts: PathParts, context: ApiContext): Named {
  const object = pathObject(parts, context);
  const id = toId18(parts["field"] ?? "");
  if (id?.startsWith(object.prefix) === true) {
    return related(object, id, { name: parts["value"] ?? "", context });
  }
  const field = externalField(parts, object);
  const ids = idsByExternal(object, field, { value: parts["value"] ?? "", context });
  const [only] = ids;
  if (only === undefined) throw notFound();
  return ids.length === 1
    ? { kind: "record", object, id: only }
    : { kind: "several", urls: urlsOf(object, ids, context) };
}

/** Finds the parent or the children of a record by the name of the relationship. */
function related(
  object: ObjectDefinition,
  id: string,
  { name, context }: { name: string; context: ApiContext },
): Named {
  const { org, user } = context;
  checkRecord(object, id, context);
  const row = org.records(context.session.userId).changes.existing(object, id);
  const wanted = name.toLowerCase();
  const field = object.fields.find(({ relationshipName }) => relationshipName?.toLowerCase() === wanted);
  if (field !== undefined && user.canRead(object, field)) {
    const parentId = row[field.name];
    const parent = typeof parentId === "string" ? user.byPrefix(parentId.slice(0, 3)) : undefined;
    if (parent === undefined) throw notFound();
    return { kind: "record", object: parent, id: String(parentId) };
  }
  const child = org.schema.child(object, name);
  const childObject = child === undefined ? undefined : user.object(child.childObject);
  if (child === undefined || childObject === undefined || !user.canRead(childObject, child.field)) throw notFound();
  return { kind: "children", object: childObject, condition: `${child.field.name} = '${id}'` };
}

function externalField(parts: PathParts, object: ObjectDefinition): FieldDefinition {
  const field = object.fieldsByName.get((parts["field"] ?? "").toLowerCase());
  if (field?.externalId === true || field?.type === "id") return field;
  if (missingResources.has((parts["field"] ?? "").toLowerCase())) throw notFound();
  throw notFound("Provided external ID field does not exist or is not accessible: " + (parts["field"] ?? ""));
}

/** The ids of all readable records with that external id. */
function idsByExternal(
  object: ObjectDefinition,
  field: FieldDefinition,
  { value, context }: { value: string; context: ApiContext },
): string[] {
  const alive = object.fieldsByName.has("isdeleted") ? ` AND "IsDeleted" = 0` : "";
  return context.org.database
    .rows(`SELECT "Id" FROM "${object.name}" WHERE "${field.name}" = ?${alive}`, [value])
    .map(([id]) => String(id))
    .filter((id) => context.org.visibility.canSee(context.user, object, id));
}

function urlsOf(object: ObjectDefinition, ids: readonly string[], { basePath }: ApiContext): string[] {
  return ids.map((id) => `${basePath}/sobjects/${object.name}/${id}`);
}

function read(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const name = (parts["value"] ?? "").toLowerCase();
  if (object.fields.some((field) => field.type === "base64" && field.name.toLowerCase() === name)) {
    return blob(object, parts["field"] ?? "", context);
  }
  const target = named(parts, context);
  const fields = request.query.get("fields");
  switch (target.kind) {
    case "several":
      return json(target.urls, 300);
    case "children":
      return children(request, target, context);
    case "record":
      return conditionalRead(request, { ...target, context }, () => ({
        status: 200,
        body: recordJson(target.object, target.id, { fields, context }),
      }));
  }
}

function children(
  request: HttpRequest,
  { object, condition }: Named & { kind: "children" },
  context: ApiContext,
): HttpResponse {
  const { org, user, basePath } = context;
  const fields = request.query.get("fields") ?? readableFields(object, context);
  const statement = `SELECT ${fields} FROM ${object.name} WHERE ${condition}`;
  const query = { user, basePath, includeDeleted: false, batchSize: batchSizeOf(request), childrenOfRecord: true };
  return { status: 200, body: org.queries.query(statement, query) };
}

/** Updates the parent of a record, or upserts by an external id. The status is 201 for a new record and 200 for an updated one. */
function write(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const body = jsonBody(request);
  if (object.fieldsByName.has((parts["field"] ?? "").toLowerCase())) {
    const field = externalField(parts, object);
    const updateOnly = request.query.get("updateOnly") === "true";
    const result = upsertRecord(object, { field, value: parts["value"] ?? "", body, updateOnly }, context);
    if (result.kind === "several") return json(result.urls, 300);
    return json({ id: result.id, success: true, errors: [], created: result.created }, result.created ? 201 : 200);
  }
  const target = named(parts, context);
  if (target.kind !== "record") throw notFound();
  refuseId(body);
  updateRecord(target.object, target.id, { body, context });
  return { status: 204 };
}

function remove(parts: PathParts, context: ApiContext): HttpResponse {
  const target = named(parts, context);
  if (target.kind === "several") return json(target.urls, 300);
  if (target.kind === "children") throw notFound();
  deleteRecord(target.object, target.id, context);
  return { status: 204 };
}

type UpsertResult = { kind: "one"; id: string; created: boolean } | { kind: "several"; urls: string[] };

interface Upsert {
  readonly field: FieldDefinition;
  readonly value: string;
  readonly body: Record<string, unknown>;
  /** If true, a missing record is an error. */
  readonly updateOnly: boolean;
}

/** Updates the record with that external id, or creates it. */
export function upsertRecord(
  object: ObjectDefinition,
  { field, value, body, updateOnly }: Upsert,
  context: ApiContext,
): UpsertResult {
  if (Object.keys(body).some((name) => name.toLowerCase() === field.name.toLowerCase())) {
    throw badRequest("INVALID_FIELD", `The ${field.name} field should not be specified in the sobject data.`);
  }
  refuseId(body);
  const ids = idsByExternal(object, field, { value, context });
  const [id] = ids;
  if (ids.length > 1) return { kind: "several", urls: urlsOf(object, ids, context) };
  if (id !== undefined) {
    updateRecord(object, id, { body, context });
    return { kind: "one", id, created: false };
  }
  if (updateOnly || field.type === "id") throw notFound();
  checkVisible(object, body, context);
  return { kind: "one", id: createRecord(object, { body: { ...body, [field.name]: value } }, context), created: true };
}

export const namedRecordRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "sobjects/:name/:field/:value", handle: read },
  { method: "PATCH", pattern: "sobjects/:name/:field/:value", handle: write },
  { method: "DELETE", pattern: "sobjects/:name/:field/:value", handle: (_, parts, context) => remove(parts, context) },
];
