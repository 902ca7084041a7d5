import { timeText } from "../core/date-values.ts";
import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import { compileRowsSource } from "../query/compile-rows.ts";
import type { RenderSettings } from "../query/value-writers.ts";
import type { FieldDefinition, FieldType } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { CompileContext, type CompileSettings, type SqlValue } from "../soql/compile-context.ts";
import { parseQuery } from "../soql/parse-query.ts";
import { checkQuery, checkSemiJoins, isAggregate } from "../soql/query-rules.ts";
import { type ResolvedField, Scope } from "../soql/scope.ts";
import type { Expression, FieldPath, Query, SelectItem } from "../soql/syntax.ts";

/** The compiled form of a bulk query: it finds the rows and writes them as CSV. */
export interface CsvPlan {
  readonly object: ObjectDefinition;
  readonly keySql: string;
  readonly keyParameters: readonly SqlValue[];
  readonly rowSql: string;
  readonly header: readonly string[];
  readonly types: readonly FieldType[];
  readonly values: (row: readonly unknown[]) => string[];
}

/** "SOQL Considerations for Bulk Queries". The code is quoted by third parties for compound fields. */
function unsupported(message: string): Error {
  return badRequest("API_ERROR", message);
}

/** Compiles a bulk query. Throws for statements that only the REST API supports. */
export function planCsv(text: string, settings: CompileSettings, render: RenderSettings): CsvPlan {
  const query = parseQuery(text);
  checkQuery(query);
  checkSemiJoins(query);
  checkBulk(query);
  const context = CompileContext.of(settings, text);
  const { object, keySql, keyParameters } = compileRowsSource(query, context);
  if (!object.bulk) throw badRequest("INVALIDENTITY", `Entity '${object.name}' is not supported by the Bulk API.`);
  const scope = new Scope(context.statement, object, query.from);
  const columns = query.select.flatMap((item) => columnsOf(item, { scope, object, settings }));
  const alias = scope.root.alias;
  const rowSql = `SELECT ${columns.map((column) => columnSql(column)).join(", ")} FROM json_each(?1) k CROSS JOIN "${object.name}" ${alias} ON ${alias}."_row" = CAST(k.value AS INTEGER) ${scope.joins.join(" ")}`;
  const writers = columns.map(({ field }, index) =>
    isDataUrl(field) ? dataUrlWriter(render, index) : csvWriter(field, index),
  );
  return {
    object,
    keySql,
    keyParameters,
    rowSql,
    header: columns.map(({ source, field }) => [...source.path, field.name].join(".")),
    types: columns.map(({ field }) => field.type),
    values: (row) => writers.map((write) => write(row)),
  };
}

function checkBulk(query: Query): void {
  if (isAggregate(query)) throw unsupported("Aggregate functions and GROUP BY are not supported in Bulk Query");
  if (query.offset !== undefined) throw unsupported("OFFSET is not supported in Bulk Query");
  for (const item of query.select) {
    if (item.kind === "subquery") throw unsupported("Aggregate Relationships not supported in Bulk Query");
    if (item.kind === "typeof") throw unsupported("TYPEOF is not supported in Bulk Query");
    if (item.kind === "fields" && item.which !== "STANDARD") {
      throw unsupported(`FIELDS(${item.which}) is not supported in Bulk Query`);
    }
  }
}

interface ColumnParts {
  readonly scope: Scope;
  readonly object: ObjectDefinition;
  readonly settings: CompileSettings;
}

function columnsOf(item: SelectItem, { scope, object, settings }: ColumnParts): ResolvedField[] {
  if (item.kind === "fields") {
    return object.fields
      .filter((field) => !field.custom && isFlat(field) && settings.user.canRead(object, field))
      .map((field) => scope.fieldOf(scope.root, field.name));
  }
  if (item.kind !== "expression") throw malformedQuery("unexpected token in the SELECT list");
  const resolved = scope.resolve(plainPath(item.expression));
  if (resolved.field.type === "base64") throw unsupported("Binary fields are not supported in Bulk Query");
  if (!isFlat(resolved.field)) throw unsupported("Selecting compound data not supported in Bulk Query");
  return [resolved];
}

function isFlat({ type }: FieldDefinition): boolean {
  return type !== "address" && type !== "location" && type !== "base64";
}

/** The URL of a file's bytes has no column, because it is derived from the id of the version. */
function isDataUrl({ name }: FieldDefinition): boolean {
  return name === "VersionDataUrl";
}

function columnSql({ field, source, sql }: ResolvedField): string {
  return isDataUrl(field) ? source.idSql : sql;
}

function dataUrlWriter({ instanceUrl, basePath }: RenderSettings, index: number): (row: readonly unknown[]) => string {
  return (row) => `${instanceUrl}${basePath}/sobjects/ContentVersion/${String(row[index])}/VersionData`;
}

function plainPath(expression: Expression): FieldPath {
  if (expression.kind === "field") return expression;
  const [argument] = expression.kind === "call" ? expression.arguments : [];
  if (expression.kind === "call" && argument?.kind === "field" && expression.name === "TOLABEL") return argument;
  throw unsupported("Functions other than toLabel() are not supported in Bulk Query");
}

/** Unlike JSON, CSV has empty values for null, and its dateTimes end in Z. */
function csvWriter({ type }: FieldDefinition, index: number): (row: readonly unknown[]) => string {
  switch (type) {
    case "boolean":
      return (row) => (row[index] === 1 ? "true" : "false");
    case "datetime":
      return (row) => numeric(row[index], (value) => new Date(value).toISOString());
    case "time":
      return (row) => numeric(row[index], timeText);
    case "int":
      return (row) => numeric(row[index], (value) => String(Math.trunc(value)));
    case "double":
    case "currency":
    case "percent":
      return (row) => numeric(row[index], (value) => (Number.isInteger(value) ? `${value}.0` : String(value)));
    case "encryptedstring":
      return (row) => (typeof row[index] === "string" ? "********" : "");
    default:
      return (row) => {
        const value = row[index];
        return typeof value === "string" || typeof value === "number" ? String(value) : "";
      };
  }
}

function numeric(value: unknown, text: (value: number) => string): string {
  return typeof value === "number" ? text(value) : "";
}
