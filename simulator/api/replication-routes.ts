import { dateTimeText } from "../core/date-values.ts";
import { parseDate, parseDateTime } from "../core/date-values.ts";
import { badRequest } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { pathObject } from "./record-routes.ts";

// "sObject Get Updated" and "sObject Get Deleted" of the REST API.

const minute = 60_000;
const day = 86_400_000;
const maxIds = 600_000;

interface Window {
  readonly start: number;
  readonly end: number;
}

function invalidDate(message: string): Error {
  return badRequest("INVALID_REPLICATION_DATE", message);
}

/** The start and end of the request, truncated to minutes. Throws if the window is empty or starts too long ago. */
function windowOf(request: HttpRequest, { org }: ApiContext, reachDays: number): Window {
  const start = dateParameter(request, "start");
  const end = dateParameter(request, "end");
  if (end - start < minute) throw invalidDate("endDate must be at least one minute greater than startDate");
  if (start < org.clock.now() - reachDays * day)
    throw invalidDate(`startDate cannot be more than ${reachDays} days ago`);
  return { start, end };
}

function dateParameter(request: HttpRequest, name: string): number {
  // An unescaped plus sign arrives as a space. Some clients send it.
  const text = request.query.get(name)?.replace(/ (?=\d{2}:?\d{2}$)/u, "+");
  const at = text === undefined ? undefined : (parseDateTime(text) ?? parseDate(text));
  if (at === undefined)
    throw badRequest("INVALID_FIELD", `The parameter ${name} must be a dateTime such as 2026-01-31T00:00:00Z`);
  return Math.floor(at / minute) * minute;
}

/** The end of the window, limited by open transactions and the replication lag. */
function latestCovered({ end }: Window, { org }: ApiContext): number {
  const lag = org.limits.settings.replicationLagSeconds * 1000;
  const covered = Math.min(end, org.clock.now() - lag, org.oldestOpenTransaction() ?? Number.POSITIVE_INFINITY);
  return Math.floor(covered / minute) * minute;
}

function replicated(parts: PathParts, context: ApiContext): ObjectDefinition {
  const object = pathObject(parts, context);
  if (object.replicateable) return object;
  throw badRequest("INVALID_TYPE_FOR_OPERATION", `entity type ${object.name} does not support replication`);
}

function updated(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = replicated(parts, context);
  const window = windowOf(request, context, 30);
  const alive = object.fieldsByName.has("isdeleted") ? ` AND "IsDeleted" = 0` : "";
  const visible = context.org.visibility.condition(context.user, object, "o");
  const rows = context.org.database.rows(
    `SELECT "Id" FROM "${object.name}" o WHERE "SystemModstamp" >= ? AND "SystemModstamp" < ?${alive} AND ${visible?.sql ?? "1"} ORDER BY "_row" LIMIT ${maxIds + 1}`,
    [window.start, window.end],
  );
  if (rows.length > maxIds) throw badRequest("EXCEEDED_ID_LIMIT", `More than ${maxIds} records changed in the window`);
  return json({ ids: rows.map(([id]) => String(id)), latestDateCovered: dateTimeText(latestCovered(window, context)) });
}

function deleted(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const object = replicated(parts, context);
  const window = windowOf(request, context, 15);
  const { org } = context;
  const purgedAt = Number(org.database.row(`SELECT value FROM "_facts" WHERE name = 'purged_at'`)?.[0] ?? 0);
  const earliest = Math.max(purgedAt, org.clock.now() - 15 * day);
  if (window.start < Math.floor(purgedAt / minute) * minute) {
    throw invalidDate("startDate is before the earliest date for which deleted records are known");
  }
  // Purged rows no longer have an owner or shares, so only users who may read all records get them (not confirmed).
  const visible = org.visibility.condition(context.user, object, "o");
  const bin = object.fieldsByName.has("isdeleted")
    ? `SELECT "Id" AS id, "SystemModstamp" AS at FROM "${object.name}" o WHERE "IsDeleted" = 1 AND "SystemModstamp" >= ?1 AND "SystemModstamp" < ?2 AND ${visible?.sql ?? "1"} UNION `
    : "";
  const rows = org.database.rows(
    `SELECT id, max(at) FROM (${bin}SELECT id, at FROM "_deletions" WHERE object = '${object.name}' AND at >= ?1 AND at < ?2 AND ${visible === undefined ? "1" : "0"}) GROUP BY id ORDER BY 2, 1 LIMIT ${maxIds + 1}`,
    [window.start, window.end],
  );
  if (rows.length > maxIds)
    throw badRequest("EXCEEDED_ID_LIMIT", `More than ${maxIds} records were deleted in the window`);
  return json({
    deletedRecords: rows.map(([id, at]) => ({ id: String(id), deletedDate: dateTimeText(Number(at)) })),
    earliestDateAvailable: dateTimeText(Math.floor(earliest / minute) * minute),
    latestDateCovered: dateTimeText(latestCovered(window, context)),
  });
}

export const replicationRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "sobjects/:name/updated", handle: updated },
  { method: "GET", pattern: "sobjects/:name/deleted", handle: deleted },
];
