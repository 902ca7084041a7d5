import type {
  Condition as LibraryCondition,
  HavingClause,
  ValueQueryCondition,
  WhereClause,
} from "@jetstreamapp/soql-parser-js";
import { malformedQuery } from "../salesforce-error.ts";
import { literals } from "./literal-notation.ts";
import { expressionOfCall, expressionOfPath } from "./parse-expressions.ts";
import type { Comparison, Condition, Operator, Query } from "./syntax.ts";

// The library gives a condition as a chain with counts of parentheses on its links. Here the chain is laid flat into signs and
// comparisons, and read again as a tree.

type Sign = "(" | ")" | "AND" | "OR" | "NOT" | Comparison;
type Link = WhereClause | HavingClause;
type Leaf = LibraryCondition | ValueQueryCondition;

/** Turns a nested query of the library into ours: given by the caller, since queries hold conditions and conditions queries. */
type QueryReader = (query: NonNullable<ValueQueryCondition["valueQuery"]>) => Query;

/** The condition of a WHERE or HAVING clause as a tree. */
export function conditionTree(clause: Link, readQuery: QueryReader): Condition {
  const signs = flatten(clause, readQuery);
  const { condition, next } = readChain(signs, 0);
  if (next !== signs.length) throw malformedQuery("unexpected token: )");
  return condition;
}

function flatten(clause: Link, readQuery: QueryReader): Sign[] {
  const signs: Sign[] = [];
  let link: Link = clause;
  for (;;) {
    const left: Leaf | { openParen: number } | null = link.left;
    const parentheses = left as { openParen?: number; closeParen?: number } | null;
    for (let count = parentheses?.openParen ?? 0; count > 0; count -= 1) signs.push("(");
    if (left !== null && "operator" in left) signs.push(comparison(left, readQuery));
    for (let count = parentheses?.closeParen ?? 0; count > 0; count -= 1) signs.push(")");
    if (!("operator" in link)) return signs;
    // "AND NOT x" arrives as a link whose own operator is NOT and whose left side is empty.
    if (link.operator === "NOT" && left !== null && "operator" in left) throw malformedQuery("unexpected token: NOT");
    signs.push(link.operator);
    link = link.right;
  }
}

function comparison(leaf: Leaf, readQuery: QueryReader): Comparison {
  if (!("operator" in leaf)) throw malformedQuery("unexpected token: NOT");
  const left = "fn" in leaf ? expressionOfCall(leaf.fn) : expressionOfPath(leaf.field);
  const operator: Operator = leaf.operator;
  if ("valueQuery" in leaf) {
    return { kind: "compare", left, operator, values: [], subquery: readQuery(leaf.valueQuery) };
  }
  return { kind: "compare", left, operator, values: literals(leaf.value, leaf.literalType), subquery: undefined };
}

interface Read {
  readonly condition: Condition;
  readonly next: number;
}

function readChain(signs: readonly Sign[], start: number): Read {
  const first = readTerm(signs, start);
  const parts = [first.condition];
  let next = first.next;
  let operator: "AND" | "OR" | undefined;
  for (let sign = signs[next]; sign === "AND" || sign === "OR"; sign = signs[next]) {
    operator ??= sign;
    if (operator !== sign) throw malformedQuery(`unexpected token: ${sign}`);
    const term = readTerm(signs, next + 1);
    parts.push(term.condition);
    next = term.next;
  }
  if (operator === undefined) return first;
  return { condition: { kind: operator === "AND" ? "and" : "or", parts }, next };
}

function readTerm(signs: readonly Sign[], start: number): Read {
  const sign = signs[start];
  if (sign === undefined || sign === ")" || sign === "AND" || sign === "OR") {
    throw malformedQuery(`unexpected token: ${sign ?? "<EOF>"}`);
  }
  if (sign === "NOT") {
    const part = readTerm(signs, start + 1);
    return { condition: { kind: "not", part: part.condition }, next: part.next };
  }
  if (sign !== "(") return { condition: sign, next: start + 1 };
  const inner = readChain(signs, start + 1);
  if (signs[inner.next] !== ")") throw malformedQuery("expecting a right parentheses, found '<EOF>'");
  return { condition: inner.condition, next: inner.next + 1 };
}
