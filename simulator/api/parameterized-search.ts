import { badRequest } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, isRecord } from "../http/message.ts";
import { parseSosl } from "../sosl/parse-sosl.ts";
import { runSearch } from "../sosl/run-search.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { jsonBody } from "./request-body.ts";

// "Parameterized Search" of the REST API: a search by URL parameters or a JSON body, without SOSL.

interface SearchedObject {
  readonly name: string;
  readonly fields: readonly string[];
  readonly where: string | undefined;
  readonly orderBy: string | undefined;
  readonly limit: string | undefined;
}

interface ParameterizedSearch {
  readonly q: string;
  readonly in: string | undefined;
  readonly objects: readonly SearchedObject[];
  readonly overallLimit: string | undefined;
}

function search(given: ParameterizedSearch, { org, user, basePath }: ApiContext): HttpResponse {
  const { database, queries } = org;
  return { status: 200, body: runSearch(parseSosl(soslOf(given)), { database, queries, user, basePath }) };
}

function soslOf({ q, in: group, objects, overallLimit }: ParameterizedSearch): string {
  if (q.trim() === "") throw badRequest("MALFORMED_SEARCH", "No search string was specified");
  // Keeps wildcards and escapes all other SOSL operators.
  const term = q.replaceAll(/[&|!{}[\]()^~:\\"'+-]/gu, String.raw`\$&`);
  const returning = objects.map((object) => `${object.name}(${objectClauses(object)})`).join(", ");
  return [
    `FIND {${term}}`,
    group === undefined ? "" : `IN ${group} FIELDS`,
    returning === "" ? "" : `RETURNING ${returning}`,
    overallLimit === undefined ? "" : `LIMIT ${overallLimit}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function objectClauses({ fields, where, orderBy, limit }: SearchedObject): string {
  return [
    (fields.length === 0 ? ["Id"] : fields).join(", "),
    where === undefined ? "" : `WHERE ${where}`,
    orderBy === undefined ? "" : `ORDER BY ${orderBy}`,
    limit === undefined ? "" : `LIMIT ${limit}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** `q=Acme&sobject=Account&Account.fields=id,name&Account.limit=10` */
function byParameters({ query }: HttpRequest, context: ApiContext): HttpResponse {
  const text = (name: string) => query.get(name) ?? undefined;
  const fieldsOf = (name: string) =>
    (text(`${name}.fields`) ?? text("fields") ?? "").split(",").filter((field) => field !== "");
  const objects = query
    .getAll("sobject")
    .flatMap((names) => names.split(","))
    .map((name) => ({
      name,
      fields: fieldsOf(name),
      where: text(`${name}.where`),
      orderBy: text(`${name}.orderBy`),
      limit: text(`${name}.limit`) ?? text("defaultLimit"),
    }));
  return search({ q: text("q") ?? "", in: text("in"), objects, overallLimit: text("overallLimit") }, context);
}

function byBody(request: HttpRequest, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  const objects = Array.isArray(body["sobjects"]) ? body["sobjects"].filter(isRecord) : [];
  return search(
    {
      q: textOf(body["q"]) ?? "",
      in: textOf(body["in"]),
      objects: objects.map((object) => ({
        name: textOf(object["name"]) ?? "",
        fields: listOf(object["fields"] ?? body["fields"]),
        where: textOf(object["where"]),
        orderBy: textOf(object["orderBy"]),
        limit: textOf(object["limit"] ?? body["defaultLimit"]),
      })),
      overallLimit: textOf(body["overallLimit"]),
    },
    context,
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export const parameterizedSearchRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "parameterizedSearch", handle: (request, _, context) => byParameters(request, context) },
  { method: "POST", pattern: "parameterizedSearch", handle: (request, _, context) => byBody(request, context) },
];
