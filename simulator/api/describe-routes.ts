import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { describeObject, describeShort } from "./describe-objects.ts";
import { recentRecords } from "./recent-routes.ts";
import { pathObject } from "./record-routes.ts";

/** A constant, because the simulator's definitions do not change. Permissions do not affect the date ("If-Modified-Since"). */
const definitionsChangedAt = Date.UTC(2026, 0, 1);

/** A 304 if the definitions have not changed since `If-Modified-Since`. */
function unlessUnchanged(request: HttpRequest, answer: () => HttpResponse): HttpResponse {
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  if (since >= definitionsChangedAt) return { status: 304 };
  return { ...answer(), headers: { "last-modified": new Date(definitionsChangedAt).toUTCString() } };
}

function describe(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  return unlessUnchanged(request, () => json(describeObject(object, context)));
}

function basic(parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const recentItems = recentRecords({ limit: 200, object }, context).map((record): unknown => JSON.parse(record));
  return json({ objectDescribe: describeShort(object, context), recentItems });
}

function globalDescribe(context: ApiContext): HttpResponse {
  const sobjects = context.user
    .objects()
    .map((object) => describeShort(object, context))
    .sort((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1));
  return json({ encoding: "UTF-8", maxBatchSize: 200, sobjects });
}

export const describeRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    pattern: "sobjects",
    handle: (request, _, context) => unlessUnchanged(request, () => globalDescribe(context)),
  },
  { method: "GET", pattern: "sobjects/:name", handle: (_, parts, context) => basic(parts, context) },
  { method: "GET", pattern: "sobjects/:name/describe", handle: describe },
];
