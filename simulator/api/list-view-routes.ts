import { notFound } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import type { PathParts } from "../http/router.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { pathObject } from "./record-routes.ts";

// "sObject List Views", "List View Describe", "List View Results" of the REST API.

interface ListView {
  readonly id: string;
  readonly label: string;
  readonly developerName: string;
  readonly object: ObjectDefinition;
}

function listViews(object: ObjectDefinition, { org }: ApiContext): ListView[] {
  const rows = org.database.rows(
    `SELECT "Id", "Name", "DeveloperName" FROM "ListView" WHERE "SobjectType" = ? ORDER BY "_row"`,
    [object.name],
  );
  return rows.map(([id, label, developerName]) => ({
    id: String(id),
    label: String(label),
    developerName: String(developerName),
    object,
  }));
}

function viewOf(parts: PathParts, context: ApiContext): ListView {
  const id = toId18(parts["view"] ?? "");
  const view = listViews(pathObject(parts, context), context).find((candidate) => candidate.id === id);
  if (view === undefined) throw notFound();
  return view;
}

/** The query of a list view, or undefined if the list view does not exist. */
export function listViewStatement(id: string, context: ApiContext): string | undefined {
  const [name] =
    context.org.database.row(`SELECT "SobjectType" FROM "ListView" WHERE "Id" = ?`, [toId18(id) ?? ""]) ?? [];
  const object = typeof name === "string" ? context.user.object(name) : undefined;
  const view = object === undefined ? undefined : listViews(object, context).find((view) => view.id === toId18(id));
  return view === undefined ? undefined : statementOf(view, context);
}

function described({ id, label, developerName, object }: ListView, { basePath }: ApiContext): Record<string, unknown> {
  const url = `${basePath}/sobjects/${object.name}/listviews/${id}`;
  return {
    describeUrl: `${url}/describe`,
    developerName,
    id,
    label,
    resultsUrl: `${url}/results`,
    soqlCompatible: true,
    url,
  };
}

function list(parts: PathParts, context: ApiContext): HttpResponse {
  const object = pathObject(parts, context);
  const views = listViews(object, context).map((view) => described(view, context));
  return json({ done: true, listviews: views, nextRecordsUrl: null, size: views.length, sobjectType: object.name });
}

/** The fields of a list view: the name, the owner and the dates. */
function columnsOf({ object }: ListView, { user }: ApiContext) {
  const names = [
    object.nameField?.name ?? "Id",
    "Status",
    "StageName",
    "Phone",
    "CreatedDate",
    "LastModifiedDate",
    "Id",
  ];
  return names
    .map((name) => object.fieldsByName.get(name.toLowerCase()))
    .filter((field) => field !== undefined && user.canRead(object, field))
    .filter((field) => field !== undefined)
    .map((field) => ({
      ascendingLabel: null,
      descendingLabel: null,
      fieldNameOrPath: field.name,
      hidden: field.name === "Id",
      label: field.label,
      selectListItem: field.name,
      sortDirection: field.nameField ? "ascending" : null,
      sortIndex: field.nameField ? 0 : null,
      sortable: field.sortable,
      type: field.type,
    }));
}

/** The query of a list view ("soqlCompatible"). */
function statementOf(view: ListView, context: ApiContext): string {
  const fields = columnsOf(view, context).map(({ fieldNameOrPath }) => fieldNameOrPath);
  const scope = view.developerName.startsWith("My") ? " USING SCOPE mine" : "";
  const name = view.object.nameField?.name ?? "Id";
  return `SELECT ${fields.join(", ")} FROM ${view.object.name}${scope} ORDER BY ${name} ASC NULLS FIRST, Id ASC NULLS FIRST`;
}

function describe(parts: PathParts, context: ApiContext): HttpResponse {
  const view = viewOf(parts, context);
  return json({
    columns: columnsOf(view, context),
    id: view.id,
    orderBy: [
      { fieldNameOrPath: view.object.nameField?.name ?? "Id", nullsPosition: "first", sortDirection: "ascending" },
      { fieldNameOrPath: "Id", nullsPosition: "first", sortDirection: "ascending" },
    ],
    query: statementOf(view, context),
    scope: view.developerName.startsWith("My") ? "mine" : "everything",
    sobjectType: view.object.name,
    whereCondition: null,
  });
}

const defaultLimit = 25;
const maxLimit = 2000;

/** The values of the columns as texts. */
function results(request: HttpRequest, parts: PathParts, context: ApiContext): HttpResponse {
  const view = viewOf(parts, context);
  const { org, user, basePath } = context;
  const columns = columnsOf(view, context);
  const number = (name: string, standard: number) =>
    Math.max(0, Math.trunc(Number(request.query.get(name) ?? standard)));
  const limit = Math.min(maxLimit, number("limit", defaultLimit));
  const statement = `${statementOf(view, context)} LIMIT ${limit} OFFSET ${Math.min(maxLimit, number("offset", 0))}`;
  const page = org.queries.query(statement, { user, basePath, includeDeleted: false, batchSize: maxLimit });
  const parsed: unknown = JSON.parse(page.plain().toString("utf8"));
  const records = isRecord(parsed) && Array.isArray(parsed["records"]) ? parsed["records"].filter(isRecord) : [];
  return json({
    columns,
    developerName: view.developerName,
    done: records.length < limit,
    id: view.id,
    label: view.label,
    records: records.map((record) => ({
      columns: columns.map(({ fieldNameOrPath }) => ({ fieldNameOrPath, value: textOf(record[fieldNameOrPath]) })),
    })),
    size: records.length,
  });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

export const listViewRoutes: readonly ApiRoute[] = [
  { method: "GET", pattern: "sobjects/:name/listviews", handle: (_, parts, context) => list(parts, context) },
  {
    method: "GET",
    pattern: "sobjects/:name/listviews/:view",
    handle: (_, parts, context) => json(described(viewOf(parts, context), context)),
  },
  {
    method: "GET",
    pattern: "sobjects/:name/listviews/:view/describe",
    handle: (_, parts, context) => describe(parts, context),
  },
  { method: "GET", pattern: "sobjects/:name/listviews/:view/results", handle: results },
];
