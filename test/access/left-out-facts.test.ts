import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListPolicy } from "../../src/access/list-policy.ts";
import { indexOrg, seenPairs } from "./index-org.ts";
import { withoutColumn, withoutRows, withoutTable } from "./leave-out.ts";
import { Random } from "./random.ts";
import { randomOrg } from "./random-org.ts";

// Without a named exception, a user is hidden if it is unknown whether the user is frozen.
const options = { hideIfFrozenStateUnknown: true };
const runs = { numRuns: 25 };

const everyListReplaced: ListPolicy = {
  shortList: 0,
  usesVia: () => true,
  nestsVia: () => true,
  usesSet: () => true,
  opensJunction: () => true,
};

describe("left-out facts", () => {
  it.each([
    ["a table", withoutTable],
    ["a column", withoutColumn],
    ["some rows", withoutRows],
  ] as const)("without %s, no user sees more", (_, leaveOut) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const org = randomOrg(seed);
        const before = seenPairs(indexOrg(org, options));
        const { org: reduced, missing } = leaveOut(org, new Random(seed ^ 0x5bd1e995));
        const after = seenPairs(indexOrg(reduced, options));

        expect({ missing, gained: [...after].filter((pair) => !before.has(pair)) }).toEqual({ missing, gained: [] });
      }),
      runs,
    );
  });

  it("random orgs open and hide", () => {
    const pairs = Array.from({ length: 10 }, (_, seed) => seenPairs(indexOrg(randomOrg(seed), options)).size);

    expect(Math.min(...pairs)).toBeGreaterThan(10);
    expect(Math.max(...pairs)).toBeLessThan(9 * 30);
  });

  it("lists that one principal stands for open the same as the lists themselves", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const org = randomOrg(seed);
        const inline = seenPairs(indexOrg(org));
        const replaced = seenPairs(indexOrg(org, { policy: everyListReplaced, manyRoles: 0 }));

        expect([...replaced].sort()).toEqual([...inline].sort());
      }),
      runs,
    );
  });
});
