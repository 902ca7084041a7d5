import { planCsv } from "../bulk/csv-plan.ts";
import { supportsPkChunking } from "../bulk/pk-chunking.ts";
import type { QueryJob } from "../bulk/query-jobs.ts";
import { dateTimeText } from "../core/date-values.ts";
import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { bulkChoice, bulkDelimiters } from "./bulk-format.ts";
import { csvPage, selectRows } from "./csv-page.ts";
import { jsonBody, textMember } from "./request-body.ts";

function invalidJob(message: string): SalesforceError {
  return badRequest("INVALIDJOB", message);
}

/** "Create a Query Job" */
function create(request: HttpRequest, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  const operation = textMember(body, "operation");
  if (operation !== "query" && operation !== "queryAll")
    throw invalidJob(`The operation must be query or queryAll, not ${operation}`);
  const contentType = body["contentType"] ?? "CSV";
  if (contentType !== "CSV") throw invalidJob("The contentType of a query job must be CSV");
  const columnDelimiter = bulkChoice(body, "columnDelimiter", ["COMMA", ...Object.keys(bulkDelimiters)]);
  const lineEnding = bulkChoice(body, "lineEnding", ["LF", "CRLF"]);
  const query = textMember(body, "query");
  const { org, session, version, basePath } = context;
  const settings = org.queries.settings(context.user, operation === "queryAll");
  const plan = planCsv(query, settings, { basePath, instanceUrl: org.instanceUrl() });
  const job = org.jobs.create({
    userId: session.userId,
    operation,
    query,
    plan,
    apiVersion: version,
    columnDelimiter,
    lineEnding,
  });
  return json(described(job, context));
}

function described(job: QueryJob, { org }: ApiContext): Record<string, unknown> {
  return {
    id: job.id,
    operation: job.operation,
    object: job.plan.object.name,
    createdById: job.userId,
    createdDate: dateTimeText(job.createdAt),
    systemModstamp: dateTimeText(org.jobs.changedAt(job)),
    state: org.jobs.state(job),
    concurrencyMode: "Parallel",
    contentType: "CSV",
    apiVersion: Number(job.apiVersion),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

function jobOf(id: string, { org, session }: ApiContext): QueryJob {
  return org.jobs.get(id, session.userId);
}

/** "Get Information About a Query Job" */
function status(id: string, context: ApiContext): HttpResponse {
  const job = jobOf(id, context);
  const state = context.org.jobs.state(job);
  const done = state === "JobComplete";
  return json({
    ...described(job, context),
    jobType: "V2Query",
    numberRecordsProcessed: done ? rowsOf(job, context).length : 0,
    retries: state === "Failed" ? 15 : 0,
    totalProcessingTime: done ? job.doneAt - job.createdAt : 0,
    isPkChunkingSupported: supportsPkChunking(job.plan.object),
    ...(state === "Failed"
      ? { errorMessage: "InternalServerError: Retried more than 15 times: add filters to the query" }
      : {}),
  });
}

/** Reads the row numbers of a job once, so that all pages are consistent. */
function rowsOf(job: QueryJob, { org }: ApiContext): Uint32Array {
  job.rows ??= selectRows(job.plan, org);
  return job.rows;
}

function completed(id: string, context: ApiContext): QueryJob {
  const job = jobOf(id, context);
  if (job.apiVersion !== context.version) {
    throw new SalesforceError(
      409,
      "API_VERSION_MISMATCH",
      `The job was created with API version ${job.apiVersion}, its results cannot be read with ${context.version}`,
    );
  }
  const state = context.org.jobs.state(job);
  if (state !== "JobComplete") throw badRequest("INVALIDJOBSTATE", `The job has no results in the state ${state}`);
  return job;
}

/** "Get Results for a Query Job": each page has a header line. */
function results(request: HttpRequest, id: string, context: ApiContext): HttpResponse {
  const job = completed(id, context);
  const rows = rowsOf(job, context);
  const offset = offsetOf(request.query.get("locator"), rows.length);
  const pageRows = context.org.limits.settings.bulkPageRows;
  const wanted = request.query.get("maxRecords");
  if (wanted !== null && !/^[1-9]\d{0,9}$/u.test(wanted))
    throw badRequest("INVALID_ARGUMENT", "maxRecords must be a positive number");
  const count = Math.min(wanted === null ? pageRows : Math.min(pageRows, Number(wanted)), rows.length - offset);
  const body = csvPage(job.plan, rows.subarray(offset, offset + count), {
    org: context.org,
    delimiter: bulkDelimiters[job.columnDelimiter] ?? ",",
    ending: job.lineEnding === "CRLF" ? "\r\n" : "\n",
  });
  context.org.limits.spend("DailyBulkV2QueryFileStorageMB", body.length / 1_048_576);
  const end = offset + count;
  return {
    status: 200,
    headers: {
      "content-type": "text/csv",
      "sforce-locator": end < rows.length ? locatorOf(end) : "null",
      "sforce-numberofrecords": String(count),
    },
    body: body.toString("utf8"),
  };
}

/** Locators are opaque to clients and valid as long as the job exists. */
function locatorOf(offset: number): string {
  return Buffer.from(`r${offset}`).toString("base64url");
}

function offsetOf(locator: string | null, size: number): number {
  if (locator === null || locator === "") return 0;
  const offset = Number(
    /^r(?<offset>\d+)$/u.exec(Buffer.from(locator, "base64url").toString("utf8"))?.groups?.["offset"],
  );
  if (offset >= 0 && offset <= size) return offset;
  throw badRequest("INVALID_QUERY_LOCATOR", "The locator does not belong to this job");
}

const parallelPages = 5;

/** "Get Parallel Results for a Query Job" (since v58): the URLs of five pages, and the URL for the next five. */
function resultPages(request: HttpRequest, id: string, context: ApiContext): HttpResponse {
  if (Number(context.version) < 58)
    throw new SalesforceError(404, "NOT_FOUND", "The requested resource does not exist");
  const job = completed(id, context);
  const rows = rowsOf(job, context);
  const first = offsetOf(request.query.get("locator"), rows.length);
  const step = context.org.limits.settings.bulkPageRows;
  const base = `${context.basePath}/jobs/query/${job.id}`;
  const offsets = Array.from({ length: parallelPages }, (_, index) => first + index * step).filter(
    (offset) => offset === 0 || offset < rows.length,
  );
  const next = first + parallelPages * step;
  const done = next >= rows.length;
  return json({
    resultPages: offsets.map((offset) => ({
      resultUrl: `${base}/results${offset === 0 ? "" : `?locator=${locatorOf(offset)}`}`,
    })),
    ...(done ? {} : { nextRecordsUrl: `${base}/resultPages?locator=${locatorOf(next)}` }),
    done,
  });
}

function change(request: HttpRequest, id: string, context: ApiContext): HttpResponse {
  const job = jobOf(id, context);
  const state = textMember(jsonBody(request), "state");
  if (state !== "Aborted") throw invalidJob(`The state of a query job can only be set to Aborted, not to ${state}`);
  context.org.jobs.abort(job);
  return json(described(job, context));
}

function remove(id: string, context: ApiContext): HttpResponse {
  context.org.jobs.delete(jobOf(id, context));
  return { status: 204 };
}

const jobsOnPage = 1000;

/** "Get Information About All Query Jobs" */
function list(request: HttpRequest, context: ApiContext): HttpResponse {
  const jobs = context.org.jobs.list(context.session.userId);
  const type = request.query.get("jobType");
  const mode = request.query.get("concurrencyMode");
  const chunking = request.query.get("isPkChunkingEnabled");
  const fitting = jobs.filter(
    () =>
      (type === null || type === "V2Query") &&
      (mode === null || mode.toLowerCase() === "parallel") &&
      (chunking === null || chunking === "false"),
  );
  const first = offsetOf(request.query.get("queryLocator"), fitting.length);
  const end = first + jobsOnPage;
  const done = end >= fitting.length;
  return json({
    done,
    records: fitting.slice(first, end).map((job) => ({ ...described(job, context), jobType: "V2Query" })),
    nextRecordsUrl: done ? null : `${context.basePath}/jobs/query?queryLocator=${locatorOf(end)}`,
  });
}

export const bulkRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "jobs/query", handle: (request, _, context) => create(request, context) },
  { method: "GET", pattern: "jobs/query", handle: (request, _, context) => list(request, context) },
  { method: "GET", pattern: "jobs/query/:id", handle: (_, { id = "" }, context) => status(id, context) },
  {
    method: "PATCH",
    pattern: "jobs/query/:id",
    handle: (request, { id = "" }, context) => change(request, id, context),
  },
  { method: "DELETE", pattern: "jobs/query/:id", handle: (_, { id = "" }, context) => remove(id, context) },
  {
    method: "GET",
    pattern: "jobs/query/:id/results",
    handle: (request, { id = "" }, context) => results(request, id, context),
  },
  {
    method: "GET",
    pattern: "jobs/query/:id/resultPages",
    handle: (request, { id = "" }, context) => resultPages(request, id, context),
  },
];
