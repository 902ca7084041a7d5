import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gainedWithout, listsAgree } from "./left-out.ts";
import { allColumns, withoutColumn, withoutRows, withoutTable } from "./leave-out.ts";
import { indexOrg, seenPairs } from "./index-org.ts";
import { randomOrg } from "./random-org.ts";

const runs = { numRuns: 25 };

describe("left-out facts", () => {
  it("without a table, no user sees more", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(gainedWithout(seed, withoutTable)).toEqual([]);
      }),
      runs,
    );
  });

  it("without some rows, no user sees more", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(gainedWithout(seed, withoutRows)).toEqual([]);
      }),
      runs,
    );
  });

  it.each(allColumns)("without $column of $place, no user sees more", (column) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(gainedWithout(seed, (org) => withoutColumn(org, column))).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it("lists that one principal stands for open the same as the lists themselves", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(listsAgree(seed)).toBe(true);
      }),
      runs,
    );
  });

  it("random orgs open and hide", () => {
    const pairs = Array.from({ length: 10 }, (_, seed) => seenPairs(indexOrg(randomOrg(seed))).size);

    expect(Math.min(...pairs)).toBeGreaterThan(10);
    expect(Math.max(...pairs)).toBeLessThan(9 * 30);
  });
});
