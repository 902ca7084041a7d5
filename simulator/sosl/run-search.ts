import type { UserAccess } from "../access/user-access.ts";
import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import type { QueryService } from "../query/query-service.ts";
import { isStored, isText } from "../schema/field-definition.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { fieldSql } from "../soql/scope.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { malformedSearch, type Returning, type SearchGroup, type SearchStatement } from "./parse-sosl.ts";
import { compileTerm, type SearchTerm } from "./search-term.ts";

interface SearchContext {
  readonly database: OrgDatabase;
  readonly queries: QueryService;
  readonly user: UserAccess;
  readonly basePath: string;
}

// "SOSL Limits": 2,000 rows in total. 250 rows of a single object without WHERE or ORDER BY; min(2000/n, 250) rows of each of n objects.
const maxRows = 2000;
const maxPlainRows = 250;

/** The result of a search as JSON. */
export function runSearch(statement: SearchStatement, context: SearchContext): string {
  const term = compileTerm(statement.term);
  const { user } = context;
  const returning = statement.returning.length > 0 ? statement.returning : allSearchable(context);
  let left = Math.min(statement.limit ?? maxRows, maxRows);
  const share = Math.min(Math.floor(maxRows / Math.max(1, statement.returning.length)), maxPlainRows);
  const records: string[] = [];
  for (const part of returning) {
    const object = user.object(part.object);
    if (!object?.searchable) throw notSearchable(part.object);
    const alone = statement.returning.length === 1 && (part.where !== undefined || part.orderBy !== undefined);
    const cap = Math.min(left, part.limit ?? maxRows, alone ? maxRows : share);
    const found = searchObject(object, part, { term, group: statement.group, cap, context });
    records.push(...found);
    left -= found.length;
  }
  return `{"searchRecords":[${records.join(",")}]}`;
}

function allSearchable({ user }: SearchContext): Returning[] {
  return user
    .objects()
    .filter(({ searchable }) => searchable)
    .map(({ name }) => ({
      object: name,
      fields: undefined,
      where: undefined,
      orderBy: undefined,
      limit: undefined,
      offset: undefined,
    }));
}

function notSearchable(name: string): Error {
  return badRequest(
    "INVALID_TYPE",
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

interface ObjectSearch {
  readonly term: SearchTerm;
  readonly group: SearchGroup;
  readonly cap: number;
  readonly context: SearchContext;
}

function searchObject(
  object: ObjectDefinition,
  part: Returning,
  { term, group, cap, context }: ObjectSearch,
): string[] {
  const { database, queries, user, basePath } = context;
  const statement = statementOf(object, part);
  const plan = soqlPlan(() => queries.plan(statement, { user, basePath, includeDeleted: false }));
  if (plan.rows === undefined) throw malformedSearch("RETURNING takes fields, no aggregates");
  if (plan.rows.children.length > 0) throw malformedSearch("RETURNING takes fields, no subqueries");
  const matching = matchingRows(object, { term, group, context });
  const keys = database.rows(plan.rows.keySql, plan.rows.keyParameters).map(([number]) => Number(number));
  const offset = part.offset ?? 0;
  const kept = keys.filter((number) => matching.has(number)).slice(offset, offset + cap);
  const { write, rowSql } = plan.rows;
  return database.rows(rowSql, [`[${kept.join(",")}]`]).map((row) => write(row, []));
}

function statementOf(object: ObjectDefinition, { fields, where, orderBy }: Returning): string {
  const list = fields === undefined || fields === "" ? "Id" : fields;
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return `SELECT ${list} FROM ${object.name}${filter}${orderBy === undefined ? "" : ` ORDER BY ${orderBy}`}`;
}

/** Turns MALFORMED_QUERY of a RETURNING clause into MALFORMED_SEARCH. */
function soqlPlan<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof SalesforceError && error.errorCode === "MALFORMED_QUERY") throw malformedSearch(error.message);
    throw error;
  }
}

/** The numbers of the rows that match the term in a searched field. */
function matchingRows(
  object: ObjectDefinition,
  { term, group, context }: { term: SearchTerm; group: SearchGroup; context: SearchContext },
): Set<number> {
  const fields = object.fields.filter(
    (field) => isSearched(field, group) && isStored(field) && context.user.canRead(object, field),
  );
  if (fields.length === 0) return new Set();
  const text = `concat_ws(char(10), ${fields.map((field) => fieldSql("t", field)).join(", ")})`;
  const pieces = term.pieces.map((piece) => `%${piece.replaceAll(/[%_\\]/gu, "\\$&")}%`);
  const ascii = pieces.every((piece) => /^[\u0020-\u007e]*$/u.test(piece));
  const subject = ascii ? text : `sf_fold(${text})`;
  const likes = pieces.map((_, index) => `${subject} LIKE ?${index + 1} ESCAPE '\\'`);
  const alive = object.fieldsByName.has("isdeleted") ? `t."IsDeleted" = 0` : "1";
  const filter = likes.length === 0 ? alive : `${alive} AND (${likes.join(" OR ")})`;
  const matching = new Set<number>();
  for (const [number, found] of context.database.iterate(
    `SELECT t."_row", ${text} FROM "${object.name}" t WHERE ${filter}`,
    pieces,
  )) {
    if (typeof found === "string" && term.matches(found)) matching.add(Number(number));
  }
  return matching;
}

function isSearched(field: FieldDefinition, group: SearchGroup): boolean {
  switch (group) {
    case "NAME":
      return field.nameField || field.name === "FirstName" || field.name === "LastName";
    case "EMAIL":
      return field.type === "email";
    case "PHONE":
      return field.type === "phone";
    case "SIDEBAR":
      return field.nameField || field.type === "email" || field.type === "phone" || field.externalId;
    case "ALL":
      return isText(field.type) && field.type !== "encryptedstring";
  }
}
