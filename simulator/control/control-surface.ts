import { parseDateTime } from "../core/date-values.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import { Router } from "../http/router.ts";
import type { Org } from "../org/org.ts";
import { toId18 } from "../schema/record-id.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { tableNames } from "../storage/org-database.ts";
import type { ControlContext, ControlRoute } from "./control-context.ts";
import { objectBody, parsedBody } from "./request-body.ts";
import { ControlError, RequestMembers } from "./request-members.ts";
import { sharingRoutes } from "./sharing-routes.ts";

function postFaults(request: HttpRequest, { faults }: ControlContext): HttpResponse {
  const mode = request.query.get("mode") ?? "replace";
  if (mode !== "replace" && mode !== "extend") throw new ControlError(`mode must be replace or extend, not ${mode}.`);
  if (mode === "replace") faults.replace(parsedBody(request));
  else faults.extend(parsedBody(request));
  return json(faults.report());
}

function postClock(request: HttpRequest, { org }: ControlContext): HttpResponse {
  const known = ["at", "advance_seconds", "frozen", "real"];
  const read = new RequestMembers(objectBody(request), { name: "clock", known });
  const text = read.text("at");
  const at = text === undefined ? org.clock.now() : parseDateTime(text);
  if (at === undefined) throw new ControlError("clock.at must be a dateTime such as 2026-01-31T12:00:00Z.");
  const advance = (read.number("advance_seconds", -1e10, 1e10) ?? 0) * 1000;
  if (read.flag("real")) org.clock.reset();
  else org.clock.set({ at: at + advance, frozen: read.flag("frozen") });
  return clockResponse(org);
}

function clockResponse(org: Org): HttpResponse {
  return json({ now: new Date(org.clock.now()).toISOString() });
}

const limitNames = {
  daily_api_requests: "dailyApiRequests",
  daily_bulk_query_jobs: "dailyBulkV2QueryJobs",
  daily_bulk_query_megabytes: "dailyBulkV2QueryFileStorageMB",
  concurrent_long_requests: "concurrentLongRequests",
  long_request_seconds: "longRequestSeconds",
  child_page_size: "childPageSize",
  replication_lag_seconds: "replicationLagSeconds",
  session_seconds: "sessionLifetimeSeconds",
  bulk_job_seconds: "bulkJobSeconds",
  bulk_page_rows: "bulkPageRows",
  bulk_jobs_to_fail: "bulkJobsToFail",
  permission_set_group_seconds: "permissionSetGroupSeconds",
} as const;

function postLimits(request: HttpRequest, { org }: ControlContext): HttpResponse {
  const known = [...Object.keys(limitNames), "daily_api_requests_used"];
  const read = new RequestMembers(objectBody(request), { name: "limits", known });
  for (const [name, setting] of Object.entries(limitNames)) {
    const value = read.number(name, name === "child_page_size" || name === "bulk_page_rows" ? 1 : 0, 1e12);
    if (value !== undefined) org.limits.settings[setting] = value;
  }
  const used = read.number("daily_api_requests_used", 0, 1e12);
  if (used !== undefined) org.limits.spend("DailyApiRequests", used - org.limits.requestsUsed);
  org.sessions.lifetime = org.limits.settings.sessionLifetimeSeconds * 1000;
  org.queries.childPage = org.limits.settings.childPageSize;
  return limitsResponse(org);
}

function limitsResponse(org: Org): HttpResponse {
  const values = Object.entries(limitNames).map(([name, setting]) => [name, org.limits.settings[setting]]);
  return json({ ...Object.fromEntries(values), daily_api_requests_used: org.limits.requestsUsed });
}

function purge({ org }: ControlContext): HttpResponse {
  const { removal } = org.records(wellKnownIds.adminUser);
  return json({ purged: org.database.transaction(() => removal.purge(org.clock.now())) });
}

function undelete(request: HttpRequest, { org }: ControlContext): HttpResponse {
  const read = new RequestMembers(objectBody(request), { name: "undelete", known: ["ids"] });
  const ids = idList(read.value("ids"), "undelete.ids");
  const { removal, writer } = org.records(wellKnownIds.adminUser);
  org.database.transaction(() => {
    for (const id of ids) removal.undelete(objectOf(org, id), id, writer);
  });
  return json({ undeleted: ids });
}

function merge(request: HttpRequest, { org }: ControlContext): HttpResponse {
  const read = new RequestMembers(objectBody(request), { name: "merge", known: ["master", "others"] });
  const [master] = idList([read.value("master")], "merge.master");
  const loserIds = idList(read.value("others"), "merge.others");
  if (master === undefined) throw new ControlError("merge.master must be an id.");
  const { removal, writer } = org.records(wellKnownIds.adminUser);
  org.database.transaction(() => removal.merge(objectOf(org, master), master, { loserIds, writer }));
  return json({ master, merged: loserIds });
}

function idList(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw new ControlError(`${name} must be a list of ids.`);
  return value.map((id: unknown) => {
    const id18 = typeof id === "string" ? toId18(id) : undefined;
    if (id18 === undefined) throw new ControlError(`${name} contains an invalid id: ${JSON.stringify(id)}`);
    return id18;
  });
}

function objectOf(org: Org, id: string): ReturnType<Org["schema"]["get"]> {
  const object = org.schema.byPrefix(id.slice(0, 3));
  if (object === undefined) throw new ControlError(`No object has the key prefix of ${id}.`);
  return object;
}

function orgFacts({ org, facts }: ControlContext): HttpResponse {
  const objects: Record<string, { records: number; deleted: number }> = {};
  for (const name of tableNames(org.schema)) {
    const deleted = org.schema.get(name).fieldsByName.has("isdeleted") ? `coalesce(sum("IsDeleted"), 0)` : "0";
    const row = org.database.row(`SELECT count(*), ${deleted} FROM "${name}"`) ?? [];
    objects[name] = { records: Number(row[0]) - Number(row[1]), deleted: Number(row[1]) };
  }
  return json({
    ...facts,
    organization_id: wellKnownIds.organization,
    now: new Date(org.clock.now()).toISOString(),
    objects,
  });
}

/** Opens a transaction. Its rows become visible later, with the current time as their timestamp. */
function postTransaction(request: HttpRequest, { org }: ControlContext): HttpResponse {
  const known = ["visible_after_seconds", "writes"];
  const read = new RequestMembers(objectBody(request), { name: "transaction", known });
  const seconds = read.number("visible_after_seconds", 0, 3600);
  const writes = read.value("writes");
  if (seconds === undefined || !Array.isArray(writes)) {
    throw new ControlError("A transaction must have visible_after_seconds (0 to 3600) and a list of writes.");
  }
  const startedAt = org.clock.stamp();
  org.openTransactions.add({
    startedAt,
    endsAt: org.clock.now() + seconds * 1000,
    userId: wellKnownIds.adminUser,
    writes: writes.map((write: unknown, index) => transactionWrite(write, index)),
  });
  return json({ stamp: new Date(startedAt).toISOString(), open: org.openTransactions.count });
}

function transactionWrite(write: unknown, index: number): { method: string; url: string; body: unknown } {
  if (!isRecord(write) || typeof write["method"] !== "string" || typeof write["url"] !== "string") {
    throw new ControlError(
      `writes[${index}] must have a method and a url such as /services/data/v62.0/sobjects/Account.`,
    );
  }
  return { method: write["method"].toUpperCase(), url: write["url"], body: write["body"] };
}

const routes: readonly ControlRoute[] = [
  { method: "GET", pattern: "calls", handle: (_request, _parts, { org }) => json(org.calls.report()) },
  {
    method: "POST",
    pattern: "reset",
    handle: (_request, _parts, { org, faults }) => {
      faults.clear();
      org.reset();
      return json({ reset: true });
    },
  },
  {
    method: "DELETE",
    pattern: "calls",
    handle: (_request, _parts, { org }) => {
      org.calls.clear();
      return json(org.calls.report());
    },
  },
  { method: "GET", pattern: "faults", handle: (_request, _parts, { faults }) => json(faults.report()) },
  { method: "POST", pattern: "faults", handle: (request, _, context) => postFaults(request, context) },
  {
    method: "DELETE",
    pattern: "faults",
    handle: (_request, _parts, { faults }) => {
      faults.clear();
      return json([]);
    },
  },
  { method: "GET", pattern: "clock", handle: (_request, _parts, { org }) => clockResponse(org) },
  { method: "POST", pattern: "clock", handle: (request, _, context) => postClock(request, context) },
  { method: "GET", pattern: "limits", handle: (_request, _parts, { org }) => limitsResponse(org) },
  { method: "POST", pattern: "limits", handle: (request, _, context) => postLimits(request, context) },
  { method: "POST", pattern: "purge", handle: (_request, _parts, context) => purge(context) },
  { method: "POST", pattern: "transactions", handle: (request, _, context) => postTransaction(request, context) },
  { method: "POST", pattern: "undelete", handle: (request, _, context) => undelete(request, context) },
  { method: "POST", pattern: "merge", handle: (request, _, context) => merge(request, context) },
  {
    method: "POST",
    pattern: "expire-sessions",
    handle: (_request, _parts, { org }) => json({ expired: org.sessions.closeAll() }),
  },
  { method: "GET", pattern: "org", handle: (_request, _parts, context) => orgFacts(context) },
  ...sharingRoutes,
];

const router = new Router(routes);

/** Answers a request below `/__simulator/`. */
export function controlResponse(request: HttpRequest, path: string, context: ControlContext): HttpResponse {
  const found = router.find(request.method, path);
  if (found.kind === "route") {
    try {
      return found.route.handle(request, found.parts, context);
    } catch (error) {
      if (error instanceof ControlError) return json({ error: error.message }, 400);
      throw error;
    }
  }
  const known = [...new Set(routes.map(({ method, pattern }) => `${method} ${pattern}`))].join(", ");
  return json({ error: `Unknown request ${request.method} ${path}. The control surface has ${known}.` }, 404);
}
