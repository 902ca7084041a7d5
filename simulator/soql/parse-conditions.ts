import type {
  Condition as LibraryCondition,
  HavingClause,
  ValueQueryCondition,
  WhereClause,
} from "@jetstreamapp/soql-parser-js";
import { malformedQuery } from "../salesforce-error.ts";
import type { Shape } from "./condition-shapes.ts";
import { literals } from "./literal-notation.ts";
import { expressionOfCall, expressionOfPath } from "./parse-expressions.ts";
import { type Comparison, type Condition, type Operator, operators, type Query } from "./syntax.ts";

type Link = WhereClause | HavingClause;
type Leaf = LibraryCondition | ValueQueryCondition;

/** Turns a nested query of the library into ours: given by the caller, since queries hold conditions and conditions queries. */
type QueryReader = (query: NonNullable<ValueQueryCondition["valueQuery"]>) => Query;

/** The condition of a WHERE or HAVING clause: the library's comparisons in the shape that was split off before. */
export function conditionTree(clause: Link, shape: Shape | undefined, readQuery: QueryReader): Condition {
  const leaves = leavesOf(clause).map((leaf) => comparison(leaf, readQuery));
  if (shape === undefined) throw malformedQuery("unexpected token: 'WHERE'");
  const condition = shaped(shape, leaves);
  if (leaves.length > 0) throw malformedQuery("unexpected token: 'AND'");
  return condition;
}

function leavesOf(clause: Link): Leaf[] {
  const leaves: Leaf[] = [];
  let link: Link = clause;
  for (;;) {
    if (link.left === null || !("operator" in link.left)) throw malformedQuery("unexpected token: 'NOT'");
    leaves.push(link.left);
    if (!("operator" in link)) return leaves;
    link = link.right;
  }
}

/** Takes the comparisons that the shape needs off the front of the list. */
function shaped(shape: Shape, leaves: Comparison[]): Condition {
  if (shape.kind === "not") return { kind: "not", part: shaped(shape.part, leaves) };
  if (shape.kind !== "leaf") return { kind: shape.kind, parts: shape.parts.map((part) => shaped(part, leaves)) };
  const leaf = leaves.shift();
  if (leaf === undefined) throw malformedQuery("unexpected token: '<EOF>'");
  return leaf;
}

function comparison(leaf: Leaf, readQuery: QueryReader): Comparison {
  if (!("operator" in leaf)) throw malformedQuery("unexpected token: 'NOT'");
  const left = "fn" in leaf ? expressionOfCall(leaf.fn) : expressionOfPath(leaf.field);
  const operator = operatorOf(leaf.operator);
  if ("valueQuery" in leaf) {
    return { kind: "compare", left, operator, values: [], subquery: readQuery(leaf.valueQuery) };
  }
  // The library takes lists and single values behind any operator; "values for IN must be in parentheses" (Comparison Operators).
  if (Array.isArray(leaf.value) !== listOperators.has(operator)) {
    throw malformedQuery(`unexpected token: '${Array.isArray(leaf.value) ? "(" : leaf.value}'`);
  }
  return { kind: "compare", left, operator, values: literals(leaf.value, leaf.literalType), subquery: undefined };
}

const listOperators: ReadonlySet<Operator> = new Set(["IN", "NOT IN", "INCLUDES", "EXCLUDES"]);

/** The library also reads `<>`, which its types do not tell: it means `!=` (unconfirmed). */
function operatorOf(written: string): Operator {
  const operator = written === "<>" ? "!=" : operators.find((known) => known === written);
  if (operator === undefined) throw malformedQuery(`unexpected token: '${written}'`);
  return operator;
}
