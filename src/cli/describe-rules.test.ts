import { describe, expect, it } from "vitest";
import { filteringOf, readRules } from "../connector/filtering.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import { describeRules } from "./describe-rules.ts";

/** Rules of a file, as a connector then has them. */
function rulesOf({ basic = [], advanced = [] }: { basic?: JsonValue[]; advanced?: JsonValue[] }) {
  const [filtering] = filteringOf(basic, advanced, "2026-03-01T12:00:00.000Z");
  return readRules(isJsonObject(filtering) ? filtering["active"] : undefined);
}

const competitor = { policy: "exclude", field: "Type", rule: "equals", value: "Competitor" };
const small = { policy: "exclude", field: "Amount", rule: "<", value: 1000 };

describe("sync rules of a file", () => {
  it("are described in the order in which they count", () => {
    const { rules, problems } = rulesOf({
      basic: [small, { ...competitor, order: -1 }],
      advanced: [{ language: "SOQL", query: "SELECT Name\n  FROM Account" }],
    });

    expect(problems).toEqual([]);
    expect(describeRules(rules)).toEqual([
      "Advanced rules take the place of the selected objects. Read is what they return:",
      "  1. SOQL: SELECT Name FROM Account",
      "Basic rules, of which the first that matches decides:",
      '  1. exclude if Type equals "Competitor"',
      '  2. exclude if Amount < "1000"',
      "  What none of them matches is included.",
    ]);
  });

  it("are not spoken of where there are none", () => {
    expect(describeRules(rulesOf({}).rules)).toEqual([]);
  });

  it("need neither an id nor an order, and are named by their place where something is wrong", () => {
    const { problems } = rulesOf({ basic: [competitor, { ...small, rule: "below" }] });

    expect(problems).toMatchObject([{ ids: ["rule-2"], messages: [expect.stringContaining('found "below"')] }]);
  });
});
