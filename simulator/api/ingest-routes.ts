import type { IngestJob, IngestOperation } from "../bulk/ingest-jobs.ts";
import { dateTimeText } from "../core/date-values.ts";
import { badRequest, notFound } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { bulkChoice, bulkDelimiters } from "./bulk-format.ts";
import { ingest } from "./ingest-records.ts";
import { jsonBody, textMember } from "./request-body.ts";

// "Bulk API 2.0 Ingest" (since 41.0): a job has one CSV upload and reports a result for each line.

const operations: readonly IngestOperation[] = ["insert", "update", "upsert", "delete", "hardDelete"];
const maxUploadBytes = 150_000_000;

/** "Create a Job" */
function create(request: HttpRequest, context: ApiContext): HttpResponse {
  const body = jsonBody(request);
  const operation = operations.find((candidate) => candidate === textMember(body, "operation"));
  if (operation === undefined) throw badRequest("INVALIDJOB", `The operation must be one of ${operations.join(", ")}`);
  const object = context.user.object(textMember(body, "object"));
  if (object === undefined) throw badRequest("INVALIDJOB", `Unsupported object: ${textMember(body, "object")}`);
  const external = body["externalIdFieldName"];
  if (operation === "upsert" && typeof external !== "string") {
    throw badRequest("INVALIDJOB", "An upsert needs an externalIdFieldName");
  }
  const job = context.org.ingestJobs.create({
    userId: context.session.userId,
    operation,
    object: object.name,
    externalIdFieldName: typeof external === "string" ? external : undefined,
    apiVersion: context.version,
    columnDelimiter: bulkChoice(body, "columnDelimiter", ["COMMA", ...Object.keys(bulkDelimiters)]),
    lineEnding: bulkChoice(body, "lineEnding", ["LF", "CRLF"]),
  });
  return json(described(job, context));
}

function described(job: IngestJob, { org }: ApiContext): Record<string, unknown> {
  const state = org.ingestJobs.state(job);
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: dateTimeText(job.createdAt),
    systemModstamp: dateTimeText(job.abortedAt ?? job.completedAt ?? job.createdAt),
    state,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    concurrencyMode: "Parallel",
    contentType: "CSV",
    apiVersion: Number(job.apiVersion),
    ...(state === "Open" ? { contentUrl: `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches` } : {}),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

/** "Get Job Info" */
function status(id: string, context: ApiContext): HttpResponse {
  const job = jobOf(id, context);
  const { results, failure } = job.outcome;
  const done = context.org.ingestJobs.state(job) === "JobComplete";
  return json({
    ...described(job, context),
    jobType: "V2Ingest",
    numberRecordsProcessed: done ? results.length : 0,
    numberRecordsFailed: done ? results.filter(({ error }) => error !== undefined).length : 0,
    retries: 0,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
    ...(failure === undefined ? {} : { errorMessage: failure }),
  });
}

function jobOf(id: string, { org, session }: ApiContext): IngestJob {
  return org.ingestJobs.get(id, session.userId);
}

/** "Upload Job Data" */
function upload(request: HttpRequest, id: string, context: ApiContext): HttpResponse {
  if (request.body.length > maxUploadBytes) throw badRequest("INVALIDJOB", "An upload can have at most 150 MB");
  context.org.ingestJobs.upload(jobOf(id, context), request.body.toString("utf8"));
  return { status: 201 };
}

/** "Upload Complete", "Abort a Job" */
function change(request: HttpRequest, id: string, context: ApiContext): HttpResponse {
  const job = jobOf(id, context);
  const state = textMember(jsonBody(request), "state");
  if (state === "Aborted") context.org.ingestJobs.abort(job);
  else if (state === "UploadComplete") {
    const delimiter = bulkDelimiters[job.columnDelimiter] ?? ",";
    context.org.ingestJobs.complete(job, () => ingest(job, delimiter, context));
  } else throw badRequest("INVALIDJOB", `The state of a job can be set to UploadComplete or Aborted, not to ${state}`);
  return json(described(job, context));
}

const resultColumns: Readonly<Record<string, readonly string[]>> = {
  successfulResults: ["sf__Id", "sf__Created"],
  failedResults: ["sf__Id", "sf__Error"],
  unprocessedrecords: [],
};

/** "Get Job Successful Record Results", "Failed", "Unprocessed". The simulator leaves no records unprocessed. */
function results(id: string, kind: string, context: ApiContext): HttpResponse {
  const own = resultColumns[kind];
  if (own === undefined) throw notFound();
  const job = jobOf(id, context);
  const { header, results: all } = job.outcome;
  const shown = all.filter(
    ({ error }) => kind !== "unprocessedrecords" && (error === undefined) === (kind === "successfulResults"),
  );
  const lines = shown.map(({ id: recordId, created, error, values }) => [
    recordId,
    error ?? String(created),
    ...values,
  ]);
  const delimiter = bulkDelimiters[job.columnDelimiter] ?? ",";
  const text = [[...own, ...header], ...lines]
    .map((line) => line.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter))
    .join("\n");
  return { status: 200, headers: { "content-type": "text/csv" }, body: `${text}\n` };
}

function remove(id: string, context: ApiContext): HttpResponse {
  context.org.ingestJobs.delete(jobOf(id, context));
  return { status: 204 };
}

function list(context: ApiContext): HttpResponse {
  const records = context.org.ingestJobs.list(context.session.userId);
  return json({
    done: true,
    records: records.map((job) => ({ ...described(job, context), jobType: "V2Ingest" })),
    nextRecordsUrl: null,
  });
}

export const ingestRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "jobs/ingest", handle: (request, _, context) => create(request, context) },
  { method: "GET", pattern: "jobs/ingest", handle: (_request, _, context) => list(context) },
  { method: "GET", pattern: "jobs/ingest/:id", handle: (_, { id = "" }, context) => status(id, context) },
  {
    method: "PATCH",
    pattern: "jobs/ingest/:id",
    handle: (request, { id = "" }, context) => change(request, id, context),
  },
  {
    method: "DELETE",
    pattern: "jobs/ingest/:id",
    handle: (_, { id = "" }, context) => remove(id, context),
  },
  {
    method: "PUT",
    pattern: "jobs/ingest/:id/batches",
    handle: (request, { id = "" }, context) => upload(request, id, context),
  },
  {
    method: "GET",
    pattern: "jobs/ingest/:id/:kind",
    handle: (_, { id = "", kind = "" }, context) => results(id, kind, context),
  },
];
