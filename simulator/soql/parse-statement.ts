import { parseQuery } from "@jetstreamapp/soql-parser-js";
import type {
  FieldType as LibraryField,
  GroupByClause,
  OrderByClause,
  Query as LibraryQuery,
  Subquery as LibrarySubquery,
} from "@jetstreamapp/soql-parser-js";
import { badRequest, malformedQuery } from "../salesforce-error.ts";
import { noLimit, type Shape, splitConditions } from "./condition-shapes.ts";
import { rewriteAliases } from "./from-aliases.ts";
import { checkTokens } from "./lexical-checks.ts";
import { conditionTree } from "./parse-conditions.ts";
import { expressionOfCall, expressionOfPath } from "./parse-expressions.ts";
import type { Condition, Expression, Grouping, OrderKey, Query, SelectItem, Statement } from "./syntax.ts";
import { tokenize, type Token } from "./tokens.ts";

/** "SOQL SELECT statement length: 100,000 characters" (SOQL and SOSL limits). */
const maxStatementLength = 100_000;

/** Reads a SOQL statement, or throws the error that Salesforce answers. */
export function parseStatement(text: string): Statement {
  if (text.length > maxStatementLength) {
    throw malformedQuery(`SOQL statements cannot be longer than ${maxStatementLength} characters.`);
  }
  const tokens = tokenize(text);
  if (tokens.length === 0) throw malformedQuery("unexpected token: '<EOF>'");
  checkTokens(tokens);
  const { text: plain, shapes } = splitConditions(tokenize(rewriteAliases(text, tokens)));
  return { text, query: new QueryReader(shapes).read(parsed(plain, tokens)) };
}

function parsed(text: string, tokens: readonly Token[]): LibraryQuery {
  try {
    return parseQuery(text);
  } catch (error) {
    if (error instanceof RangeError)
      throw badRequest(
        "QUERY_TOO_COMPLICATED",
        "Query is either selecting too many fields or the filter conditions are too complicated.",
      );
    throw malformedQuery(`unexpected token: '${offendingToken(error, tokens)}'`);
  }
}

/** The library names the token that it did not expect somewhere in its sentence; what it says besides is its own business. */
function offendingToken(error: unknown, tokens: readonly Token[]): string {
  const message = error instanceof Error ? error.message : "";
  const found =
    /but found: -->\s*'?(?<token>[^']*?)'?\s*<--/u.exec(message) ?? /but found: '?(?<token>[^'\n]+)'?/u.exec(message);
  const token = found?.groups?.["token"]?.trim() ?? "";
  return token === "" ? (tokens.at(-1)?.text ?? "<EOF>") : token;
}

/** Turns the library's queries into ours; conditions take their shapes in the order of the text. */
class QueryReader {
  readonly #shapes: Shape[];

  constructor(shapes: readonly Shape[]) {
    this.#shapes = [...shapes];
  }

  read(query: LibraryQuery): Query {
    if (query.sObject === undefined) throw malformedQuery("unexpected token: '<EOF>'");
    return { ...this.#clauses(query), from: query.sObject };
  }

  #clauses(query: LibraryQuery | LibrarySubquery): Query {
    const select = (query.fields ?? []).map((field) => this.#selectItem(field));
    const where = query.where === undefined ? undefined : this.#condition(query.where);
    const having = query.having === undefined ? undefined : this.#condition(query.having);
    return {
      select,
      from: "",
      alias: query.sObjectAlias,
      scope: query.usingScope,
      where,
      dataCategories: query.withDataCategory !== undefined,
      apexOnly: query.withSecurityEnforced === true ? "SECURITY_ENFORCED" : query.withAccessLevel,
      grouping: query.groupBy === undefined ? undefined : grouping([query.groupBy].flat()),
      having,
      orderBy: query.orderBy === undefined ? [] : [query.orderBy].flat().map((clause) => orderKey(clause)),
      limit: query.limit === noLimit ? undefined : query.limit,
      offset: query.offset,
    };
  }

  #condition(clause: NonNullable<LibraryQuery["where"] | LibraryQuery["having"]>): Condition {
    const shape = this.#shapes.shift();
    return conditionTree(clause, shape, (inner) => this.read(inner));
  }

  #selectItem(field: LibraryField): SelectItem {
    if (field.type !== "FieldSubquery") return selectItem(field);
    const { subquery } = field;
    return { kind: "subquery", query: { ...this.#clauses(subquery), from: subquery.relationshipName } };
  }
}

function selectItem(field: Exclude<LibraryField, { type: "FieldSubquery" }>): SelectItem {
  switch (field.type) {
    case "Field":
      return { kind: "expression", expression: expressionOfPath(rawPath(field)), alias: field.alias };
    case "FieldRelationship":
      return {
        kind: "expression",
        expression: expressionOfPath(field.rawValue ?? [...field.relationships, field.field].join(".")),
        alias: "alias" in field ? field.alias : undefined,
      };
    case "FieldFunctionExpression":
      return callItem(expressionOfCall(field), field.alias);
    case "FieldTypeof":
      return {
        kind: "typeof",
        path: field.field.split("."),
        branches: field.conditions.map((branch) => ({
          object: branch.type === "ELSE" ? undefined : branch.objectType,
          fields: branch.fieldList.map((path) => path.split(".")),
        })),
      };
  }
}

function rawPath(field: { field: string; rawValue?: string }): string {
  return field.rawValue ?? field.field;
}

function callItem(expression: Expression, alias: string | undefined): SelectItem {
  if (expression.kind !== "call" || expression.name !== "FIELDS") return { kind: "expression", expression, alias };
  const [first] = expression.arguments;
  const which = first?.kind === "field" ? first.path.join(".").toUpperCase() : "";
  if (which !== "ALL" && which !== "CUSTOM" && which !== "STANDARD") {
    throw malformedQuery(`The FIELDS() function takes ALL, CUSTOM or STANDARD, not '${which}'.`);
  }
  return { kind: "fields", which };
}

function grouping(clauses: readonly GroupByClause[]): Grouping {
  const keys = clauses.map((clause) => ("fn" in clause ? expressionOfCall(clause.fn) : expressionOfPath(clause.field)));
  const [only] = keys;
  if (keys.length === 1 && only?.kind === "call" && (only.name === "ROLLUP" || only.name === "CUBE")) {
    return { kind: only.name === "ROLLUP" ? "rollup" : "cube", keys: only.arguments };
  }
  return { kind: "plain", keys };
}

function orderKey(clause: OrderByClause): OrderKey {
  return {
    expression: "fn" in clause ? expressionOfCall(clause.fn) : expressionOfPath(clause.field),
    descending: clause.order === "DESC",
    nullsLast: clause.nulls === "LAST",
  };
}
