import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { ConditionCompiler, type SubqueryCompiler } from "../soql/compile-condition.ts";
import { type CompileContext, type SqlValue } from "../soql/compile-context.ts";
import { type CompiledExpression, ExpressionCompiler } from "../soql/compile-expression.ts";
import { checkObjectRules } from "../soql/query-rules.ts";
import { Scope } from "../soql/scope.ts";
import type { Expression, FieldGroup, FieldPath, From, OrderKey, Query } from "../soql/syntax.ts";
import { messageAt } from "../soql/tokens.ts";
import { RecordWriterBuilder } from "./record-writer.ts";
import type { RenderSettings, Row } from "./value-writers.ts";

/** The compiled form of a query or child subquery: it finds the records and writes them as JSON. */
export interface RowPlan {
  readonly object: ObjectDefinition;
  /** Selects the row numbers in order. In a child subquery, ?1 is a JSON list of parent ids and the first column is the parent id. */
  readonly keySql: string;
  readonly keyParameters: readonly SqlValue[];
  /** Selects rows by ?1, a JSON list of row numbers, in its order. The first column is the Id, the last one the row number. */
  readonly rowSql: string;
  readonly write: (row: Row, children: readonly string[]) => string;
  readonly children: readonly ChildPlan[];
  readonly longTexts: number;
}

export interface ChildPlan {
  readonly plan: RowPlan;
  readonly limit: number | undefined;
}

/** Compiles a statement that selects records. */
export function compileRows(query: Query, context: CompileContext, settings: RenderSettings): RowPlan {
  const object = visibleObject(query.from, context);
  checkObjectRules(query, object, context.settings.user);
  return planOf({ query, object, foreignKey: undefined }, context, settings);
}

/** Compiles only the part of a statement that finds the rows. */
export function compileRowsSource(
  query: Query,
  context: CompileContext,
): Pick<RowPlan, "object" | "keySql" | "keyParameters"> {
  const object = visibleObject(query.from, context);
  checkObjectRules(query, object, context.settings.user);
  return { object, ...keyQuery({ query, object, foreignKey: undefined }, context) };
}

/** The object of a FROM clause. Throws the same error for a missing object and for one that the user may not read. */
export function visibleObject({ name, at }: From, context: CompileContext): ObjectDefinition {
  const { user, childrenOfRecord } = context.settings;
  const object = user.object(name);
  if (object?.queryable === false && !childrenOfRecord) {
    throw badRequest("INVALID_TYPE_FOR_OPERATION", `entity type ${object.name} does not support query`);
  }
  if (object !== undefined) return object;
  throw badRequest(
    "INVALID_TYPE",
    messageAt(
      context.statement.text,
      at,
      `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
    ),
  );
}

interface RowQuery {
  readonly query: Query;
  readonly object: ObjectDefinition;
  /** Child subqueries only: the field with the parent id. */
  readonly foreignKey: string | undefined;
}

function planOf(rowQuery: RowQuery, context: CompileContext, settings: RenderSettings): RowPlan {
  const { query, object } = rowQuery;
  const scope = new Scope(context.statement, object, query.from);
  const writer = new RecordWriterBuilder(scope, context, settings);
  const children = selectList(rowQuery, { scope, writer, context, settings });
  const write = writer.build();
  const key = `CAST(k.value AS INTEGER)`;
  const rowSql = `SELECT ${writer.columns.join(", ")}, ${scope.root.alias}."_row" FROM json_each(?1) k CROSS JOIN "${object.name}" ${scope.root.alias} ON ${scope.root.alias}."_row" = ${key} ${scope.joins.join(" ")}`;
  return { object, ...keyQuery(rowQuery, context), rowSql, write, children, longTexts: writer.longTexts };
}

interface ListParts {
  readonly scope: Scope;
  readonly writer: RecordWriterBuilder;
  readonly context: CompileContext;
  readonly settings: RenderSettings;
}

function selectList({ query, object }: RowQuery, parts: ListParts): ChildPlan[] {
  const { writer, context, settings } = parts;
  const children: ChildPlan[] = [];
  let unnamed = 0;
  for (const item of query.select) {
    switch (item.kind) {
      case "expression":
        if (addExpression(item.expression, item.alias, { ...parts, defaultKey: `expr${unnamed}` })) unnamed += 1;
        break;
      case "fields":
        addAllFields(object, item.which, parts);
        break;
      case "typeof":
        writer.addTypeOf(item.reference, item.branches);
        break;
      case "subquery":
        writer.addChild(childName(object, item.query, context), children.length);
        children.push(childPlan(object, item.query, { context, settings }));
    }
  }
  return children;
}

/** Adds an expression of the SELECT list. Returns true if it got the default key. */
function addExpression(
  expression: Expression,
  alias: string | undefined,
  { scope, writer, context, defaultKey }: ListParts & { defaultKey: string },
): boolean {
  if (expression.kind === "field") {
    if (alias !== undefined) throw malformedQuery("only aggregate expressions use field aliasing");
    writer.addPath(expression);
    return false;
  }
  if (expression.kind !== "call") throw malformedQuery("unexpected token: a literal instead of a field");
  const field = innermostField(expression);
  if (expression.name === "DISTANCE") {
    writer.addNumber(new ExpressionCompiler(scope, context).compile(expression).sql, alias ?? defaultKey);
    return alias === undefined;
  }
  if (!["TOLABEL", "FORMAT", "CONVERTCURRENCY"].includes(expression.name) || field === undefined) {
    throw malformedQuery(`unexpected token: '${expression.name}'`);
  }
  new ExpressionCompiler(scope, context).compile(expression);
  writer.addFormatted(field, { alias, format: expression.name === "FORMAT" });
  return false;
}

function innermostField(expression: Expression): FieldPath | undefined {
  if (expression.kind === "field") return expression;
  const [argument] = expression.kind === "call" ? expression.arguments : [];
  return argument === undefined ? undefined : innermostField(argument);
}

function addAllFields(object: ObjectDefinition, which: FieldGroup, { writer, context }: ListParts): void {
  const fields = object.fields.filter(
    (field) =>
      context.settings.user.canRead(object, field) && (which === "ALL" || field.custom === (which === "CUSTOM")),
  );
  if (fields.length === 0) throw malformedQuery(`The SOQL FIELDS function found no fields on ${object.name}.`);
  for (const field of fields) writer.addRootField(field.name);
}

function childOf(
  object: ObjectDefinition,
  query: Query,
  context: CompileContext,
): { name: string; rowQuery: RowQuery } {
  const relationship = context.settings.schema.child(object, query.from.name);
  const child = relationship === undefined ? undefined : context.settings.user.object(relationship.childObject);
  if (
    relationship?.relationshipName === undefined ||
    child === undefined ||
    !context.settings.user.canRead(child, relationship.field)
  ) {
    throw badRequest(
      "INVALID_TYPE",
      messageAt(
        context.statement.text,
        query.from.at,
        `Didn't understand relationship '${query.from.name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      ),
    );
  }
  return {
    name: relationship.relationshipName,
    rowQuery: { query, object: child, foreignKey: relationship.field.name },
  };
}

function childName(object: ObjectDefinition, query: Query, context: CompileContext): string {
  return childOf(object, query, context).name;
}

function childPlan(
  object: ObjectDefinition,
  query: Query,
  { context, settings }: { context: CompileContext; settings: RenderSettings },
): ChildPlan {
  const { rowQuery } = childOf(object, query, context);
  return { plan: planOf(rowQuery, context.sibling(), settings), limit: query.limit };
}

function keyQuery(
  { query, object, foreignKey }: RowQuery,
  context: CompileContext,
): Pick<RowPlan, "keySql" | "keyParameters"> {
  const keys = context.sibling();
  const scope = new Scope(keys.statement, object, query.from);
  const alias = scope.root.alias;
  const parents =
    foreignKey === undefined
      ? undefined
      : `${alias}."${foreignKey}" IN (SELECT value FROM json_each(${keys.bind("[]")}))`;
  const conditions = [parents, ...rowConditions(query, scope, keys)].filter((condition) => condition !== undefined);
  const order = orderSql(query.orderBy, scope, keys);
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const columns = foreignKey === undefined ? "" : `${alias}."${foreignKey}", `;
  const limit = foreignKey === undefined ? limitSql(query) : "";
  return {
    keySql: `SELECT ${columns}${alias}."_row" FROM ${scope.fromSql()}${where} ORDER BY ${[...order, `${alias}."_row"`].join(", ")}${limit}`,
    keyParameters: keys.parameters,
  };
}

/** The conditions for rows: not deleted, visible to the user, USING SCOPE, the WHERE clause. */
export function rowConditions(query: Query, scope: Scope, context: CompileContext): string[] {
  const conditions: string[] = [];
  const alias = scope.root.alias;
  if (!context.settings.includeDeleted && scope.object.fieldsByName.has("isdeleted")) {
    conditions.push(`${alias}."IsDeleted" = 0`);
  }
  const visible = scope.visibleSql();
  if (visible !== undefined) conditions.push(visible);
  if (query.scope?.toLowerCase() === "mine") {
    conditions.push(`${scope.fieldOf(scope.root, "OwnerId").sql} = ${context.bind(context.settings.user.id)}`);
  }
  if (query.where !== undefined) {
    const compiler = new ConditionCompiler(scope, context, { clause: "WHERE", subquery: semiJoin(context) });
    conditions.push(compiler.compile(query.where));
  }
  return conditions;
}

/** `Id IN (SELECT AccountId FROM …)` and NOT IN. An empty field matches no list. */
function semiJoin(context: CompileContext): SubqueryCompiler {
  return ({ operator, subquery }, left, negated) => {
    const [item] = subquery?.select ?? [];
    if (subquery === undefined || item?.kind !== "expression") throw malformedQuery(`unexpected token: '${operator}'`);
    checkJoinField(left, context);
    const object = visibleObject(subquery.from, context);
    const scope = new Scope(context.statement, object, subquery.from);
    const inner = new ExpressionCompiler(scope, context).compile(item.expression);
    checkJoinField(inner, context);
    checkSameObject(left, inner);
    const conditions = [...rowConditions(subquery, scope, context), `${inner.sql} IS NOT NULL`];
    const sql = `${left.sql} IN (SELECT ${inner.sql} FROM ${scope.fromSql()} WHERE ${conditions.join(" AND ")})`;
    return (operator === "NOT IN") === negated ? sql : `(NOT coalesce(${sql}, 0))`;
  };
}

function checkJoinField({ type, name, at }: CompiledExpression, context: CompileContext): void {
  if (type === "id" || type === "reference") return;
  throw malformedQuery(
    messageAt(
      context.statement.text,
      at,
      `Semi join sub-selects can only be performed on Id and reference fields, not on '${name}'.`,
    ),
  );
}

/** "A subquery must query a field referencing the same object type as the main query" (Semi-Joins with IN and Anti-Joins with NOT IN). */
function checkSameObject(left: CompiledExpression, inner: CompiledExpression): void {
  const outer = new Set(objectsOf(left));
  if (objectsOf(inner).some((name) => outer.has(name))) return;
  throw malformedQuery(
    `The selected field '${inner.name}' in the subquery and the left operand field '${left.name}' in the where expression in the outer query should point to the same object type`,
  );
}

/** The objects whose ids an id or reference field contains. */
function objectsOf({ field }: CompiledExpression): readonly string[] {
  if (field === undefined) return [];
  return field.field.type === "id" ? field.source.targets.map(({ name }) => name) : field.field.referenceTo;
}

/** The keys of ORDER BY as SQL. Empty fields come first by default, ascending and descending. */
export function orderSql(keys: readonly OrderKey[], scope: Scope, context: CompileContext): string[] {
  const expressions = new ExpressionCompiler(scope, context);
  return keys.map((key) => {
    const compiled = expressions.compile(key.expression);
    if (compiled.field !== undefined && !compiled.aggregate && !compiled.field.field.sortable) {
      throw malformedQuery(
        messageAt(context.statement.text, compiled.at, `field '${compiled.name}' can not be sorted in a query call`),
      );
    }
    const last = key.nullsLast && !(compiled.type === "reference" && compiled.field?.field.required === false);
    return `${compiled.sql} ${key.descending ? "DESC" : "ASC"} NULLS ${last ? "LAST" : "FIRST"}`;
  });
}

function limitSql({ limit, offset }: Query): string {
  if (limit === undefined && offset === undefined) return "";
  return ` LIMIT ${limit ?? -1} OFFSET ${offset ?? 0}`;
}
