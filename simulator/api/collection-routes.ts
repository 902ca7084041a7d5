import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { upsertRecord } from "./named-record-routes.ts";
import { recordJson } from "./record-json.ts";
import { checkVisible, createRecord, deleteRecord, pathObject, updateRecord } from "./record-routes.ts";
import { jsonBody } from "./request-body.ts";

// "sObject Collections" of the REST API: up to 200 records in a write and 2,000 in a read. Each record has a separate result.

const maxWrites = 200;
const maxReads = 2000;

interface Result {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly {
    readonly statusCode: string;
    readonly message: string;
    readonly fields: readonly string[];
  }[];
}

/** Rolls back the transaction of `allOrNone`. */
class RollbackError extends Error {
  readonly results: readonly Result[];

  constructor(results: readonly Result[]) {
    super("One record failed in a request with allOrNone.");
    this.results = results;
  }
}

interface WriteOptions {
  readonly allOrNone: boolean;
  readonly context: ApiContext;
  /** Additional members in the results of failed records. */
  readonly failure?: Pick<Result, "created">;
}

/** Writes the records one by one. With `allOrNone`, one failure rolls back all records. */
function writeEach<T>(
  items: readonly T[],
  { allOrNone, context, failure = {} }: WriteOptions,
  write: (item: T) => Result,
): HttpResponse {
  if (items.length > maxWrites)
    throw badRequest(
      "EXCEEDED_MAX_SIZE_REQUEST",
      `record limit reached. cannot submit more than ${maxWrites} records in this call`,
    );
  const run = () => items.map((item) => resultOf(() => write(item), failure));
  if (!allOrNone) return json(context.org.database.transaction(run));
  try {
    return json(
      context.org.database.transaction(() => {
        const results = run();
        if (results.some(({ success }) => !success)) throw new RollbackError(results);
        return results;
      }),
    );
  } catch (error) {
    if (!(error instanceof RollbackError)) throw error;
    return json(error.results.map((result) => (result.success ? { ...rolledBack, ...failure } : result)));
  }
}

const rolledBack: Result = {
  success: false,
  errors: [
    {
      statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK",
      message: "Record rolled back because not all records were valid and the request was using AllOrNone header",
      fields: [],
    },
  ],
};

/** A JSON value of the wrong type fails the whole request, because Salesforce parses the request before it executes it. */
function resultOf(write: () => Result, failure: Pick<Result, "created">): Result {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.errorCode === "JSON_PARSER_ERROR") throw error;
    return {
      success: false,
      ...failure,
      errors: [{ statusCode: error.errorCode, message: error.message, fields: error.fields ?? [] }],
    };
  }
}

interface IncomingRecord {
  readonly object: ObjectDefinition;
  readonly body: Record<string, unknown>;
}

/** The records of a body with the objects of their `attributes`. */
function recordsIn(body: Record<string, unknown>, context: ApiContext): IncomingRecord[] {
  const records = body["records"];
  if (!Array.isArray(records)) throw badRequest("JSON_PARSER_ERROR", "The body must contain a list of records");
  return records.map((record: unknown) => {
    const attributes = isRecord(record) ? record["attributes"] : undefined;
    const type = isRecord(attributes) ? attributes["type"] : undefined;
    const object = typeof type === "string" ? context.user.object(type) : undefined;
    if (!isRecord(record) || object === undefined) {
      throw badRequest("INVALID_TYPE", `sObject type '${String(type)}' is not supported.`);
    }
    return { object, body: record };
  });
}

function create(request: HttpRequest, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  return writeEach(recordsIn(body, context), { allOrNone: body["allOrNone"] === true, context }, (item) => {
    refuseIdOfNew(item.body);
    checkVisible(item.object, item.body, context);
    return { id: createRecord(item.object, item, context), success: true, errors: [] };
  });
}

function refuseIdOfNew(body: Readonly<Record<string, unknown>>): void {
  if (!Object.keys(body).some((name) => name.toLowerCase() === "id")) return;
  throw new SalesforceError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", {
    message: "cannot specify Id in an insert call",
    fields: ["Id"],
  });
}

function update(request: HttpRequest, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  return writeEach(
    recordsIn(body, context),
    { allOrNone: body["allOrNone"] === true, context },
    ({ object, body: record }) => {
      const { id, rest } = withoutId(record);
      updateRecord(object, id, { body: rest, context });
      return { id, success: true, errors: [] };
    },
  );
}

function withoutId(record: Record<string, unknown>): { id: string; rest: Record<string, unknown> } {
  const entries = Object.entries(record);
  const given = entries.find(([name]) => name.toLowerCase() === "id")?.[1];
  const id = typeof given === "string" ? toId18(given) : undefined;
  if (id === undefined) throw badRequest("MISSING_ARGUMENT", "Id not specified in an update call");
  return { id, rest: Object.fromEntries(entries.filter(([name]) => name.toLowerCase() !== "id")) };
}

function remove(request: HttpRequest, context: ApiContext): HttpResponse {
  const ids = (request.query.get("ids") ?? "").split(",").filter((id) => id !== "");
  const allOrNone = request.query.get("allOrNone") === "true";
  return writeEach(ids, { allOrNone, context }, (given) => {
    const id = toId18(given);
    const object = id === undefined ? undefined : context.user.byPrefix(id.slice(0, 3));
    if (id === undefined || object === undefined) throw badRequest("MALFORMED_ID", `malformed id ${given}`);
    deleteRecord(object, id, context);
    return { id, success: true, errors: [] };
  });
}

function upsert(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const field = object.fieldsByName.get((parts["field"] ?? "").toLowerCase());
  if (field?.externalId !== true && field?.type !== "id") {
    throw badRequest("INVALID_FIELD", `${parts["field"] ?? ""} is not an external ID of ${object.name}`);
  }
  const body = jsonBody(request);
  const updateOnly = request.query.get("updateOnly") === "true";
  const seen = new Set<string>();
  const options = { allOrNone: body["allOrNone"] === true, context, failure: { created: false } };
  return writeEach(recordsIn(body, context), options, ({ body: record }) => {
    const given = Object.entries(record).filter(([name]) => name.toLowerCase() === field.name.toLowerCase());
    const value = given[0]?.[1];
    if (typeof value !== "string" && typeof value !== "number")
      throw badRequest("MISSING_ARGUMENT", `${field.name} not specified`);
    checkOnce(field, String(value), seen);
    const rest = Object.fromEntries(Object.entries(record).filter(([name]) => name !== given[0]?.[0]));
    const result = upsertRecord(object, { field, value: String(value), body: rest, updateOnly }, context);
    if (result.kind === "several")
      throw badRequest("DUPLICATE_EXTERNAL_ID", `${field.name}: more than one record found for external id field`);
    return { id: result.id, success: true, errors: [], created: result.created };
  });
}

/** Rejects an external id that a request contains twice (upsert()). Which of the records fails is unconfirmed. */
function checkOnce(field: FieldDefinition, value: string, seen: Set<string>): void {
  const key = field.caseSensitive ? value : value.toLowerCase();
  if (seen.has(key)) {
    throw new SalesforceError(400, "DUPLICATE_VALUE", {
      message: `Duplicate external id specified: ${value}`,
      fields: [field.name],
    });
  }
  seen.add(key);
}

/** Returns records in the order of the ids, with null for missing records. */
function read(
  parts: PathParts,
  { ids, fields, context }: { ids: readonly string[]; fields: string; context: ApiContext },
): HttpResponse {
  const object = pathObject(parts, context);
  if (ids.length > maxReads)
    throw badRequest(
      "EXCEEDED_ID_LIMIT",
      `record limit reached. cannot submit more than ${maxReads} records in this call`,
    );
  const records = ids.map((given) => {
    const id = toId18(given);
    if (id === undefined) throw badRequest("MALFORMED_ID", `malformed id ${given}`);
    try {
      return recordJson(object, id, { fields, context });
    } catch (error) {
      if (error instanceof SalesforceError && error.status === 404) return "null";
      throw error;
    }
  });
  return { status: 200, body: `[${records.join(",")}]` };
}

function readByQuery(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const ids = (request.query.get("ids") ?? "").split(",").filter((id) => id !== "");
  return read(parts, { ids, fields: request.query.get("fields") ?? "Id", context });
}

function readByBody(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  const list = (name: string) => {
    const value = body[name];
    if (!Array.isArray(value)) throw badRequest("JSON_PARSER_ERROR", `The body must contain a list of ${name}`);
    return value.map(String);
  };
  return read(parts, { ids: list("ids"), fields: list("fields").join(","), context });
}

export const collectionRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "composite/sobjects", handle: (request, _, context) => create(request, context) },
  { method: "PATCH", pattern: "composite/sobjects", handle: (request, _, context) => update(request, context) },
  { method: "DELETE", pattern: "composite/sobjects", handle: (request, _, context) => remove(request, context) },
  { method: "GET", pattern: "composite/sobjects/:name", handle: readByQuery },
  { method: "POST", pattern: "composite/sobjects/:name", handle: readByBody },
  { method: "PATCH", pattern: "composite/sobjects/:name/:field", handle: upsert },
];
