import type { Session } from "../access/sessions.ts";
import type { Batch, BatchFormat, BatchJob } from "../bulk/batch-jobs.ts";
import { planCsv } from "../bulk/csv-plan.ts";
import { dateTimeText } from "../core/date-values.ts";
import { SalesforceError } from "../core/salesforce-error.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { Router, type Route } from "../http/router.ts";
import type { Org } from "../org/org.ts";
import { asyncBatchList, type AsyncFormat, asyncMembers, asyncObject, asyncResultList } from "./async-format.ts";
import { batchResult } from "./async-results.ts";
import { authenticate } from "./authenticate.ts";
import { selectRows } from "./csv-page.ts";
import { isServed } from "./versions.ts";

// Bulk API 1.0, queries only ("Bulk API", "Bulk Query" of the Bulk API 2.0 and Bulk API Developer Guide).

interface AsyncContext {
  readonly org: Org;
  readonly session: Session;
  readonly version: string;
}

/** Returns the endpoint name for call counts and the response. `rest` is the path below the version. */
export function routeAsync(
  request: HttpRequest,
  { version, rest }: { version: string; rest: string },
  org: Org,
): { endpoint: string; answer: () => HttpResponse } {
  const found = router.find(request.method, rest);
  const endpoint = found.kind === "route" ? `${found.route.method} async/${found.route.pattern}` : "unknown";
  const answer = () => {
    try {
      if (found.kind !== "route" || !isServed(version, org.sharing.newestApiVersion))
        throw new AsyncError("InvalidUrl", "Invalid URL", 404);
      const session = authenticate(withBearerToken(request), org);
      return found.route.handle(request, found.parts, { org, session, version });
    } catch (error) {
      return refused(error, request);
    }
  };
  return { endpoint, answer };
}

/** Bulk API 1.0 has a special header for the session. */
function withBearerToken(request: HttpRequest): HttpRequest {
  const token = request.headers["x-sfdc-session"];
  if (token === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** "Errors" of Bulk API: codes such as InvalidJob, in XML or JSON. */
class AsyncError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const codes: Readonly<Record<string, string>> = {
  INVALID_SESSION_ID: "InvalidSessionId",
  REQUEST_LIMIT_EXCEEDED: "ExceededQuota",
  API_DISABLED_FOR_ORG: "FeatureNotEnabled",
};

function refused(error: unknown, request: HttpRequest): HttpResponse {
  const known = error instanceof AsyncError || error instanceof SalesforceError;
  if (!known) throw error;
  const code = error instanceof AsyncError ? error.code : (codes[error.errorCode] ?? "InvalidJob");
  const message = code === "InvalidSessionId" ? "Invalid session id" : error.message;
  const status = error instanceof AsyncError ? error.status : 400;
  const members = { exceptionCode: code, exceptionMessage: message };
  return asyncObject(formatOf(request), { status, root: "error", members });
}

/** Descriptions of jobs have the format of the request. */
function formatOf({ headers }: HttpRequest): AsyncFormat {
  return /json/iu.test(headers["content-type"] ?? headers["accept"] ?? "") ? "json" : "xml";
}

/** Descriptions of batches have the format of the job's content. */
function batchFormat({ contentType }: BatchJob): AsyncFormat {
  return contentType === "JSON" ? "json" : "xml";
}

function membersOf(request: HttpRequest): Readonly<Record<string, unknown>> {
  try {
    return asyncMembers(request.body.toString("utf8"));
  } catch {
    throw new AsyncError("InvalidJob", "Unable to parse Job");
  }
}

function createJob(request: HttpRequest, { org, session, version }: AsyncContext): HttpResponse {
  const { operation, object, contentType = "XML", concurrencyMode = "Parallel" } = membersOf(request);
  if (operation !== "query" && operation !== "queryAll") {
    throw new AsyncError("InvalidJob", `The operation ${String(operation)} is not supported, query and queryAll are`);
  }
  if (contentType !== "CSV" && contentType !== "JSON" && contentType !== "XML") {
    throw new AsyncError("InvalidJob", `The contentType ${String(contentType)} is not supported for ${operation}`);
  }
  const found = typeof object === "string" ? org.userAccess(session.userId).object(object) : undefined;
  if (found?.bulk !== true) {
    throw new AsyncError("InvalidEntity", `Entity '${String(object)}' is not supported by the Bulk API.`);
  }
  const job = org.batchJobs.create({
    userId: session.userId,
    operation,
    object: found.name,
    contentType: contentType satisfies BatchFormat,
    concurrencyMode: String(concurrencyMode),
    apiVersion: version,
    chunkSize: chunkSizeOf(request.headers["sforce-enable-pkchunking"]),
  });
  return jobResponse(request, job, { org, status: 201 });
}

const defaultChunkSize = 100_000;
const maxChunkSize = 250_000;

/** `true; chunkSize=50000` ("PK Chunking Header") */
function chunkSizeOf(header: string | undefined): number | undefined {
  if (header === undefined || /^\s*false/iu.test(header)) return undefined;
  const size = /chunkSize\s*=\s*(?<size>\d+)/iu.exec(header)?.groups?.["size"];
  return size === undefined ? defaultChunkSize : Math.min(maxChunkSize, Math.max(1, Number(size)));
}

function jobOf(id: string, { org, session }: AsyncContext): BatchJob {
  const job = org.batchJobs.get(id, session.userId);
  if (job === undefined) throw new AsyncError("InvalidJob", `Unable to find object: ${id}`);
  return job;
}

function jobResponse(
  request: HttpRequest,
  job: BatchJob,
  { org, status = 200 }: { org: Org; status?: number },
): HttpResponse {
  const states = job.batches.map((batch) => org.batchJobs.state(job, batch));
  const count = (state: string) => states.filter((candidate) => candidate === state).length;
  const completed = job.batches.filter((_, index) => states[index] === "Completed");
  const members = {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: dateTimeText(job.createdAt),
    systemModstamp: dateTimeText(job.changedAt),
    state: job.state,
    concurrencyMode: job.concurrencyMode,
    contentType: job.contentType,
    numberBatchesQueued: count("Queued"),
    numberBatchesInProgress: count("InProgress"),
    numberBatchesCompleted: count("Completed"),
    numberBatchesFailed: count("Failed"),
    numberBatchesTotal: states.length,
    numberRecordsProcessed: completed.reduce((sum, { rows }) => sum + rows.length, 0),
    numberRetries: 0,
    apiVersion: job.apiVersion,
    numberRecordsFailed: 0,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
  return asyncObject(formatOf(request), { status, root: "jobInfo", members });
}

function changeJob(request: HttpRequest, id: string, context: AsyncContext): HttpResponse {
  const job = jobOf(id, context);
  const { state } = membersOf(request);
  if (state !== "Closed" && state !== "Aborted") {
    throw new AsyncError("InvalidJob", `The state of a job can be set to Closed or Aborted, not to ${String(state)}`);
  }
  if (job.state !== "Open") throw new AsyncError("InvalidJobState", `Job is already ${job.state}`);
  context.org.batchJobs.end(job, state);
  return jobResponse(request, job, context);
}

/** The body is the query. With PK chunking, the batch itself is not processed; each chunk becomes another batch. */
function addBatch(request: HttpRequest, id: string, context: AsyncContext): HttpResponse {
  const job = jobOf(id, context);
  if (job.state !== "Open") throw new AsyncError("InvalidJobState", `Job is already ${job.state}`);
  const query = request.body.toString("utf8");
  const { org } = context;
  const { plan, rows, failure } = planned(query, job, context);
  const split = job.chunkSize !== undefined && plan !== undefined;
  const batch = org.batchJobs.addBatch(job, { query, plan, failure, split, rows: split ? new Uint32Array() : rows });
  for (let at = 0; split && at < rows.length; at += job.chunkSize) {
    const chunk = rows.subarray(at, at + job.chunkSize);
    org.batchJobs.addBatch(job, { query, plan, failure: undefined, split: false, rows: chunk });
  }
  return asyncObject(batchFormat(job), { status: 201, root: "batchInfo", members: batchMembers(job, batch, org) });
}

/** Plans the statement. An invalid statement is accepted, but its batch fails. */
function planned(
  query: string,
  job: BatchJob,
  { org, session }: AsyncContext,
): Pick<Batch, "plan" | "rows" | "failure"> {
  try {
    const settings = org.queries.settings(org.userAccess(session.userId), job.operation === "queryAll");
    const basePath = `/services/data/v${job.apiVersion}`;
    const plan = planCsv(query, settings, { basePath, instanceUrl: org.instanceUrl() });
    return { plan, rows: selectRows(plan, org), failure: undefined };
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const failure = `InvalidBatch : Failed to process query: ${error.errorCode}: ${error.message}`;
    return { plan: undefined, rows: new Uint32Array(), failure };
  }
}

function batchMembers(job: BatchJob, batch: Batch, org: Org): Record<string, string | number | null> {
  const state = org.batchJobs.state(job, batch);
  const done = state === "Completed" || state === "Failed";
  return {
    id: batch.id,
    jobId: job.id,
    state,
    stateMessage: state === "Failed" ? (batch.failure ?? null) : null,
    createdDate: dateTimeText(batch.createdAt),
    systemModstamp: dateTimeText(done ? batch.doneAt : batch.createdAt),
    numberRecordsProcessed: state === "Completed" ? batch.rows.length : 0,
    numberRecordsFailed: 0,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}

function batchOf(job: BatchJob, id: string): Batch {
  const batch = job.batches.find((candidate) => candidate.id === id || candidate.id.slice(0, 15) === id);
  if (batch === undefined) throw new AsyncError("InvalidBatch", `Unable to find batch: ${id}`);
  return batch;
}

/** A batch has one result, whose id is derived from the number of the batch. */
function resultId(batch: Batch): string {
  return `752${batch.id.slice(3)}`;
}

function results(job: BatchJob, batch: Batch, org: Org): HttpResponse {
  const state = org.batchJobs.state(job, batch);
  if (state !== "Completed") throw new AsyncError("InvalidBatch", `Batch not completed: it is ${state}`);
  return asyncResultList(batchFormat(job), [resultId(batch)]);
}

function result(job: BatchJob, batch: Batch, { id, org }: { id: string; org: Org }): HttpResponse {
  if (id !== resultId(batch) || org.batchJobs.state(job, batch) !== "Completed") {
    throw new AsyncError("InvalidBatch", `Unable to find result: ${id}`);
  }
  return batchResult(job, batch, org);
}

function withBatch(
  pattern: string,
  answer: (job: BatchJob, batch: Batch, parts: { id: string; org: Org }) => HttpResponse,
): Route<AsyncContext> {
  const handle: Route<AsyncContext>["handle"] = (_, { job: jobId = "", batch = "", result: id = "" }, context) => {
    const job = jobOf(jobId, context);
    return answer(job, batchOf(job, batch), { id, org: context.org });
  };
  return { method: "GET", pattern: `job/:job/batch/:batch${pattern}`, handle };
}

const router = new Router<AsyncContext>([
  { method: "POST", pattern: "job", handle: (request, _, context) => createJob(request, context) },
  {
    method: "GET",
    pattern: "job/:job",
    handle: (request, { job = "" }, context) => jobResponse(request, jobOf(job, context), context),
  },
  { method: "POST", pattern: "job/:job", handle: (request, { job = "" }, context) => changeJob(request, job, context) },
  {
    method: "POST",
    pattern: "job/:job/batch",
    handle: (request, { job = "" }, context) => addBatch(request, job, context),
  },
  {
    method: "GET",
    pattern: "job/:job/batch",
    handle: (_, { job: id = "" }, context) => {
      const job = jobOf(id, context);
      return asyncBatchList(
        batchFormat(job),
        job.batches.map((batch) => batchMembers(job, batch, context.org)),
      );
    },
  },
  withBatch("", (job, batch, { org }) =>
    asyncObject(batchFormat(job), { status: 200, root: "batchInfo", members: batchMembers(job, batch, org) }),
  ),
  withBatch("/request", (_, { query }) => ({ status: 200, headers: { "content-type": "text/csv" }, body: query })),
  withBatch("/result", (job, batch, { org }) => results(job, batch, org)),
  withBatch("/result/:result", result),
]);
