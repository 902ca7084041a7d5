import { SalesforceError } from "../core/salesforce-error.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { recordJson } from "./record-json.ts";

/** The user's recent records with their names as JSON, newest first. `object` limits them to one object. */
export function recentRecords(
  { limit, object }: { limit: number; object?: ObjectDefinition },
  context: ApiContext,
): string[] {
  const records: string[] = [];
  for (const id of context.org.recent.of(context.session.userId)) {
    if (records.length >= limit) break;
    const own = context.user.byPrefix(id.slice(0, 3));
    if (own === undefined || (object !== undefined && own.name !== object.name)) continue;
    const record = readable(own, id, context);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** Returns undefined if the record has been deleted since. */
function readable(object: ObjectDefinition, id: string, context: ApiContext): string | undefined {
  const fields = ["Id", ...(object.nameField === undefined ? [] : [object.nameField.name])].join(",");
  try {
    return recordJson(object, id, { fields, context });
  } catch (error) {
    if (error instanceof SalesforceError && error.status === 404) return undefined;
    throw error;
  }
}

const defaultLimit = 200;

/** "Recently Viewed Items" */
function recent(request: HttpRequest, context: ApiContext): HttpResponse {
  const wanted = Number(request.query.get("limit") ?? defaultLimit);
  const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, defaultLimit) : defaultLimit;
  return { status: 200, body: `[${recentRecords({ limit }, context).join(",")}]` };
}

export const recentRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "recent", handle: (request, _, context) => recent(request, context) },
];
