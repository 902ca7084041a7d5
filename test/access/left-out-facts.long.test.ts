import { expect, it } from "vitest";
import { sharingCases } from "../sharing-cases/all-sharing-cases.ts";
import { caseOrg } from "./case-org.ts";
import { indexOrg, seenPairs } from "./index-org.ts";
import { allColumns, withoutColumn, withoutRows, withoutTable } from "./leave-out.ts";
import { gainedWithout, listsAgree } from "./left-out.ts";

const seeds = Array.from({ length: 2_000 }, (_, number) => number * 7_919 + 1);

it("in 2,000 random orgs, no user sees more without tables and rows, and lists open what their principals open", () => {
  const wrong = seeds.filter(
    (seed) =>
      gainedWithout(seed, withoutTable).length > 0 || gainedWithout(seed, withoutRows).length > 0 || !listsAgree(seed),
  );

  expect(wrong).toEqual([]);
});

it.each(allColumns)(
  "in 100 random orgs and in each golden case, no user sees more without $column of $place",
  (column) => {
    const wrong = seeds
      .slice(0, 100)
      .filter((seed) => gainedWithout(seed, (org) => withoutColumn(org, column)).length > 0);
    const wrongCases = sharingCases.filter((sharingCase) => {
      const org = caseOrg(sharingCase);
      const options = { hideIfFrozenStateUnknown: true };
      const before = seenPairs(indexOrg(org, options));
      return [...seenPairs(indexOrg(withoutColumn(org, column), options))].some((pair) => !before.has(pair));
    });

    expect(wrong).toEqual([]);
    expect(wrongCases.map(({ title }) => title)).toEqual([]);
  },
);
