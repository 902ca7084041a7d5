import { malformedQuery } from "../core/salesforce-error.ts";
import { ConditionCompiler } from "../soql/compile-condition.ts";
import type { CompileContext, SqlValue } from "../soql/compile-context.ts";
import { type CompiledExpression, ExpressionCompiler, onlyArgument } from "../soql/compile-expression.ts";
import { callsAggregate, checkObjectRules, isBareCount } from "../soql/query-rules.ts";
import { Scope } from "../soql/scope.ts";
import type { Condition, Expression, FunctionCall, Query } from "../soql/syntax.ts";
import { messageAt } from "../soql/tokens.ts";
import { orderSql, rowConditions, visibleObject } from "./compile-rows.ts";
import { formatWriter, type Row, valueWriter, type Writer } from "./value-writers.ts";

export interface GroupPlan {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** True for `COUNT()`: the result is a total size without records. */
  readonly countOnly: boolean;
  readonly write: (row: Row) => string;
}

interface Column {
  readonly sql: string;
  readonly key: string;
  readonly writer: (index: number) => Writer;
}

/** Compiles a statement with aggregate functions or GROUP BY. */
export function compileGroups(query: Query, context: CompileContext): GroupPlan {
  const object = visibleObject(query.from, context);
  checkObjectRules(query, object, context.settings.user);
  const scope = new Scope(context.statement, object, query.from);
  const groups = new GroupCompiler(query, scope, context);
  const countOnly = query.select.some((item) => isBareCount(item));
  const columns = countOnly ? [] : groups.columns();
  const where = rowConditions(query, scope, context);
  const having = groups.having();
  const sets = groups.groupingSets();
  const order = sets === undefined ? groups.order() : [];
  const filter = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
  const list = countOnly ? "count(*)" : columns.map(({ sql }) => sql).join(", ");
  const select = (keys: readonly string[] | undefined, chosen: string) =>
    `SELECT ${chosen} FROM ${scope.fromSql()}${filter}${keys === undefined || keys.length === 0 ? "" : ` GROUP BY ${keys.join(", ")}`}${having === undefined || keys?.length === 0 ? "" : ` HAVING ${having}`}`;
  const writers = columns.map((column, index) => ({ key: column.key, write: column.writer(index) }));
  const plan = { parameters: context.parameters, countOnly, write: writerOf(writers) };
  if (sets !== undefined) return { ...plan, sql: groups.unionSql(sets, columns, select) + limitOf(query) };
  const keys = query.grouping === undefined ? undefined : groups.keySql();
  const ordered = order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`;
  const base = select(keys, list);
  if (countOnly) {
    // OFFSET with COUNT() is unconfirmed.
    const rest = `max((${base}) - ${query.offset ?? 0}, 0)`;
    return { ...plan, sql: query.limit === undefined ? `SELECT ${rest}` : `SELECT min(${rest}, ${query.limit})` };
  }
  return { ...plan, sql: `${base}${ordered}${limitOf(query)}` };
}

function limitOf({ limit, offset }: Query): string {
  if (limit === undefined && offset === undefined) return "";
  return ` LIMIT ${limit ?? -1} OFFSET ${offset ?? 0}`;
}

function writerOf(members: readonly { key: string; write: Writer }[]): (row: Row) => string {
  return (row) =>
    `{"attributes":{"type":"AggregateResult"}${members.map(({ key, write }) => `,${JSON.stringify(key)}:${write(row)}`).join("")}}`;
}

class GroupCompiler {
  readonly #query: Query;
  readonly #scope: Scope;
  readonly #context: CompileContext;
  readonly #expressions: ExpressionCompiler;
  readonly #keys: CompiledExpression[];

  constructor(query: Query, scope: Scope, context: CompileContext) {
    this.#query = query;
    this.#scope = scope;
    this.#context = context;
    this.#expressions = new ExpressionCompiler(scope, context);
    this.#keys = (query.grouping?.keys ?? []).map((key) => this.#key(key));
  }

  keySql(): string[] {
    return this.#keys.map(({ sql }) => sql);
  }

  columns(): Column[] {
    let unnamed = 0;
    const used = new Set<string>();
    return this.#query.select.map((item) => {
      if (item.kind !== "expression") throw malformedQuery("Grouped queries take fields and functions only.");
      const compiled = this.#selected(item.expression);
      let key = item.alias;
      if (key === undefined) {
        key = item.expression.kind === "field" ? compiled.name : `expr${unnamed}`;
        if (item.expression.kind !== "field") unnamed += 1;
      }
      if (used.has(key.toLowerCase())) throw malformedQuery(`duplicate alias: ${key}`);
      used.add(key.toLowerCase());
      const formatted = item.expression.kind === "call" && item.expression.name === "FORMAT";
      const writer = (index: number) => (formatted ? formatWriter(compiled, index) : valueWriter(compiled, index));
      return { sql: compiled.sql, key, writer };
    });
  }

  having(): string | undefined {
    const having = this.#query.grouping?.having;
    if (having === undefined) return undefined;
    this.#checkHaving(having);
    const compiler = new ConditionCompiler(this.#scope, this.#context, {
      clause: "HAVING",
      subquery: () => {
        throw malformedQuery("Sub-selects are not allowed in HAVING.");
      },
    });
    return compiler.compile(having);
  }

  order(): string[] {
    for (const { expression } of this.#query.orderBy) {
      if (!callsAggregate(expression)) this.#requireKey(this.#expressions.compile(expression));
    }
    return orderSql(this.#query.orderBy, this.#scope, this.#context);
  }

  /** The grouping sets of ROLLUP and CUBE: a flag for each key. Undefined for a plain GROUP BY. */
  groupingSets(): boolean[][] | undefined {
    const kind = this.#query.grouping?.kind ?? "plain";
    if (kind === "plain") return undefined;
    const count = this.#keys.length;
    if (count > 3) throw malformedQuery("GROUP BY ROLLUP and CUBE take at most three fields.");
    const all = Array.from({ length: 2 ** count }, (_, bits) =>
      this.#keys.map((_key, index) => (bits & (1 << index)) === 0),
    );
    return kind === "cube" ? all : all.filter((set) => isRollup(set));
  }

  /** ROLLUP and CUBE as the union of their sets. A key that is not in a set is null, and GROUPING() of it is 1. */
  unionSql(
    sets: readonly (readonly boolean[])[],
    columns: readonly Column[],
    select: (keys: readonly string[], chosen: string) => string,
  ): string {
    const order = this.#query.orderBy.map((key) => ({ ...key, sql: this.#unionOrder(key.expression) }));
    // SQLite sorts a union by its columns only, so the keys of ORDER BY become further columns.
    const parts = sets.map((set) => {
      const selected = columns.map(({ sql }) => this.#inSet(sql, set));
      const sorted = order.map(({ sql }, index) => `${this.#inSet(sql, set)} AS k${index}`);
      return select(
        this.keySql().filter((_, index) => set[index] === true),
        [...selected, ...sorted].join(", "),
      );
    });
    const keys = order.map(
      ({ descending, nullsLast }, index) =>
        `k${index}${descending ? " DESC" : ""} NULLS ${nullsLast ? "LAST" : "FIRST"}`,
    );
    return `${parts.join(" UNION ALL ")}${keys.length === 0 ? "" : ` ORDER BY ${keys.join(", ")}`}`;
  }

  #unionOrder(expression: Expression): string {
    if (expression.kind === "call" && expression.name === "GROUPING") return this.#groupingOf(expression).sql;
    const compiled = this.#expressions.compile(expression);
    if (!compiled.aggregate) this.#requireKey(compiled);
    return compiled.sql;
  }

  #inSet(sql: string, set: readonly boolean[]): string {
    const index = this.#keys.findIndex((key) => key.sql === sql);
    if (index >= 0) return set[index] === true ? sql : "NULL";
    const grouping = /^grouping:(\d+)$/u.exec(sql);
    return grouping === null ? sql : set[Number(grouping[1])] === true ? "0" : "1";
  }

  #key(key: Expression): CompiledExpression {
    if (callsAggregate(key)) throw malformedQuery("GROUP BY takes no aggregate functions.");
    const compiled = this.#expressions.compile(key);
    if (key.kind === "field" && compiled.field?.field.groupable === false) {
      throw malformedQuery(
        messageAt(
          this.#context.statement.text,
          compiled.at,
          `field '${compiled.name}' can not be grouped in a query call`,
        ),
      );
    }
    return compiled;
  }

  #selected(expression: Expression): CompiledExpression {
    if (expression.kind === "call" && expression.name === "GROUPING") return this.#groupingOf(expression);
    const compiled = this.#expressions.compile(expression);
    if (!compiled.aggregate) this.#requireKey(compiled);
    return compiled;
  }

  #groupingOf(expression: FunctionCall): CompiledExpression {
    if (this.#query.grouping === undefined || this.#query.grouping.kind === "plain") {
      throw malformedQuery("GROUPING needs GROUP BY ROLLUP or GROUP BY CUBE.");
    }
    const key = this.#expressions.compile(onlyArgument(expression));
    const index = this.#requireKey(key);
    return { sql: `grouping:${index}`, type: "int", name: "GROUPING", at: key.at, field: undefined, aggregate: true };
  }

  #requireKey(compiled: CompiledExpression): number {
    const index = this.#keys.findIndex(({ sql }) => sql === compiled.sql);
    if (index >= 0) return index;
    throw malformedQuery(
      messageAt(this.#context.statement.text, compiled.at, `Field must be grouped or aggregated: ${compiled.name}`),
    );
  }

  #checkHaving(condition: Condition): void {
    if (condition.kind === "compare") {
      if (!callsAggregate(condition.left)) this.#requireKey(this.#expressions.compile(condition.left));
      return;
    }
    for (const part of condition.kind === "not" ? [condition.part] : condition.parts) this.#checkHaving(part);
  }
}

function isRollup(set: readonly boolean[]): boolean {
  return set.every((kept, index) => kept || set.slice(index).every((later) => !later));
}
