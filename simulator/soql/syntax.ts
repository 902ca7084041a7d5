// The statement as the compiler reads it, whatever parser made it.

/** A field path, a function call, or a literal that stands as an argument. */
export type Expression =
  | { readonly kind: "field"; readonly path: readonly string[] }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number };

/** A value on the right of an operator, in its own notation. */
export interface Literal {
  readonly kind: "string" | "number" | "currency" | "boolean" | "null" | "date" | "datetime" | "time" | "dateLiteral";
  /** Text of a string without quotes, else the notation itself. */
  readonly text: string;
  /** Of a string: what stands between the quotes, escapes unresolved, since LIKE gives two of them a meaning of its own. */
  readonly raw?: string;
}

/** The comparison operators of SOQL. */
export const operators = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN", "INCLUDES", "EXCLUDES"] as const;

/** One of them. */
export type Operator = (typeof operators)[number];

/** One comparison. */
export interface Comparison {
  readonly kind: "compare";
  readonly left: Expression;
  readonly operator: Operator;
  readonly values: readonly Literal[];
  readonly subquery: Query | undefined;
}

/** A condition of WHERE or HAVING. */
export type Condition =
  | Comparison
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition };

/** A WHEN or ELSE branch of TYPEOF. */
export interface TypeBranch {
  /** Undefined for ELSE. */
  readonly object: string | undefined;
  readonly fields: readonly (readonly string[])[];
}

/** An item of a SELECT list. */
export type SelectItem =
  | { readonly kind: "expression"; readonly expression: Expression; readonly alias: string | undefined }
  | { readonly kind: "subquery"; readonly query: Query }
  | { readonly kind: "typeof"; readonly path: readonly string[]; readonly branches: readonly TypeBranch[] }
  | { readonly kind: "fields"; readonly which: "ALL" | "CUSTOM" | "STANDARD" };

/** One key of ORDER BY. */
export interface OrderKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

/** GROUP BY with its keys. */
export interface Grouping {
  readonly kind: "plain" | "rollup" | "cube";
  readonly keys: readonly Expression[];
}

/** A SELECT statement; in a child subquery `from` is the relationship's name. */
export interface Query {
  readonly select: readonly SelectItem[];
  readonly from: string;
  readonly alias: string | undefined;
  readonly scope: string | undefined;
  readonly where: Condition | undefined;
  readonly dataCategories: boolean;
  readonly apexOnly: string | undefined;
  readonly grouping: Grouping | undefined;
  readonly having: Condition | undefined;
  readonly orderBy: readonly OrderKey[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

/** A whole statement with its text, for messages that point into it. */
export interface Statement {
  readonly text: string;
  readonly query: Query;
}
