import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import type { FieldType } from "../schema/field-definition.ts";
import { isId, isText } from "../schema/field-definition.ts";
import type { CompileContext, SqlValue } from "./compile-context.ts";
import { type CompiledExpression, ExpressionCompiler } from "./compile-expression.ts";
import { literalValue, type LiteralValue } from "./literal-values.ts";
import type { Scope } from "./scope.ts";
import { likePattern } from "./string-literals.ts";
import type { Comparison, Condition, Literal, Operator } from "./syntax.ts";
import { messageAt } from "./tokens.ts";

/** Compiles a semi- or anti-join. Passed as a function to avoid a circular import between conditions and queries. */
export type SubqueryCompiler = (comparison: Comparison, left: CompiledExpression, negated: boolean) => string;

interface ConditionOptions {
  readonly clause: "WHERE" | "HAVING";
  readonly subquery: SubqueryCompiler;
}

/**
 * Compiles conditions to SQL that is true or false for every row. SOQL has no "unknown": a comparison with an empty field is false, and
 * its negation is true. Therefore NOT is applied to each comparison instead of the result in SQL.
 */
export class ConditionCompiler {
  readonly #context: CompileContext;
  readonly #expressions: ExpressionCompiler;
  readonly #options: ConditionOptions;

  constructor(scope: Scope, context: CompileContext, options: ConditionOptions) {
    this.#context = context;
    this.#expressions = new ExpressionCompiler(scope, context);
    this.#options = options;
  }

  compile(condition: Condition, negated = false): string {
    switch (condition.kind) {
      case "not":
        return this.compile(condition.part, !negated);
      case "and":
      case "or": {
        const parts = condition.parts.map((part) => this.compile(part, negated));
        return balanced(parts, (condition.kind === "and") === negated ? "OR" : "AND");
      }
      case "compare":
        return this.#compare(condition, negated);
    }
  }

  #compare(comparison: Comparison, negated: boolean): string {
    const left = this.#expressions.compile(comparison.left);
    this.#checkLeft(left);
    if (comparison.subquery !== undefined) return this.#options.subquery(comparison, left, negated);
    const { operator } = comparison;
    this.#checkOperator(left, operator);
    if (operator === "IN" || operator === "NOT IN") {
      return this.#inList(left, comparison.values, (operator === "NOT IN") !== negated);
    }
    if (operator === "INCLUDES" || operator === "EXCLUDES") {
      return this.#includes(left, comparison.values, (operator === "EXCLUDES") !== negated);
    }
    const [value] = comparison.values;
    if (value === undefined || comparison.values.length > 1) throw malformedQuery(`unexpected token: '${operator}'`);
    if (operator === "LIKE") return this.#like(left, value, negated);
    return this.#single(left, operator, { value, negated });
  }

  #checkLeft(left: CompiledExpression): void {
    if (left.aggregate) {
      if (this.#options.clause === "HAVING") return;
      throw malformedQuery(`unexpected token: '${left.name}'`);
    }
    if (left.field !== undefined && !left.field.field.filterable) {
      const message = `field '${left.name}' can not be filtered in a query call`;
      throw badRequest("INVALID_FIELD", messageAt(this.#context.statement.text, left.at, message));
    }
    if (left.type === "address" || left.type === "location") {
      const message = `field '${left.name}' can only be filtered through DISTANCE or its components`;
      throw badRequest("INVALID_FIELD", messageAt(this.#context.statement.text, left.at, message));
    }
  }

  #checkOperator(left: CompiledExpression, operator: Operator): void {
    // "The DISTANCE function supports the logical operators > and <" (Location-Based SOQL Queries).
    const allowed: readonly Operator[] = left.name === "DISTANCE" ? ["<", ">"] : allowedOperators(left.type);
    if (allowed.includes(operator)) return;
    const kind = left.type === "multipicklist" ? "multi-select picklist" : isId(left.type) ? "id" : left.type;
    throw badRequest(
      "INVALID_QUERY_FILTER_OPERATOR",
      messageAt(this.#context.statement.text, left.at, `invalid operator on ${kind} field`),
    );
  }

  #single(
    left: CompiledExpression,
    operator: Operator,
    { value, negated }: { value: Literal; negated: boolean },
  ): string {
    const compared = literalValue(value, left, this.#context);
    if (operator === "=" || operator === "!=") return this.#equals(left, compared, (operator === "!=") !== negated);
    if (compared.kind === "value" && compared.value === null) return negated ? "1" : "0";
    const edge = compared.kind === "value" ? compared.value : rangeEdge(operator, compared);
    const sqlOperator = compared.kind === "value" ? operator : operator.startsWith("<") ? "<" : ">=";
    const sql = `${left.sql} ${sqlOperator} ${this.#context.bind(edge)}`;
    return negated ? `(NOT coalesce(${sql}, 0))` : sql;
  }

  #equals(left: CompiledExpression, compared: LiteralValue, negated: boolean): string {
    if (compared.kind === "range") {
      const sql = `(${left.sql} >= ${this.#context.bind(compared.from)} AND ${left.sql} < ${this.#context.bind(compared.to)})`;
      return negated ? `(NOT coalesce(${sql}, 0))` : sql;
    }
    if (left.type === "boolean") {
      return `coalesce(${left.sql}, 0) ${negated ? "!=" : "="} ${compared.value === 1 ? 1 : 0}`;
    }
    if (compared.value === null) return `${left.sql} IS ${negated ? "NOT " : ""}NULL`;
    const [sql, bound] = this.#textSides(left, compared.value);
    return negated ? `${sql} IS NOT ${bound}` : `${sql} = ${bound}`;
  }

  /** Both sides of a text comparison. SQLite ignores case for ASCII only, so a function folds the case of other texts. */
  #textSides(left: CompiledExpression, value: SqlValue): readonly [string, string] {
    if (typeof value !== "string" || !isText(left.type) || isAscii(value)) return [left.sql, this.#context.bind(value)];
    return [`sf_fold(${left.sql})`, this.#context.bind(value.toLowerCase())];
  }

  #inList(left: CompiledExpression, literals: readonly Literal[], negated: boolean): string {
    const values = literals.map((literal) => literalValue(literal, left, this.#context));
    const plain: SqlValue[] = [];
    const others: string[] = [];
    for (const value of values) {
      if (value.kind === "value" && value.value !== null && (typeof value.value !== "string" || isAscii(value.value))) {
        plain.push(value.value);
      } else {
        others.push(this.#equals(left, value, negated));
      }
    }
    if (plain.length === 0) return balanced(others, negated ? "AND" : "OR");
    const list = plain
      .map((value) => (typeof value === "number" ? String(value) : this.#context.bind(value)))
      .join(", ");
    const sql = left.type === "boolean" ? `coalesce(${left.sql}, 0) IN (${list})` : `${left.sql} IN (${list})`;
    const whole = negated ? `(NOT coalesce(${sql}, 0))` : sql;
    return balanced([whole, ...others], negated ? "AND" : "OR");
  }

  #like(left: CompiledExpression, literal: Literal, negated: boolean): string {
    if (literal.kind === "null") return this.#equals(left, { kind: "value", value: null }, negated);
    literalValue(literal, left, this.#context);
    const pattern = likePattern(literal.raw ?? literal.text);
    if (pattern === "") return this.#equals(left, { kind: "value", value: null }, negated);
    const ascii = isAscii(pattern);
    const sql = `${ascii ? left.sql : `sf_fold(${left.sql})`} LIKE ${this.#context.bind(ascii ? pattern : pattern.toLowerCase())} ESCAPE '\\'`;
    return negated ? `(NOT coalesce(${sql}, 0))` : `(${sql})`;
  }

  /** `'a;b'` requires both values, a list any of its items ("Querying Multi-Select Picklists"). */
  #includes(left: CompiledExpression, literals: readonly Literal[], negated: boolean): string {
    const choices = literals.map((literal) => {
      if (literal.kind !== "string") throw malformedQuery(`unexpected token: ${literal.text}`);
      const wanted = literal.text.split(";").filter((value) => value !== "");
      const parts = wanted.map(
        (value) => `instr(';' || sf_fold(${left.sql}) || ';', ${this.#context.bind(`;${value.toLowerCase()};`)}) > 0`,
      );
      return parts.length === 0 ? `${left.sql} IS NULL` : balanced(parts, "AND");
    });
    const sql = balanced(choices, "OR");
    return negated ? `(NOT coalesce(${sql}, 0))` : `coalesce(${sql}, 0)`;
  }
}

/** "Comparison Operators", with the notes on ids and multi-select picklists. */
function allowedOperators(type: FieldType): readonly Operator[] {
  const equality: readonly Operator[] = ["=", "!=", "IN", "NOT IN"];
  const order: readonly Operator[] = ["<", "<=", ">", ">="];
  if (type === "boolean") return equality;
  if (type === "multipicklist") return ["=", "!=", "INCLUDES", "EXCLUDES", "IN", "NOT IN"];
  if (isText(type)) return [...equality, ...order, "LIKE"];
  return [...equality, ...order];
}

function rangeEdge(operator: Operator, { from, to }: LiteralValue & { kind: "range" }): string | number {
  return operator === "<" || operator === ">=" ? from : to;
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/u.test(text);
}

/** Joins conditions in a balanced tree: SQLite limits the depth of expressions to 1,000. */
function balanced(parts: readonly string[], operator: "AND" | "OR"): string {
  const [first] = parts;
  if (first === undefined) return operator === "AND" ? "1" : "0";
  if (parts.length === 1) return first;
  const middle = parts.length >> 1;
  return `(${balanced(parts.slice(0, middle), operator)} ${operator} ${balanced(parts.slice(middle), operator)})`;
}
