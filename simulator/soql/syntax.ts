// The syntax tree of a SOQL statement. `at` is the offset of a node in the statement, for error messages.

/** `Name`, `Owner.Name`, `a.Owner.Name` */
export interface FieldPath {
  readonly kind: "field";
  readonly names: readonly string[];
  readonly at: number;
}

export interface FunctionCall {
  readonly kind: "call";
  /** In upper case. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly at: number;
}

/** Texts and numbers are arguments of functions only. */
export type Expression =
  | FieldPath
  | FunctionCall
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number };

/** A value on the right of an operator. */
export interface Literal {
  readonly kind: "string" | "number" | "currency" | "boolean" | "null" | "date" | "datetime" | "time" | "dateLiteral";
  /** A string without quotes and with resolved escape sequences; other literals in upper case. */
  readonly text: string;
  /** A string without quotes, with unresolved escape sequences. LIKE gives two of them a special meaning. */
  readonly raw?: string;
  readonly at: number;
}

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "LIKE" | "IN" | "NOT IN" | "INCLUDES" | "EXCLUDES";

export interface Comparison {
  readonly kind: "compare";
  readonly left: Expression;
  readonly operator: Operator;
  readonly values: readonly Literal[];
  /** Set for a semi- or anti-join; `values` is empty then. */
  readonly subquery: Query | undefined;
}

export type Condition =
  | Comparison
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition };

/** A WHEN or ELSE branch of TYPEOF. */
export interface TypeBranch {
  /** Undefined for ELSE. */
  readonly object: string | undefined;
  readonly fields: readonly FieldPath[];
}

export type SelectItem =
  | { readonly kind: "expression"; readonly expression: Expression; readonly alias: string | undefined }
  | { readonly kind: "subquery"; readonly query: Query }
  | { readonly kind: "typeof"; readonly reference: FieldPath; readonly branches: readonly TypeBranch[] }
  | { readonly kind: "fields"; readonly which: FieldGroup };

/** The argument of FIELDS(). */
export type FieldGroup = "ALL" | "CUSTOM" | "STANDARD";

/** `FROM Contact c, c.Account a` */
export interface From {
  /** The object, or in a child subquery the relationship. */
  readonly name: string;
  readonly at: number;
  readonly alias: string | undefined;
  readonly parents: readonly ParentAlias[];
}

export interface ParentAlias {
  readonly alias: string;
  readonly path: FieldPath;
}

export interface OrderKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Grouping {
  readonly kind: "plain" | "rollup" | "cube";
  readonly keys: readonly Expression[];
  readonly having: Condition | undefined;
}

export interface Query {
  readonly select: readonly SelectItem[];
  readonly from: From;
  /** The scope of USING SCOPE. */
  readonly scope: string | undefined;
  readonly where: Condition | undefined;
  readonly grouping: Grouping | undefined;
  readonly orderBy: readonly OrderKey[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}
