import { CompileContext, type CompileSettings } from "../soql/compile-context.ts";
import { parseQuery } from "../soql/parse-query.ts";
import { checkQuery, checkSemiJoins, isAggregate } from "../soql/query-rules.ts";
import type { Query } from "../soql/syntax.ts";
import { compileGroups, type GroupPlan } from "./compile-groups.ts";
import { compileRows, type RowPlan } from "./compile-rows.ts";
import type { RenderSettings } from "./value-writers.ts";

/** A compiled statement. Either `rows` or `groups` is set. */
export interface QueryPlan {
  readonly query: Query;
  readonly rows: RowPlan | undefined;
  readonly groups: GroupPlan | undefined;
  /** The tables that the statement reads. */
  readonly tables: ReadonlySet<string>;
  readonly dependsOnTime: boolean;
}

/** Parses, validates and compiles a statement. Throws the error that Salesforce returns. */
export function planQuery(text: string, settings: CompileSettings, render: RenderSettings): QueryPlan {
  const query = parseQuery(text);
  checkQuery(query);
  checkSemiJoins(query);
  const context = CompileContext.of(settings, text);
  const grouped = isAggregate(query);
  const groups = grouped ? compileGroups(query, context) : undefined;
  const rows = grouped ? undefined : compileRows(query, context, render);
  return {
    query,
    rows,
    groups,
    tables: context.statement.tables,
    dependsOnTime: context.statement.dependsOnTime,
  };
}
