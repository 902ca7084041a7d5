import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import { headerName } from "../http/header-name.ts";
import { type HttpRequest, type HttpResponse, isRecord, json, splitUrl } from "../http/message.ts";
import { RenderedBody } from "../http/rendered-body.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { checkVisible, createRecord } from "./record-routes.ts";
import { jsonBody } from "./request-body.ts";

// "Composite", "Batch" and "Tree" of the REST API. Subrequests do not count towards the API limit.

const maxRequests = 25;
const maxQueries = 5;
const maxTreeRecords = 200;

interface SubResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function runSubrequest(
  request: HttpRequest,
  { method, url, body, headers = {} }: Pick<Subrequest, "method" | "url" | "body"> & Partial<Subrequest>,
  context: ApiContext,
): SubResponse {
  const response = context.dispatch({
    ...request,
    ...splitUrl(url),
    method,
    headers: { ...request.headers, ...headers, "content-type": "application/json" },
    body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
  });
  // "All sObject resources except Blob Retrieve" (Composite; code unconfirmed), because the response can contain only JSON.
  const type = response.headers?.["content-type"] ?? "application/json";
  if (!type.startsWith("application/json")) return refusal("NOT_FOUND", `${url} is not supported in a subrequest`);
  return { status: response.status, headers: response.headers ?? {}, body: parsedBody(response) };
}

function refusal(errorCode: string, message: string): SubResponse {
  return { status: 400, headers: {}, body: [{ errorCode, message }] };
}

function parsedBody({ body }: HttpResponse): unknown {
  if (body === undefined) return null;
  const text = body instanceof RenderedBody ? body.plain().toString("utf8") : body.toString();
  return text === "" ? null : JSON.parse(text);
}

export interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly referenceId: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

function subrequestList(value: unknown, name: string): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every((item) => isRecord(item))) {
    throw badRequest("JSON_PARSER_ERROR", `The body must contain a list of ${name}`);
  }
  if (value.length > maxRequests)
    throw badRequest("LIMIT_EXCEEDED", `You can't have more than ${maxRequests} subrequests`);
  return value;
}

export function compositeRequest(item: Record<string, unknown>): Subrequest {
  const { method, url, body, referenceId } = item;
  if (typeof method !== "string" || typeof url !== "string" || typeof referenceId !== "string") {
    throw badRequest("JSON_PARSER_ERROR", "A subrequest must have a method, a url and a referenceId");
  }
  return { method: method.toUpperCase(), url, body, referenceId, headers: subrequestHeaders(item["httpHeaders"]) };
}

/** Subrequests inherit these headers. Specifying them is an error (Composite Request Body). */
const inheritedHeaders: ReadonlySet<string> = new Set(["accept", "authorization", "content-type"]);

function subrequestHeaders(given: unknown): Record<string, string> {
  const headers = Object.entries(isRecord(given) ? given : {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const inherited = headers.find(([name = ""]) => inheritedHeaders.has(name));
  if (inherited !== undefined) {
    throw badRequest("INVALID_INPUT", `The header ${inherited[0] ?? ""} cannot be given for a subrequest`);
  }
  return Object.fromEntries(headers) as Record<string, string>;
}

class CompositeRollback extends Error {}

function composite(request: HttpRequest, context: ApiContext): HttpResponse {
  const given = jsonBody(request);
  const requests = subrequestList(given["compositeRequest"], "compositeRequest").map((item) => compositeRequest(item));
  if (
    requests.filter(({ url }) =>
      /\/(?:query(?:All)?|sobjects\/\w+\/(?:updated|deleted)|composite\/sobjects)\b/u.test(url),
    ).length > maxQueries
  ) {
    throw badRequest("LIMIT_EXCEEDED", `You can't have more than ${maxQueries} query or collection subrequests`);
  }
  const allOrNone = given["allOrNone"] === true;
  return json({ compositeResponse: runComposite(request, requests, { allOrNone, context }) });
}

interface CompositeResult {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/** Executes subrequests that can refer to earlier results. With `allOrNone`, the first failure rolls back all of them. */
export function runComposite(
  request: HttpRequest,
  requests: readonly Subrequest[],
  { allOrNone, context }: { allOrNone: boolean; context: ApiContext },
): CompositeResult[] {
  const parts: SubResponse[] = [];
  const runAll = () => {
    const results = new Map<string, unknown>();
    for (const sub of requests) {
      const part = runWithReferences(request, sub, { results, context });
      parts.push(part);
      results.set(sub.referenceId, part.body);
      if (allOrNone && part.status >= 400) throw new CompositeRollback();
    }
  };
  try {
    context.org.database.transaction(runAll);
  } catch (error) {
    if (!(error instanceof CompositeRollback)) throw error;
  }
  const failed = allOrNone && parts.some(({ status }) => status >= 400);
  return requests.map(({ referenceId }, index) => {
    const part = parts[index];
    const { body, headers, status } = part !== undefined && (!failed || part.status >= 400) ? part : rolledBack;
    return { body, httpHeaders: capitalized(headers), httpStatusCode: status, referenceId };
  });
}

function capitalized(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [headerName(name), value]));
}

const rolledBack: SubResponse = {
  status: 400,
  headers: {},
  body: [
    {
      errorCode: "PROCESSING_HALTED",
      message: "The transaction was rolled back since another operation in the same transaction failed.",
    },
  ],
};

/** Subrequests that refer to a failed one are not executed (Composite Request Body). */
function runWithReferences(
  request: HttpRequest,
  sub: Subrequest,
  { results, context }: { results: ReadonlyMap<string, unknown>; context: ApiContext },
): SubResponse {
  let ready: Subrequest;
  try {
    ready = { ...sub, url: resolveText(sub.url, results), body: resolveBody(sub.body, results) };
  } catch (error) {
    if (error instanceof InvalidReference) return refusal("PROCESSING_HALTED", error.message);
    throw error;
  }
  return runSubrequest(request, ready, context);
}

class InvalidReference extends Error {}

/** `@{ref.path}`: a value of an earlier result. */
function resolveText(text: string, results: ReadonlyMap<string, unknown>): string {
  return text.replaceAll(/@\{(?<path>[^}]+)\}/gu, (_, path: string) => {
    const [reference = "", ...steps] = path.split(/[.[\]]+/u).filter((step) => step !== "");
    let value: unknown = results.get(reference);
    for (const step of steps) {
      value = Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined;
    }
    if (typeof value === "string" || typeof value === "number") return String(value);
    throw new InvalidReference(`Invalid reference specified. No value for ${path} found in ${reference}`);
  });
}

function resolveBody(body: unknown, results: ReadonlyMap<string, unknown>): unknown {
  if (typeof body === "string") return resolveText(body, results);
  if (Array.isArray(body)) return body.map((item) => resolveBody(item, results));
  if (!isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, resolveBody(value, results)]));
}

function batch(request: HttpRequest, context: ApiContext): HttpResponse {
  const given = jsonBody(request);
  const requests = subrequestList(given["batchRequests"], "batchRequests");
  const results: { statusCode: number; result: unknown }[] = [];
  for (const { method, url, richInput } of requests) {
    const failed = results.some(({ statusCode }) => statusCode >= 400);
    if (failed && given["haltOnError"] === true) {
      results.push({
        statusCode: 412,
        result: [{ errorCode: "BATCH_PROCESSING_HALTED", message: "Batch processing rolledBack per request" }],
      });
      continue;
    }
    const path = String(url).startsWith("/services")
      ? String(url)
      : `/services/data/${String(url).replace(/^\//u, "")}`;
    const response = runSubrequest(
      request,
      { method: String(method).toUpperCase(), url: path, body: richInput },
      context,
    );
    results.push({ statusCode: response.status, result: response.body });
  }
  return json({ hasErrors: results.some(({ statusCode }) => statusCode >= 400), results });
}

interface TreeResult {
  readonly referenceId: string;
  readonly id: string;
}

/** Creates records and their children in one transaction. */
function tree(request: HttpRequest, name: string, context: ApiContext): HttpResponse {
  const object = context.user.object(name);
  if (object === undefined) throw new SalesforceError(404, "NOT_FOUND", "The requested resource does not exist");
  const results: TreeResult[] = [];
  let reference = "";
  try {
    context.org.database.transaction(() => {
      addTree(jsonBody(request)["records"], { object, parent: {} }, { context, results, at: (id) => (reference = id) });
    });
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const errors = [{ statusCode: error.errorCode, message: error.message, fields: error.fields ?? [] }];
    return json({ hasErrors: true, results: [{ referenceId: reference, errors }] }, 400);
  }
  return json({ hasErrors: false, results }, 201);
}

interface TreeState {
  readonly context: ApiContext;
  readonly results: TreeResult[];
  /** Called before a record is written. */
  readonly at: (referenceId: string) => void;
}

function addTree(
  records: unknown,
  { object, parent }: { object: ObjectDefinition; parent: Readonly<Record<string, string>> },
  state: TreeState,
): void {
  if (!Array.isArray(records)) throw badRequest("JSON_PARSER_ERROR", "A tree must have a list of records");
  for (const record of records) {
    const attributes: unknown = isRecord(record) ? record["attributes"] : undefined;
    const referenceId = isRecord(attributes) ? attributes["referenceId"] : undefined;
    if (!isRecord(record) || typeof referenceId !== "string") {
      throw badRequest("INVALID_INPUT", "Each record of a tree must have attributes with a type and a referenceId");
    }
    state.at(referenceId);
    if (state.results.length >= maxTreeRecords)
      throw badRequest("LIMIT_EXCEEDED", `A tree can have at most ${maxTreeRecords} records`);
    const own = Object.entries(record).filter(([, value]) => !isRecord(value));
    const body = { ...Object.fromEntries(own), ...parent };
    checkVisible(object, body, state.context);
    const id = createRecord(object, { body }, state.context);
    state.results.push({ referenceId, id });
    for (const [name, value] of Object.entries(record)) {
      if (name !== "attributes" && isRecord(value)) addChildren(name, value["records"], { object, id, state });
    }
  }
}

function addChildren(
  relationshipName: string,
  records: unknown,
  { object, id, state }: { object: ObjectDefinition; id: string; state: TreeState },
): void {
  const relationship = state.context.org.schema.child(object, relationshipName);
  const child = relationship === undefined ? undefined : state.context.user.object(relationship.childObject);
  if (relationship === undefined || child === undefined) {
    throw badRequest("INVALID_FIELD", `No such relationship '${relationshipName}' on sobject of type ${object.name}`);
  }
  addTree(records, { object: child, parent: { [relationship.field.name]: id } }, state);
}

export const compositeRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "composite", handle: (request, _, context) => composite(request, context) },
  { method: "POST", pattern: "composite/batch", handle: (request, _, context) => batch(request, context) },
  {
    method: "POST",
    pattern: "composite/tree/:name",
    handle: (request, { name = "" }, context) => tree(request, name, context),
  },
];
