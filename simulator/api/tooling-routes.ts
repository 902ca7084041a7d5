import { type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { describeObject, describeShort } from "./describe-objects.ts";
import { queryRoutes } from "./query-routes.ts";
import { pathObject } from "./record-routes.ts";

// The Tooling API, limited to queries of RestrictionRule, FieldDefinition and EntityDefinition.

const served: ReadonlySet<string> = new Set(["RestrictionRule", "FieldDefinition", "EntityDefinition"]);

function overTooling(context: ApiContext): ApiContext {
  return { ...context, user: context.user.overTooling(), basePath: `${context.basePath}/tooling` };
}

function toolingObjects(context: ApiContext): unknown[] {
  return context.user
    .objects()
    .filter(({ name }) => served.has(name))
    .map((object) => describeShort(object, context));
}

function describe(parts: PathParts, context: ApiContext): HttpResponse {
  return json(describeObject(pathObject(parts, context), context));
}

const toolingQueries = queryRoutes
  .filter(({ pattern }) => pattern.startsWith("query"))
  .map((route): ApiRoute => ({
    ...route,
    pattern: `tooling/${route.pattern}`,
    handle: (request, parts, context) => route.handle(request, parts, overTooling(context)),
  }));

export const toolingRoutes: readonly ApiRoute[] = [
  ...toolingQueries,
  {
    method: "GET",
    pattern: "tooling/sobjects",
    handle: (_request, _parts, context) => json({ sobjects: toolingObjects(overTooling(context)) }),
  },
  {
    method: "GET",
    pattern: "tooling/sobjects/:name/describe",
    handle: (_request, parts, context) => describe(parts, overTooling(context)),
  },
];
