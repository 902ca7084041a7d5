import { SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";

/** "Limits" of the REST API */
function limits({ org }: ApiContext): Record<string, { Max: number; Remaining: number }> {
  const { settings } = org.limits;
  const of = (name: string, max: number) => ({
    Max: max,
    Remaining: Math.max(0, max - Math.ceil(org.limits.used(name))),
  });
  return {
    ConcurrentAsyncGetReportInstances: of("ConcurrentAsyncGetReportInstances", 200),
    DailyApiRequests: of("DailyApiRequests", settings.dailyApiRequests),
    DailyAsyncApexExecutions: of("DailyAsyncApexExecutions", 250_000),
    DailyBulkApiBatches: of("DailyBulkApiBatches", 15_000),
    DailyBulkV2QueryFileStorageMB: of("DailyBulkV2QueryFileStorageMB", settings.dailyBulkV2QueryFileStorageMB),
    DailyBulkV2QueryJobs: of("DailyBulkV2QueryJobs", settings.dailyBulkV2QueryJobs),
    DataStorageMB: of("DataStorageMB", 10_240),
    FileStorageMB: of("FileStorageMB", 10_240),
    HourlyTimeBasedWorkflow: of("HourlyTimeBasedWorkflow", 1000),
    SingleEmail: of("SingleEmail", 5000),
  };
}

/**
 * "Record Count" of the given objects, by default of all objects, for users with "View Setup and Configuration". It counts the records of the
 * org, not those that the user can see, without histories, feeds and share rows. The error for other users is not confirmed.
 */
function recordCount(request: HttpRequest, { org, user }: ApiContext): HttpResponse {
  if (!user.has("ViewSetup")) {
    throw new SalesforceError(403, "INSUFFICIENT_ACCESS", "The user needs View Setup and Configuration");
  }
  const names = request.query.get("sObjects")?.split(",");
  const objects =
    names === undefined
      ? user.objects()
      : names.map((name) => user.object(name.trim())).filter((object) => object !== undefined);
  const counted = objects.filter(
    ({ name, queryable, system }) => queryable && system !== "share" && !/(?:History|Feed)$/u.test(name),
  );
  return json({
    sObjects: counted.map((object) => {
      const alive = object.fieldsByName.has("isdeleted") ? ` WHERE "IsDeleted" = 0` : "";
      return { count: org.database.number(`SELECT count(*) FROM "${object.name}"${alive}`), name: object.name };
    }),
  });
}

export const limitRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "limits/recordCount", handle: (request, _, context) => recordCount(request, context) },
  { method: "GET", pattern: "limits", handle: (_request, _parts, context) => json(limits(context)) },
];
