import type { OrgDatabase } from "../storage/org-database.ts";
import type { ChildPlan, RowPlan } from "./compile-rows.ts";
import type { Cursor, Cursors } from "./cursors.ts";

/** Maximum number of children in the record of their parent. Further children are on separate pages. */
export const defaultChildPage = 500;

/** "When two or more custom long text fields are selected, a page holds 200 records" (Change the Batch Size in Queries). */
const longTextPage = 200;

/** Batch size of parents when children are counted. It is small because children count towards the page size. */
const parentsAtOnce = 200;

interface Page {
  readonly json: string;
  readonly nextOffset: number | undefined;
}

interface Sizes {
  readonly batchSize: number;
  readonly childPage: number;
}

/** The row numbers of the children by parent id, for each child subquery. */
type ChildKeys = readonly ReadonlyMap<string, number[]>[];

/** Renders pages of records with their children as JSON. */
export class Pages {
  readonly #database: OrgDatabase;
  readonly #cursors: Cursors;

  constructor(database: OrgDatabase, cursors: Cursors) {
    this.#database = database;
    this.#cursors = cursors;
  }

  render(cursor: Cursor, offset: number, sizes: Sizes): Page {
    const { plan } = cursor;
    const batch = plan.longTexts >= 2 ? Math.min(sizes.batchSize, longTextPage) : sizes.batchSize;
    const records =
      plan.children.length === 0
        ? this.#records(plan, this.#cursors.rows(cursor, offset, batch), { cursor, childPage: sizes.childPage })
        : this.#withChildren(cursor, offset, { batchSize: batch, childPage: Math.min(sizes.childPage, batch) });
    const taken = plan.children.length === 0 ? Math.min(batch, cursor.size - offset) : records.length;
    const end = offset + Math.max(taken, records.length);
    const more = end < cursor.size;
    const next = more ? `"nextRecordsUrl":"${cursor.basePath}/query/${cursor.locator}-${end}",` : "";
    return {
      json: `{"totalSize":${cursor.size},"done":${!more},${next}"records":[${records.join(",")}]}`,
      nextOffset: more ? end : undefined,
    };
  }

  /** Parents starting at the offset, with their children. Both count towards the page size. */
  #withChildren(cursor: Cursor, offset: number, { batchSize, childPage }: Sizes): string[] {
    const json: string[] = [];
    let budget = batchSize;
    let at = offset;
    while (budget > 0 && at < cursor.size) {
      const numbers = this.#cursors.rows(cursor, at, Math.min(parentsAtOnce, budget));
      const rows = this.#rows(cursor.plan, numbers);
      const keys = this.#childKeys(cursor.plan, rows);
      let kept = 0;
      for (const row of rows) {
        const cost = 1 + keys.reduce((sum, map) => sum + Math.min(childPage, map.get(String(row[0]))?.length ?? 0), 0);
        if (cost > budget && json.length + kept > 0) {
          budget = 0;
          break;
        }
        budget -= cost;
        kept += 1;
      }
      json.push(...this.#written(cursor.plan, rows.slice(0, kept), { keys, cursor, childPage }));
      at += numbers.length;
      if (numbers.length === 0) break;
    }
    return json;
  }

  #records(plan: RowPlan, numbers: readonly number[], parts: { cursor: Cursor; childPage: number }): string[] {
    const rows = this.#rows(plan, numbers);
    return this.#written(plan, rows, { ...parts, keys: this.#childKeys(plan, rows) });
  }

  #rows(plan: RowPlan, numbers: readonly number[]): unknown[][] {
    return this.#database.rows(plan.rowSql, [`[${numbers.join(",")}]`]);
  }

  #childKeys(plan: RowPlan, rows: readonly unknown[][]): ChildKeys {
    if (plan.children.length === 0 || rows.length === 0) return [];
    const ids = JSON.stringify(rows.map(([id]) => id));
    return plan.children.map(({ plan: child, limit }) => {
      const map = new Map<string, number[]>();
      for (const [parent, number] of this.#database.rows(child.keySql, [ids, ...child.keyParameters.slice(1)])) {
        const list = map.get(String(parent));
        if (list === undefined) map.set(String(parent), limit === 0 ? [] : [Number(number)]);
        else if (limit === undefined || list.length < limit) list.push(Number(number));
      }
      return map;
    });
  }

  #written(
    plan: RowPlan,
    rows: readonly unknown[][],
    { keys, cursor, childPage }: { keys: ChildKeys; cursor: Cursor; childPage: number },
  ): string[] {
    const results = plan.children.map((child, index) =>
      this.#childResults(child, rows, { keys: keys[index] ?? new Map<string, number[]>(), cursor, childPage }),
    );
    return rows.map((row) =>
      plan.write(
        row,
        results.map((result) => result.get(String(row[0])) ?? "null"),
      ),
    );
  }

  /** The JSON of the children by parent id. The children of all parents are read at once. */
  #childResults(
    { plan }: ChildPlan,
    parents: readonly unknown[][],
    { keys, cursor, childPage }: { keys: ReadonlyMap<string, number[]>; cursor: Cursor; childPage: number },
  ): Map<string, string> {
    const results = new Map<string, string>();
    const wanted = parents.flatMap(([id]) => keys.get(String(id))?.slice(0, childPage) ?? []);
    if (wanted.length === 0) return results;
    const rows = this.#rows(plan, wanted);
    const json = this.#written(plan, rows, { keys: this.#childKeys(plan, rows), cursor, childPage });
    const byNumber = new Map(rows.map((row, index) => [Number(row.at(-1)), json[index] ?? "null"]));
    for (const [id] of parents) {
      const numbers = keys.get(String(id));
      if (numbers === undefined || numbers.length === 0) continue;
      results.set(String(id), this.#childResult(plan, numbers, { byNumber, cursor, childPage }));
    }
    return results;
  }

  #childResult(
    plan: RowPlan,
    numbers: readonly number[],
    { byNumber, cursor, childPage }: { byNumber: ReadonlyMap<number, string>; cursor: Cursor; childPage: number },
  ): string {
    const records = numbers
      .slice(0, childPage)
      .map((number) => byNumber.get(number))
      .filter((record) => record !== undefined);
    const more = numbers.length > childPage;
    let next = "";
    if (more) {
      const { basePath, userId, tables } = cursor;
      const { locator } = this.#cursors.open(Uint32Array.from(numbers), { plan, basePath, userId, tables });
      next = `"nextRecordsUrl":"${basePath}/query/${locator}-${childPage}",`;
    }
    return `{"totalSize":${numbers.length},"done":${!more},${next}"records":[${records.join(",")}]}`;
  }
}
