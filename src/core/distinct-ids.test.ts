import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DistinctIds } from "./distinct-ids.ts";

describe("DistinctIds", () => {
  it("recognizes ids that were added before, in memory and in a temporary table", () => {
    const ids = fc.array(fc.array(fc.stringMatching(/^[a-c]{1,3}$/), { maxLength: 10 }), { maxLength: 6 });
    fc.assert(
      fc.property(ids, fc.constantFrom(0, 5, 1000), (batches, limit) => {
        using distinct = new DistinctIds(limit);
        const before: string[] = [];

        for (const batch of batches) {
          const expected = batch.map((id, position) => ![...before, ...batch.slice(0, position)].includes(id));
          expect(distinct.add(batch)).toEqual(expected);
          before.push(...batch);
        }

        expect(distinct.size).toBe(new Set(before).size);
        expect([...distinct].sort()).toEqual([...new Set(before)].sort());
      }),
      { numRuns: 50 },
    );
  });
});
