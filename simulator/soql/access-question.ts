import { badRequest, malformedQuery } from "../core/salesforce-error.ts";
import { toId18 } from "../schema/record-id.ts";
import { accessColumns } from "../schema/objects/user-record-access.ts";
import type { Comparison, Condition, Expression, Query } from "./syntax.ts";

// The only form of a query of UserRecordAccess (Object Reference, "UserRecordAccess"). Its error codes are not confirmed.

const maxRecords = 200;

/** The user and the records of a query of UserRecordAccess. */
export interface AccessQuestion {
  readonly userId: string;
  readonly recordIds: readonly string[];
}

const levels: ReadonlySet<string> = new Set(accessColumns.map((name) => name.toLowerCase()));

/** Throws if the query does not have the documented form. */
export function accessQuestion(query: Query): AccessQuestion {
  const comparisons = query.where === undefined ? [] : conjunction(query.where);
  const users = comparisons.filter((part) => nameOf(part.left) === "userid");
  const records = comparisons.filter((part) => nameOf(part.left) === "recordid");
  const filters = comparisons.filter((part) => levels.has(nameOf(part.left)));
  const [user] = users;
  const [record] = records;
  if (user === undefined || users.length > 1 || user.operator !== "=") throw wrongForm("filter by a single UserId");
  if (record === undefined || records.length > 1 || !["=", "IN"].includes(record.operator)) {
    throw wrongForm("filter by RecordId with = or IN");
  }
  if (filters.length > 1 || comparisons.length !== 2 + filters.length) {
    throw wrongForm("filter by UserId, RecordId and at most one access level, joined by AND");
  }
  checkSelect(query, filters.length > 0);
  const recordIds = record.values.map(({ text }) => idOf(text));
  if (recordIds.length > maxRecords) {
    throw badRequest("EXCEEDED_ID_LIMIT", `Number of records exceeds limit:${maxRecords}`);
  }
  return { userId: idOf(user.values[0]?.text ?? ""), recordIds: [...new Set(recordIds)] };
}

function conjunction(condition: Condition): Comparison[] {
  if (condition.kind === "compare" && condition.subquery === undefined) return [condition];
  if (condition.kind === "and") return condition.parts.flatMap((part) => conjunction(part));
  throw wrongForm("join the filters by AND");
}

function checkSelect(query: Query, filtered: boolean): void {
  const selected = query.select.map((item) => (item.kind === "expression" ? nameOf(item.expression) : ""));
  if (!selected.includes("recordid")) throw wrongForm("select RecordId");
  if (!selected.every((name) => name === "recordid" || name === "userid" || levels.has(name))) {
    throw wrongForm("select RecordId and access levels only");
  }
  if (filtered && selected.length > 1) throw wrongForm("select RecordId only when filtering by an access level");
  if (query.grouping !== undefined || query.offset !== undefined) throw wrongForm("use neither GROUP BY nor OFFSET");
  for (const { expression } of query.orderBy) {
    const name = nameOf(expression);
    if (!levels.has(name) || !selected.includes(name)) throw wrongForm("order by a selected access level only");
  }
}

/** The name of a plain field in lower case. */
function nameOf(expression: Expression): string {
  return expression.kind === "field" ? (expression.names.at(-1) ?? "").toLowerCase() : "";
}

function idOf(text: string): string {
  const id = toId18(text);
  if (id === undefined) throw badRequest("INVALID_QUERY_FILTER_OPERATOR", `invalid ID field: ${text}`);
  return id;
}

function wrongForm(rule: string): Error {
  return malformedQuery(`A query of UserRecordAccess must ${rule}.`);
}
