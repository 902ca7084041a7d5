import type { UserAccess } from "../access/user-access.ts";
import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { accessQuestion } from "./access-question.ts";
import { functionKind } from "./functions.ts";
import type { Comparison, Condition, Expression, From, Query, SelectItem } from "./syntax.ts";

// Rules that are independent of fields. The limits are from "SOQL and SOSL Limits for Search Queries" and the SOQL reference.

const maxSubqueries = 20;
const maxDepth = 5;
const maxOffset = 2000;
const maxFieldsLimit = 200;

/** The supported scopes of USING SCOPE. */
const supportedScopes: ReadonlySet<string> = new Set(["everything", "mine"]);
const unsupportedScopes: ReadonlySet<string> = new Set([
  "delegated",
  "my_territory",
  "my_team_territory",
  "team",
  "mineandmygroups",
  "scopingrule",
]);

export function checkQuery(query: Query): void {
  checkClauses(query);
  const subqueries = query.select.filter((item) => item.kind === "subquery");
  if (subqueries.length > maxSubqueries) {
    throw malformedQuery(`Too many nested queries: ${subqueries.length}. The maximum is ${maxSubqueries}.`);
  }
  for (const { query: child } of subqueries) checkChild(child, 2);
  if (isAggregate(query)) checkAggregate(query);
}

function checkClauses(query: Query): void {
  if (query.offset !== undefined && query.offset > maxOffset) {
    throw badRequest("NUMBER_OUTSIDE_VALID_RANGE", `Maximum SOQL offset allowed is ${maxOffset}`);
  }
  checkScope(query);
  checkFieldsFunction(query);
}

function checkScope(query: Query): void {
  const scope = query.scope?.toLowerCase();
  if (scope === undefined) return;
  if (!supportedScopes.has(scope) && !unsupportedScopes.has(scope))
    throw malformedQuery(`unexpected token: '${query.scope ?? ""}'`);
  if (unsupportedScopes.has(scope)) {
    throw badRequest("INVALID_QUERY_SCOPE", `The scope ${scope} is not available on ${query.from.name}.`);
  }
  if (query.select.some((item) => item.kind === "subquery")) {
    throw malformedQuery("USING SCOPE cannot be used in a query with child subqueries.");
  }
}

function checkChild(query: Query, depth: number): void {
  if (depth > maxDepth) throw malformedQuery(`SOQL statements cannot nest more than ${maxDepth} levels of subqueries.`);
  checkClauses(query);
  if (isAggregate(query) || query.grouping !== undefined) {
    throw malformedQuery("Aggregate functions and GROUP BY are not allowed in a child subquery.");
  }
  if (query.offset !== undefined) {
    throw malformedQuery("OFFSET is not allowed in a child subquery.");
  }
  for (const item of query.select) if (item.kind === "subquery") checkChild(item.query, depth + 1);
}

function checkFieldsFunction(query: Query): void {
  const used = query.select.filter((item) => item.kind === "fields");
  if (used.length === 0) return;
  if (query.grouping !== undefined) throw malformedQuery("The FIELDS function cannot be used with GROUP BY.");
  const unbounded = used.some(({ which }) => which !== "STANDARD");
  if (!unbounded) return;
  if (query.limit !== undefined && query.limit <= maxFieldsLimit) return;
  if (query.where !== undefined && isBoundedById(query.where)) return;
  throw malformedQuery(`The SOQL FIELDS function must have a LIMIT of at most ${maxFieldsLimit}`);
}

function isBoundedById(condition: Condition): boolean {
  return topLevel(condition).some(
    ({ left, operator, values, subquery }) =>
      subquery === undefined &&
      pathOf(left) === "id" &&
      (operator === "=" || operator === "IN") &&
      values.length <= maxFieldsLimit,
  );
}

/** The comparisons that are joined by AND only, so that all result rows satisfy them. */
function topLevel(condition: Condition): Comparison[] {
  if (condition.kind === "compare") return [condition];
  return condition.kind === "and" ? condition.parts.flatMap((part) => topLevel(part)) : [];
}

/** The field name in lower case, or an empty text for a function. */
function pathOf(expression: Expression): string {
  return expression.kind === "field" ? (expression.names.at(-1) ?? "").toLowerCase() : "";
}

/** Tells if the expression contains an aggregate function. */
export function callsAggregate(expression: Expression): boolean {
  if (expression.kind !== "call") return false;
  return (
    functionKind(expression.name) === "aggregate" || expression.arguments.some((argument) => callsAggregate(argument))
  );
}

/** Tells if the result rows are groups instead of records. */
export function isAggregate(query: Query): boolean {
  return (
    query.grouping !== undefined ||
    query.select.some((item) => item.kind === "expression" && callsAggregate(item.expression))
  );
}

function checkAggregate(query: Query): void {
  if (query.select.some((item) => item.kind !== "expression")) {
    throw malformedQuery("Grouped queries and aggregates take fields and functions only.");
  }
  const counts = query.select.filter((item) => isBareCount(item)).length;
  if (counts > 0 && (query.select.length > 1 || query.grouping !== undefined)) {
    throw malformedQuery("COUNT() must be the only element in the SELECT list and cannot be used with GROUP BY.");
  }
  if (counts > 0 && query.orderBy.length > 0) throw malformedQuery("ORDER BY cannot be used with COUNT().");
  // That OFFSET is an error too is unconfirmed.
  if ((query.limit ?? query.offset) !== undefined && query.grouping === undefined && counts === 0) {
    throw malformedQuery(
      "Aggregate expressions cannot be used with LIMIT or OFFSET unless there is a GROUP BY clause.",
    );
  }
}

/** `COUNT()` returns the number of rows and no records. */
export function isBareCount(item: SelectItem): boolean {
  return (
    item.kind === "expression" &&
    item.expression.kind === "call" &&
    item.expression.name === "COUNT" &&
    item.expression.arguments.length === 0
  );
}

const semiJoinForbidden: ReadonlySet<string> = new Set([
  "activityhistory",
  "contentdocumentlink",
  "attachment",
  "event",
  "note",
  "openactivity",
  "task",
  "userrecordaccess",
]);

/** The rules of semi- and anti-joins ("Comparison Operators", "Semi-Joins with IN and Anti-Joins with NOT IN"). */
export function checkSemiJoins(query: Query): void {
  for (const item of query.select) if (item.kind === "subquery") refuseInChildren(item.query);
  if (query.where === undefined) return;
  const found: Comparison[] = [];
  collectSemiJoins(query.where, { insideOr: false, found });
  if (found.length > 2) throw malformedQuery("Maximum 2 semi join sub-selects are allowed.");
  for (const comparison of found) checkSemiJoin(comparison, query);
}

function collectSemiJoins(condition: Condition, { insideOr, found }: { insideOr: boolean; found: Comparison[] }): void {
  if (condition.kind === "compare") {
    if (condition.subquery === undefined) return;
    if (insideOr) throw malformedQuery("Semi join sub-selects are not allowed with the 'OR' operator");
    found.push(condition);
    return;
  }
  if (condition.kind === "not") {
    const negated: Comparison[] = [];
    collectSemiJoins(condition.part, { insideOr, found: negated });
    if (negated.length > 0) {
      throw malformedQuery("Semi join sub-selects cannot be used with the NOT operator, use IN or NOT IN.");
    }
    return;
  }
  for (const part of condition.parts) collectSemiJoins(part, { insideOr: insideOr || condition.kind === "or", found });
}

function checkSemiJoin({ left, operator, subquery }: Comparison, outer: Query): void {
  if (subquery === undefined) return;
  if (operator !== "IN" && operator !== "NOT IN") {
    throw malformedQuery(`unexpected token: '${operator}' before a sub-select`);
  }
  if (!isOwnField(left, outer.from)) {
    throw malformedQuery("The left operand of a semi join must be an id or reference field of the object itself.");
  }
  if (subquery.from.name.toLowerCase() === outer.from.name.toLowerCase()) {
    throw malformedQuery("The inner and outer selects should not be on the same object type");
  }
  if (semiJoinForbidden.has(subquery.from.name.toLowerCase())) {
    throw malformedQuery(`Entity '${subquery.from.name}' is not supported for semi join inner selects`);
  }
  checkSubselect(subquery);
}

function checkSubselect(subquery: Query): void {
  if (subquery.orderBy.length > 0 || subquery.limit !== undefined || subquery.offset !== undefined) {
    throw malformedQuery("Semi join sub-selects cannot use ORDER BY, LIMIT or OFFSET.");
  }
  if (subquery.select.length !== 1 || isAggregate(subquery) || subquery.grouping !== undefined) {
    throw malformedQuery("Semi join sub-selects take exactly one field.");
  }
  const [selected] = subquery.select;
  if (selected?.kind === "expression" && !isOwnField(selected.expression, subquery.from)) {
    throw malformedQuery("The field of a semi join sub-select cannot traverse relationships.");
  }
  if (subquery.where !== undefined) refuseNested(subquery.where);
}

/** Tells if an expression is a field of the query's own object, with or without its name or alias. */
function isOwnField(expression: Expression, { name, alias }: From): boolean {
  if (expression.kind !== "field") return false;
  const [first = "", ...more] = expression.names.map((part) => part.toLowerCase());
  return more.length === 0 || (more.length === 1 && (first === name.toLowerCase() || first === alias?.toLowerCase()));
}

function refuseInChildren(query: Query): void {
  if (query.where !== undefined) refuseNested(query.where);
  for (const item of query.select) if (item.kind === "subquery") refuseInChildren(item.query);
}

function refuseNested(condition: Condition): void {
  if (condition.kind === "compare") {
    if (condition.subquery !== undefined) throw malformedQuery("Nesting of semi join sub-selects is not supported");
    return;
  }
  for (const part of condition.kind === "not" ? [condition.part] : condition.parts) refuseNested(part);
}

/**
 * Validates the form of UserRecordAccess queries, and requires a filter on FieldDefinition and ContentDocumentLink. Users with Query All
 * Files need none (Object Reference, "UserRecordAccess", "FieldDefinition", "ContentDocumentLink").
 */
export function checkObjectRules(query: Query, object: ObjectDefinition, user: UserAccess): void {
  if (object.name === "UserRecordAccess") accessQuestion(query);
  if (object.name === "FieldDefinition") checkFieldDefinition(query);
  if (object.name !== "ContentDocumentLink" || user.has("QueryAllFiles")) return;
  const filtered =
    query.where !== undefined &&
    topLevel(query.where).some(
      ({ left, operator, subquery }) =>
        left.kind === "field" &&
        subquery === undefined &&
        ["id", "contentdocumentid", "linkedentityid"].includes(pathOf(left)) &&
        left.names.length <= 2 &&
        (operator === "=" || operator === "IN"),
    );
  if (filtered) return;
  throw malformedQuery(
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
  );
}

function checkFieldDefinition({ where }: Query): void {
  const filtered =
    where !== undefined &&
    topLevel(where).some(({ left }) => {
      if (left.kind !== "field") return false;
      const path = left.names.join(".").toLowerCase();
      return path === "durableid" || path === "entitydefinitionid" || path.startsWith("entitydefinition.");
    });
  if (filtered) return;
  throw malformedQuery("FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]");
}
