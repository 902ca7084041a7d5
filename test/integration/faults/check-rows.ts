import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { endpoints, isRequestTo } from "./endpoints.ts";
import { faultNames } from "./fault-kinds.ts";
import { allRows, type Row } from "./fault-table.ts";
import { FaultWorld } from "./fault-world.ts";
import type { RowResult } from "./fault-lane.ts";
import { isSecured, scenarios } from "./scenarios.ts";

/** Rows at once. */
const lanes = 8;

/** The longest time of a faulty run: retries with their waits, and for slow responses their timeouts. */
const longestMs = 20_000;

/** How much the memory of the process may grow during a row, the org and the rows at the same time included. */
const memoryBytes = 300 * 1_048_576;

/** Defines the tests of some rows of the table. */
export function describeRows(elasticsearchUrl: () => string, isWanted: (row: Row) => boolean): void {
  let world: FaultWorld;
  vi.setConfig({ maxConcurrency: lanes });

  beforeAll(async () => {
    world = await FaultWorld.open(elasticsearchUrl(), lanes);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("calls no endpoint that the table lacks, and lacks none of the table", async () => {
    const seen = await world.use(async (lane) => {
      for (const scenario of scenarios) {
        const { status } = await lane.clean(scenario);
        expect(["completed", "ok"], scenario).toContain(status);
      }
      return lane.seen;
    });

    const known = Object.entries(endpoints);
    const unknown = seen.filter((request) => !known.some(([, endpoint]) => isRequestTo(endpoint, request)));
    expect(unknown.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    const unused = known.filter(([, endpoint]) => !seen.some((request) => isRequestTo(endpoint, request)));
    expect(unused.map(([name]) => name)).toEqual([]);
    // A shard that fails must not look like missing documents.
    const searches = seen.filter(({ path }) => path.includes("/_search"));
    expect(searches.filter(({ path }) => !path.includes("allow_partial_search_results=false"))).toEqual([]);
  });

  describe.concurrent("a fault", () => {
    it.for(allRows().filter(isWanted))("$endpoint: $fault", async (row) => {
      using memory = new MemoryGrowth();

      const result = await world.use((lane) => lane.row(row.endpoint, row.fault));

      expectOutcome(row, result);
      expectSafe(row, result);
      expectRepaired(row, result);
      expect(result.elapsedMs).toBeLessThan(longestMs);
      expect(memory.bytes).toBeLessThan(memoryBytes);
    });
  });
}

/** Watches how much the memory of the process grows. */
class MemoryGrowth implements Disposable {
  readonly #start = process.memoryUsage.rss();
  readonly #timer = setInterval(() => this.#look(), 20);
  #peak = 0;

  /** The largest growth so far. */
  get bytes(): number {
    this.#look();
    return this.#peak;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss() - this.#start);
  }
}

function expectOutcome({ expected }: Row, { fired, outcome }: RowResult): void {
  expect(fired).toBeGreaterThan(0);
  if (expected.attempts !== undefined) expect(fired).toBe(expected.attempts);
  expect(outcome).toMatchObject({ status: expected.status });
  if (expected.code !== undefined) expect(outcome.code).toBe(expected.code);
  if (expected.text) expect(outcome.text).toMatch(expected.text);
  // Words of the program itself are no use to an operator.
  expect(outcome.text).not.toMatch(/undefined|null|Cannot read|UND_ERR|"code":|secret-value/);
  if (expected.warning) expect(outcome.warnings.join("\n")).toMatch(expected.warning);
}

function expectSafe({ expected }: Row, { deleted, spoiled, grants, differences }: RowResult): void {
  expect(deleted).toEqual([]);
  expect(grants).toEqual([]);
  if (expected.warning === undefined && expected.hides !== true) expect(spoiled).toEqual([]);
  if (expected.exact) expect(differences).toEqual([]);
  if (expected.hides) expect(differences).not.toEqual([]);
}

function expectRepaired({ endpoint }: Row, { next }: RowResult): void {
  const { scenario } = endpoints[endpoint];
  const writes = scenario !== "check" && scenario !== "list";
  expect(next.outcome).toMatchObject({ status: writes ? "completed" : "ok", text: "" });
  if (writes) expect(next.differences).toEqual([]);
}

/** Shares of the table. Rows with document-level security take longer, so there are more shares of them. */
const shares = 4;
const securedShares = 8;

/** Whether a row is in one of four shares. Every endpoint and every fault is in each share. */
export function isInShare({ endpoint, fault }: Row, share: number): boolean {
  const count = isSecured(endpoints[endpoint].scenario) ? securedShares : shares;
  return (Object.keys(endpoints).indexOf(endpoint) + faultNames.indexOf(fault)) % count === share;
}
