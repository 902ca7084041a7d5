import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { checkUnchanged, conditionalRead } from "./conditional-requests.ts";
import { parseMultipart } from "./multipart.ts";
import { checkRecord, recordJson } from "./record-json.ts";
import { jsonBody } from "./request-body.ts";
import { checkCreate, checkDelete, checkUpdate } from "./write-access.ts";

/** Throws a 404 if the object does not exist or the user may not read it. */
export function pathObject({ name = "" }: PathParts, { user }: ApiContext): ObjectDefinition {
  const object = user.object(name);
  if (object === undefined) throw notFound();
  return object;
}

/** Resources below an object that this org does not have, such as `sobjects/Account/describe/layouts`. */
export const missingResources: ReadonlySet<string> = new Set(["describe", "quickactions"]);

/** Validates the path segment after the object. If it is not a record id, it could only be an external id field. */
function pathId({ id = "" }: PathParts, object: ObjectDefinition): string {
  if (missingResources.has(id.toLowerCase())) throw notFound();
  if (!/^(?:\w{15}|\w{18})$/u.test(id)) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${id}`);
  }
  const id18 = toId18(id);
  if (id18 === undefined) {
    throw new SalesforceError(400, "MALFORMED_ID", { message: `malformed id ${id}`, fields: ["Id"] });
  }
  if (object.prefix !== "" && !id18.startsWith(object.prefix)) throw notFound();
  return id18;
}

/** Rejects a body with an Id, because the URL already has it. */
export function refuseId(body: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(body).find((name) => name.toLowerCase() === "id");
  if (given !== undefined) {
    throw badRequest("INVALID_FIELD", `The ${given} field should not be specified in the sobject data.`);
  }
}

function create(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const { body, data } = bodyOf(request);
  refuseId(body);
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
  context: ApiContext,
): string {
  const { org, session } = context;
  checkCreate(object, body, context);
  const { changes, files, writer } = org.records(session.userId);
  const id = org.database.transaction(() => {
    if (object.name === "ContentVersion") return files.create(body, data, writer);
    if (object.name === "Attachment") return files.createAttachment(body, data, writer);
    return changes.create(object, body, writer);
  });
  org.recent.add(session.userId, [id]);
  return id;
}

/** Throws if the user may not read a field, because such fields cannot be written. */
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
  const body = jsonBody(request);
  refuseId(body);
  checkUnchanged(request, { object, id, context });
  updateRecord(object, id, { body, context });
  return { status: 204 };
}

/** Updates a record in a transaction. */
export function updateRecord(
  object: ObjectDefinition,
  id: string,
  { body, context }: { body: Record<string, unknown>; context: ApiContext },
): void {
  checkRecord(object, id, context);
  checkVisible(object, body, context);
  checkUpdate(object, id, { body, context });
  const { changes, writer } = context.org.records(context.session.userId);
  context.org.database.transaction(() => changes.update(object, id, { body, writer }));
  context.org.recent.add(context.session.userId, [id]);
}

function remove(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const id = pathId(parts, object);
  checkUnchanged(request, { object, id, context });
  deleteRecord(object, id, context);
  return { status: 204 };
}

/** Deletes a record and its dependent children in a transaction. */
export function deleteRecord(object: ObjectDefinition, id: string, context: ApiContext): void {
  const { org, session } = context;
  checkRecord(object, id, context);
  checkDelete(object, id, context);
  const { removal, writer } = org.records(session.userId);
  org.database.transaction(() => removal.delete(object, id, writer));
}

function retrieve(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const id = pathId(parts, object);
  return conditionalRead(request, { object, id, context }, () => ({
    status: 200,
    body: recordJson(object, id, { fields: request.query.get("fields"), context }),
  }));
}

/** "sObject Blob Retrieve": `sobjects/ContentVersion/068…/VersionData` */
export function blob(object: ObjectDefinition, id: string, context: ApiContext): HttpResponse {
  const { files } = context.org.records(context.session.userId);
  const id18 = pathId({ id }, object);
  checkRecord(object, id18, context);
  const body = object.name === "Attachment" ? files.attachmentBytes(id18) : files.bytes(id18);
  return { status: 200, headers: { "content-type": "application/octetstream" }, body };
}

export const recordRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "sobjects/:name", handle: create },
  { method: "GET", pattern: "sobjects/:name/:id", handle: retrieve },
  { method: "PATCH", pattern: "sobjects/:name/:id", handle: update },
  { method: "DELETE", pattern: "sobjects/:name/:id", handle: remove },
];
