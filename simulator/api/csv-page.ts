import type { CsvPlan } from "../bulk/csv-plan.ts";
import type { Org } from "../org/org.ts";

interface CsvFormat {
  readonly delimiter: string;
  readonly ending: "\n" | "\r\n";
}

export const commaFormat: CsvFormat = { delimiter: ",", ending: "\n" };

/** The numbers of the rows of a bulk query, in order. */
export function selectRows({ keySql, keyParameters }: CsvPlan, { database }: Org): Uint32Array {
  const list = database.row(`SELECT json_group_array("_row") FROM (${keySql})`, keyParameters)?.[0];
  const numbers: unknown = JSON.parse(typeof list === "string" ? list : "[]");
  return Uint32Array.from(Array.isArray(numbers) ? numbers : [], Number);
}

const rowsAtOnce = 2000;

/** The values of rows as texts, in the order of the plan's columns. */
export function* rowValues(plan: CsvPlan, rows: Uint32Array, { database }: Org): Generator<string[]> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const list = `[${rows.subarray(at, at + rowsAtOnce).join(",")}]`;
    for (const row of database.rows(plan.rowSql, [list])) yield plan.values(row);
  }
}

/** CSV with a header line and one line for each row. */
export function csvPage(
  plan: CsvPlan,
  rows: Uint32Array,
  { org, delimiter, ending }: CsvFormat & { readonly org: Org },
): Buffer {
  const line = (values: readonly string[]) =>
    values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter) + ending;
  const parts = [line(plan.header)];
  for (const values of rowValues(plan, rows, org)) parts.push(line(values));
  return Buffer.from(parts.join(""));
}
