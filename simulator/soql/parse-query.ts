import { malformedQuery } from "../core/salesforce-error.ts";
import type { FunctionKind } from "./functions.ts";
import { parseExpression, parseLiteral, parsePath } from "./parse-expression.ts";
import type {
  Comparison,
  Condition,
  FieldPath,
  From,
  Grouping,
  Operator,
  OrderKey,
  ParentAlias,
  Query,
  SelectItem,
  TypeBranch,
} from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** "SOQL SELECT statement length: 100,000 characters" (SOQL and SOSL limits). */
const maxStatementLength = 100_000;

const selectable: readonly FunctionKind[] = ["aggregate", "date", "location", "format", "grouping"];
const filterable = selectable;
const groupable: readonly FunctionKind[] = ["date"];
const sortable: readonly FunctionKind[] = ["aggregate", "date", "location", "grouping"];

/** Parses a SOQL statement. Throws the error that Salesforce returns. */
export function parseQuery(statement: string): Query {
  if (statement.length > maxStatementLength) {
    throw malformedQuery(`SOQL statements cannot be longer than ${maxStatementLength} characters.`);
  }
  return new QueryParser(statement).parse();
}

/** A recursive-descent parser with one method for each rule of the grammar ("SOQL SELECT Syntax"). */
class QueryParser {
  readonly #tokens: TokenReader;

  constructor(statement: string) {
    this.#tokens = new TokenReader(statement);
  }

  parse(): Query {
    const query = this.#query();
    if (this.#tokens.peek().kind !== "end") throw this.#tokens.unexpected();
    return query;
  }

  #query(): Query {
    this.#tokens.expect("SELECT");
    const select = this.#tokens.list(() => this.#selectItem());
    this.#tokens.expect("FROM");
    const from = this.#from();
    const scope = this.#usingScope();
    const where = this.#tokens.accepts("WHERE") ? this.#condition() : undefined;
    while (this.#tokens.accepts("WITH")) this.#dataCategories();
    const grouping = this.#tokens.accepts("GROUP", "BY") ? this.#grouping() : undefined;
    const orderBy = this.#tokens.accepts("ORDER", "BY") ? this.#tokens.list(() => this.#orderKey()) : [];
    const limit = this.#tokens.accepts("LIMIT") ? this.#rowCount() : undefined;
    const offset = this.#tokens.accepts("OFFSET") ? this.#rowCount() : undefined;
    this.#forAndUpdate();
    // Only Apex supports ALL ROWS; the APIs have queryAll instead.
    if (this.#tokens.sees("ALL", "ROWS")) throw this.#tokens.error("ALL ROWS not allowed in this context");
    return { select, from, scope, where, grouping, orderBy, limit, offset };
  }

  #subquery(): Query {
    const query = this.#tokens.nested(() => this.#query());
    this.#tokens.expect(")");
    return query;
  }

  #selectItem(): SelectItem {
    if (this.#tokens.accepts("(")) return { kind: "subquery", query: this.#childQuery() };
    if (this.#tokens.accepts("TYPEOF")) return this.#typeOf();
    if (this.#tokens.accepts("FIELDS", "(")) return this.#fieldsFunction();
    return { kind: "expression", expression: parseExpression(this.#tokens, selectable), alias: this.#alias() };
  }

  /** FROM can include the name or alias of the parent: `(SELECT Id FROM Account.Contacts)`. */
  #childQuery(): Query {
    const query = this.#subquery();
    return { ...query, from: { ...query.from, name: query.from.name.replace(/^.*\./u, "") } };
  }

  #fieldsFunction(): SelectItem {
    const which = this.#tokens.next().text.toUpperCase();
    if (which !== "ALL" && which !== "CUSTOM" && which !== "STANDARD") {
      throw malformedQuery(`The FIELDS() function takes ALL, CUSTOM or STANDARD, not '${which}'.`);
    }
    this.#tokens.expect(")");
    return { kind: "fields", which };
  }

  #typeOf(): SelectItem {
    const reference = parsePath(this.#tokens);
    const branches: TypeBranch[] = [];
    do {
      this.#tokens.expect("WHEN");
      const object = parsePath(this.#tokens).names.join(".");
      this.#tokens.expect("THEN");
      branches.push({ object, fields: this.#paths() });
    } while (this.#tokens.sees("WHEN"));
    if (this.#tokens.accepts("ELSE")) branches.push({ object: undefined, fields: this.#paths() });
    this.#tokens.expect("END");
    return { kind: "typeof", reference, branches };
  }

  #paths(): FieldPath[] {
    return this.#tokens.list(() => parsePath(this.#tokens));
  }

  #from(): From {
    const { names, at } = parsePath(this.#tokens);
    const alias = this.#alias();
    const parents: ParentAlias[] = [];
    while (this.#tokens.accepts(",")) parents.push(this.#parentAlias());
    return { name: names.join("."), at, alias, parents };
  }

  #parentAlias(): ParentAlias {
    const path = parsePath(this.#tokens);
    const alias = this.#alias();
    if (path.names.length < 2 || alias === undefined) throw this.#tokens.unexpected();
    return { path, alias };
  }

  #alias(): string | undefined {
    const clause = this.#tokens.sees("GROUP", "BY") || this.#tokens.sees("ORDER", "BY");
    const offset = this.#tokens.sees("OFFSET") && this.#tokens.peek(1).kind === "number";
    const allRows = this.#tokens.sees("ALL", "ROWS");
    return this.#tokens.seesName() && !clause && !offset && !allRows ? this.#tokens.next().text : undefined;
  }

  #usingScope(): string | undefined {
    if (!this.#tokens.accepts("USING")) return undefined;
    this.#tokens.expect("SCOPE");
    return parsePath(this.#tokens).names.join(".");
  }

  /** Terms joined by AND or by OR. Combining both requires parentheses ("Logical Operators"). */
  #condition(): Condition {
    const first = this.#term();
    const operator = this.#tokens.sees("AND") ? "AND" : "OR";
    const parts = [first];
    while (this.#tokens.accepts(operator)) parts.push(this.#term());
    if (this.#tokens.sees("AND") || this.#tokens.sees("OR")) {
      throw this.#tokens.unexpected();
    }
    return parts.length === 1 ? first : { kind: operator === "AND" ? "and" : "or", parts };
  }

  #term(): Condition {
    if (this.#tokens.accepts("NOT")) return { kind: "not", part: this.#tokens.nested(() => this.#term()) };
    if (!this.#tokens.accepts("(")) return this.#comparison();
    const condition = this.#tokens.nested(() => this.#condition());
    this.#tokens.expect(")");
    return condition;
  }

  #comparison(): Comparison {
    const left = parseExpression(this.#tokens, filterable);
    const operator = this.#operator();
    const comparison = { kind: "compare", left, operator } as const;
    if (operator !== "IN" && operator !== "NOT IN" && operator !== "INCLUDES" && operator !== "EXCLUDES") {
      return { ...comparison, values: [parseLiteral(this.#tokens)], subquery: undefined };
    }
    this.#tokens.expect("(");
    if (this.#tokens.sees("SELECT")) return { ...comparison, values: [], subquery: this.#subquery() };
    const values = this.#tokens.list(() => parseLiteral(this.#tokens));
    this.#tokens.expect(")");
    return { ...comparison, values, subquery: undefined };
  }

  #operator(): Operator {
    if (this.#tokens.accepts("NOT", "IN")) return "NOT IN";
    // `<>` is not documented.
    if (this.#tokens.accepts("<>")) return "!=";
    const operators = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "IN", "INCLUDES", "EXCLUDES"] as const;
    const operator = operators.find((candidate) => this.#tokens.accepts(candidate));
    if (operator === undefined) throw this.#tokens.unexpected();
    return operator;
  }

  /** `WITH DATA CATEGORY Geography__c AT (usa__c, uk__c) AND Product__c BELOW all__c` has no effect in the simulator. */
  #dataCategories(): void {
    this.#tokens.expect("DATA", "CATEGORY");
    do {
      parsePath(this.#tokens);
      const selectors = ["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"];
      if (!selectors.some((selector) => this.#tokens.accepts(selector))) throw this.#tokens.unexpected();
      const several = this.#tokens.accepts("(");
      if (!several) parsePath(this.#tokens);
      else {
        this.#paths();
        this.#tokens.expect(")");
      }
    } while (this.#tokens.accepts("AND"));
  }

  #grouping(): Grouping {
    const kind = this.#tokens.accepts("ROLLUP") ? "rollup" : this.#tokens.accepts("CUBE") ? "cube" : "plain";
    if (kind !== "plain") this.#tokens.expect("(");
    const keys = this.#tokens.list(() => parseExpression(this.#tokens, kind === "plain" ? groupable : []));
    if (kind !== "plain") this.#tokens.expect(")");
    return { kind, keys, having: this.#tokens.accepts("HAVING") ? this.#condition() : undefined };
  }

  #orderKey(): OrderKey {
    const expression = parseExpression(this.#tokens, sortable);
    const descending = !this.#tokens.accepts("ASC") && this.#tokens.accepts("DESC");
    const nullsLast = this.#tokens.accepts("NULLS") && !this.#tokens.accepts("FIRST");
    if (nullsLast) this.#tokens.expect("LAST");
    return { expression, descending, nullsLast };
  }

  #rowCount(): number {
    const { kind, text } = this.#tokens.peek();
    if (kind !== "number" || !/^\d+$/u.test(text)) throw this.#tokens.unexpected();
    this.#tokens.next();
    return Number(text);
  }

  /** FOR and UPDATE have no effect on the result. */
  #forAndUpdate(): void {
    const suffixes = { FOR: ["VIEW", "REFERENCE", "UPDATE"], UPDATE: ["TRACKING", "VIEWSTAT"] };
    for (const [keyword, words] of Object.entries(suffixes)) {
      if (this.#tokens.accepts(keyword) && !words.some((word) => this.#tokens.accepts(word))) {
        throw this.#tokens.unexpected();
      }
    }
  }
}
