import { describe, expect, it } from "vitest";
import { describeRules } from "./describe-rules.ts";

describe("described sync rules", () => {
  it("are in the order in which they are applied", () => {
    const lines = describeRules({
      basic: [
        { id: "a", policy: "exclude", field: "Amount", rule: "<", value: "1000", order: 0 },
        { id: "b", policy: "exclude", field: "Type", rule: "equals", value: "Competitor", order: -1 },
      ],
      advanced: [{ language: "SOQL", query: "SELECT Name\n  FROM Account" }],
    });

    expect(lines).toEqual([
      "Advanced rules replace the selected objects. These queries are synced:",
      "  1. SOQL: SELECT Name FROM Account",
      "Basic rules; the first one that matches decides:",
      '  1. exclude if Type equals "Competitor"',
      '  2. exclude if Amount < "1000"',
      "  Documents that no rule matches are included.",
    ]);
  });

  it("are an empty list if there are none", () => {
    expect(describeRules({ basic: [], advanced: [] })).toEqual([]);
  });
});
