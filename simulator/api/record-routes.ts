import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { parseMultipart } from "./multipart.ts";
import { jsonBody } from "./request-body.ts";

/** Throws a 404 if the object does not exist or the user may not read it. */
export function pathObject({ name = "" }: PathParts, { user }: ApiContext): ObjectDefinition {
  const object = user.object(name);
  if (object === undefined) throw notFound();
  return object;
}

function pathId({ id = "" }: PathParts, object: ObjectDefinition): string {
  const id18 = toId18(id);
  if (id18 === undefined) {
    throw new SalesforceError(400, "MALFORMED_ID", { message: `malformed id ${id}`, fields: ["Id"] });
  }
  if (object.prefix !== "" && !id18.startsWith(object.prefix)) throw notFound();
  return id18;
}

function create(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const { body, data } = bodyOf(request);
  checkVisible(object, body, context);
  const id = createRecord(object, { body, data }, context);
  return {
    ...json({ id, success: true, errors: [] }, 201),
    headers: { location: `${context.basePath}/sobjects/${object.name}/${id}` },
  };
}

/** JSON, or a multipart body ("Insert or Update Blob Data"). */
function bodyOf(request: HttpRequest): { body: Record<string, unknown>; data: Buffer | undefined } {
  const type = request.headers["content-type"] ?? "";
  if (!type.toLowerCase().startsWith("multipart/form-data")) return { body: jsonBody(request), data: undefined };
  return parseMultipart(request.body, type);
}

/** Creates a record in a transaction and returns its id. */
export function createRecord(
  object: ObjectDefinition,
  { body, data }: { body: Record<string, unknown>; data?: Buffer | undefined },
  { org, session }: ApiContext,
): string {
  const { changes, files, writer } = org.records(session.userId);
  return org.database.transaction(() => {
    if (object.name === "ContentVersion") return files.create(body, data, writer);
    if (object.name === "Attachment") return files.createAttachment(body, data, writer);
    return changes.create(object, body, writer);
  });
}

/** Throws if the user may not read a field: such fields cannot be written. */
export function checkVisible(object: ObjectDefinition, body: Record<string, unknown>, { user }: ApiContext): void {
  for (const name of Object.keys(body)) {
    const field = object.fieldsByName.get(name.toLowerCase());
    if (field !== undefined && !user.canRead(object, field)) {
      throw badRequest("INVALID_FIELD", `No such column '${name}' on sobject of type ${object.name}`);
    }
  }
}

function update(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const id = pathId(parts, object);
  updateRecord(object, id, { body: jsonBody(request), context });
  return { status: 204 };
}

/** Updates a record in a transaction. */
export function updateRecord(
  object: ObjectDefinition,
  id: string,
  { body, context }: { body: Record<string, unknown>; context: ApiContext },
): void {
  checkVisible(object, body, context);
  const { changes, writer } = context.org.records(context.session.userId);
  context.org.database.transaction(() => changes.update(object, id, { body, writer }));
}

function remove(parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  deleteRecord(object, pathId(parts, object), context);
  return { status: 204 };
}

/** Deletes a record and its dependent children in a transaction. */
export function deleteRecord(object: ObjectDefinition, id: string, { org, session }: ApiContext): void {
  const { removal, writer } = org.records(session.userId);
  org.database.transaction(() => removal.delete(object, id, writer));
}

function retrieve(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  return {
    status: 200,
    body: recordJson(object, pathId(parts, object), { fields: request.query.get("fields"), context }),
  };
}

/** A record as JSON. Without `fields`, it has all fields that the user may read. */
export function recordJson(
  object: ObjectDefinition,
  id: string,
  { fields, context }: { fields: string | null; context: ApiContext },
): string {
  const { org, user, basePath } = context;
  const names =
    fields ??
    object.fields
      .filter((field) => user.canRead(object, field))
      .map(({ name }) => name)
      .join(",");
  org.records(context.session.userId).changes.existing(object, id);
  // The filter by Id satisfies the restriction of ContentDocumentLink.
  const plan = org.queries.plan(`SELECT ${names} FROM ${object.name} WHERE Id = '${id}'`, {
    user,
    basePath,
    includeDeleted: false,
  });
  if (plan.rows === undefined) throw badRequest("INVALID_FIELD", "A record is read by its fields, not by aggregates.");
  const keys = org.database.rows(plan.rows.keySql, plan.rows.keyParameters).map(([number]) => Number(number));
  const row = org.database.row(plan.rows.rowSql, [`[${keys.join(",")}]`]);
  if (row === undefined) throw notFound();
  return plan.rows.write(row, []);
}

function externalField(parts: PathParts, object: ObjectDefinition): FieldDefinition {
  const field = object.fieldsByName.get((parts["field"] ?? "").toLowerCase());
  if (field?.externalId === true || field?.type === "id") return field;
  throw notFound("Provided external ID field does not exist or is not accessible: " + (parts["field"] ?? ""));
}

/** The ids of all records with that external id. */
function idsByExternal(
  object: ObjectDefinition,
  field: FieldDefinition,
  { value, context }: { value: string; context: ApiContext },
): string[] {
  const alive = object.fieldsByName.has("isdeleted") ? ` AND "IsDeleted" = 0` : "";
  return context.org.database
    .rows(`SELECT "Id" FROM "${object.name}" WHERE "${field.name}" = ?${alive}`, [value])
    .map(([id]) => String(id));
}

/** The status is 201 for a new record and 200 for an updated one. */
function upsert(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const field = externalField(parts, object);
  const value = parts["value"] ?? "";
  const body = jsonBody(request);
  const result = upsertRecord(object, { field, value, body }, context);
  if (result.kind === "several") return json(result.urls, 300);
  return json({ id: result.id, success: true, errors: [], created: result.created }, result.created ? 201 : 200);
}

type UpsertResult = { kind: "one"; id: string; created: boolean } | { kind: "several"; urls: string[] };

/** Updates the record with that external id, or creates one. */
export function upsertRecord(
  object: ObjectDefinition,
  { field, value, body }: { field: FieldDefinition; value: string; body: Record<string, unknown> },
  context: ApiContext,
): UpsertResult {
  if (Object.keys(body).some((name) => name.toLowerCase() === field.name.toLowerCase())) {
    throw badRequest("INVALID_FIELD", `The ${field.name} field should not be specified in the sobject data.`);
  }
  const ids = idsByExternal(object, field, { value, context });
  const [id] = ids;
  if (ids.length > 1) {
    return { kind: "several", urls: ids.map((each) => `${context.basePath}/sobjects/${object.name}/${each}`) };
  }
  if (id !== undefined) {
    updateRecord(object, id, { body, context });
    return { kind: "one", id, created: false };
  }
  checkVisible(object, body, context);
  return { kind: "one", id: createRecord(object, { body: { ...body, [field.name]: value } }, context), created: true };
}

function retrieveByExternal(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const reserved = blobField(object, parts["value"] ?? "");
  if (reserved !== undefined) return blob(object, parts["field"] ?? "", context);
  const field = externalField(parts, object);
  const ids = idsByExternal(object, field, { value: parts["value"] ?? "", context });
  const [id] = ids;
  if (id === undefined) throw notFound();
  if (ids.length > 1)
    return json(
      ids.map((each) => `${context.basePath}/sobjects/${object.name}/${each}`),
      300,
    );
  return { status: 200, body: recordJson(object, id, { fields: request.query.get("fields"), context }) };
}

function blobField(object: ObjectDefinition, name: string): FieldDefinition | undefined {
  return object.fields.find((field) => field.type === "base64" && field.name.toLowerCase() === name.toLowerCase());
}

/** "sObject Blob Retrieve": `sobjects/ContentVersion/068…/VersionData` */
function blob(object: ObjectDefinition, id: string, context: ApiContext): HttpResponse {
  const { files } = context.org.records(context.session.userId);
  const id18 = pathId({ id }, object);
  const body = object.name === "Attachment" ? files.attachmentBytes(id18) : files.bytes(id18);
  return { status: 200, headers: { "content-type": "application/octetstream" }, body };
}

export const recordRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "sobjects/:name", handle: create },
  { method: "GET", pattern: "sobjects/:name/:id", handle: retrieve },
  { method: "PATCH", pattern: "sobjects/:name/:id", handle: update },
  { method: "DELETE", pattern: "sobjects/:name/:id", handle: (_, parts, context) => remove(parts, context) },
  { method: "GET", pattern: "sobjects/:name/:field/:value", handle: retrieveByExternal },
  { method: "PATCH", pattern: "sobjects/:name/:field/:value", handle: upsert },
];
