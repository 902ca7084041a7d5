import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import type { RenderedBody } from "../http/rendered-body.ts";
import { queryColumns } from "../query/query-columns.ts";
import type { QueryRequest } from "../query/query-service.ts";
import { parseSosl } from "../sosl/parse-sosl.ts";
import { runSearch } from "../sosl/run-search.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { listViewStatement } from "./list-view-routes.ts";

const defaultBatch = 2000;

/** `Sforce-Query-Options: batchSize=N`, limited to 200 to 2,000. */
export function batchSizeOf(request: HttpRequest): number {
  const given = /batchSize\s*=\s*(?<size>\d+)/iu.exec(request.headers["sforce-query-options"] ?? "");
  if (given?.groups === undefined) return defaultBatch;
  return Math.min(defaultBatch, Math.max(200, Number(given.groups["size"])));
}

function queryRequestOf(request: HttpRequest, { user, basePath }: ApiContext, includeDeleted: boolean): QueryRequest {
  return { user, basePath, includeDeleted, batchSize: batchSizeOf(request) };
}

function query(request: HttpRequest, context: ApiContext, includeDeleted: boolean): HttpResponse {
  const explain = request.query.get("explain");
  if (explain !== null) return explainPlan(explain, context);
  const text = request.query.get("q");
  if (text === null || text.trim() === "") throw malformedQuery("A query string has to be specified");
  if (request.query.get("columns") === "true") return columnMetadata(text, context, includeDeleted);
  const body = context.org.queries.query(text, queryRequestOf(request, context, includeDeleted));
  if (/\bFOR\s+(?:VIEW|REFERENCE)\b/iu.test(text)) rememberViewed(body, context);
  return { status: 200, body };
}

/** "FOR VIEW": the records of the page become recently viewed items. */
function rememberViewed(body: RenderedBody, { org, session }: ApiContext): void {
  const page: unknown = JSON.parse(body.plain().toString("utf8"));
  const records: unknown[] = isRecord(page) && Array.isArray(page["records"]) ? page["records"] : [];
  const ids = records.map((record) => (isRecord(record) ? record["Id"] : undefined));
  org.recent.add(
    session.userId,
    ids.filter((id) => typeof id === "string"),
  );
}

/** Describes the columns of a query instead of running it. The Salesforce CLI needs this; it is not documented. */
function columnMetadata(text: string, { user, basePath, org }: ApiContext, includeDeleted: boolean): HttpResponse {
  const { query, groups } = org.queries.plan(text, { user, basePath, includeDeleted });
  const object = user.object(query.from.name);
  const columns = queryColumns(query, org.queries.settings(user, includeDeleted));
  return json({
    columnMetadata: columns,
    entityName: object?.name,
    groupBy: groups !== undefined,
    idSelected: columns.some(({ columnName }) => columnName === "Id"),
    keyPrefix: object?.prefix,
  });
}

/** "Get Feedback on Query Performance" of a query or a list view: always one plan, with estimated numbers. */
function explainPlan(explained: string, context: ApiContext): HttpResponse {
  const { user, basePath, org } = context;
  const text = listViewStatement(explained, context) ?? explained;
  const plan = org.queries.plan(text, { user, basePath, includeDeleted: false });
  const object = plan.rows?.object.name ?? plan.query.from.name;
  const cardinality = org.database.number(`SELECT count(*) FROM "${org.schema.get(object).name}"`);
  const selective = plan.query.where !== undefined;
  return {
    status: 200,
    body: JSON.stringify({
      plans: [
        {
          cardinality: selective ? Math.ceil(cardinality / 10) : cardinality,
          fields: [],
          leadingOperationType: selective ? "Index" : "TableScan",
          notes: [],
          relativeCost: selective ? 0.5 : 1.5,
          sobjectCardinality: cardinality,
          sobjectType: object,
        },
      ],
    }),
  };
}

function nextPage(request: HttpRequest, locator: string, context: ApiContext): HttpResponse {
  return { status: 200, body: context.org.queries.next(locator, queryRequestOf(request, context, false)) };
}

function search(request: HttpRequest, context: ApiContext): HttpResponse {
  const text = request.query.get("q");
  if (text === null || text.trim() === "") throw badRequest("MALFORMED_SEARCH", "No search string was specified");
  const { org, user, basePath } = context;
  const { database, queries } = org;
  return { status: 200, body: runSearch(parseSosl(text), { database, queries, user, basePath }) };
}

export const queryRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "query", handle: (request, _, context) => query(request, context, false) },
  { method: "GET", pattern: "queryAll", handle: (request, _, context) => query(request, context, true) },
  {
    method: "GET",
    pattern: "query/:locator",
    handle: (request, { locator = "" }, context) => nextPage(request, locator, context),
  },
  {
    method: "GET",
    pattern: "queryAll/:locator",
    handle: (request, { locator = "" }, context) => nextPage(request, locator, context),
  },
  { method: "GET", pattern: "search", handle: (request, _, context) => search(request, context) },
];
