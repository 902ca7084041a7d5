import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAdvancedRules, type AdvancedRule } from "./advanced-rules.ts";

const messages = (value: unknown): string[] => {
  const parsed = parseAdvancedRules(value);
  return "problems" in parsed ? parsed.problems.map(({ message }) => message) : [];
};

describe("parseAdvancedRules", () => {
  it.each([[undefined], [null], [[]], [{}]])("reads %j as no rules", (value) => {
    expect(parseAdvancedRules(value)).toEqual({ rules: [] });
  });

  it("accepts any list of queries in SOQL and SOSL unchanged", () => {
    const rule = fc.record<AdvancedRule>({
      query: fc.string().filter((query) => query.trim() !== ""),
      language: fc.constantFrom("SOQL", "SOSL"),
    });

    fc.assert(
      fc.property(fc.array(rule), (rules) => {
        expect(parseAdvancedRules(rules)).toEqual({ rules });
      }),
    );
  });

  it.each([
    ["a list is expected", "SELECT Id FROM Account", /a list of objects.*; found a string/],
    ["the value is an object and not a list", { query: "x", language: "SOQL" }, /a list of objects.*; found an object/],
    ["a rule is no object", ["SELECT Id FROM Account"], /^Rule 1: expected an object .* found a string/],
    ["a rule is null", [null], /^Rule 1: expected an object .* found null/],
    ["query is missing", [{ language: "SOQL" }], /^Rule 1: query is missing; expected a SOQL or SOSL statement/],
    ["query is a number", [{ query: 3, language: "SOQL" }], /^Rule 1: query is a number/],
    ["query is blank", [{ query: " \n", language: "SOQL" }], /^Rule 1: query is empty/],
    ["language is missing", [{ query: "x" }], /^Rule 1: language is missing; expected SOQL or SOSL/],
    ["language is in small letters", [{ query: "x", language: "soql" }], /^Rule 1: language is "soql"; .* in capitals/],
    ["language is a list", [{ query: "x", language: ["SOQL"] }], /^Rule 1: language is a list/],
    ["a key is not known", [{ query: "x", language: "SOQL", limit: 3 }], /^Rule 1: "limit" is unknown/],
  ])("reports the problem if %s", (_what, value, message) => {
    expect(messages(value)).toEqual([expect.stringMatching(message)]);
  });

  it("names every problem by the position of its rule", () => {
    const good = { query: "SELECT Id FROM Account", language: "SOQL" };

    const parsed = parseAdvancedRules([good, { query: "", language: "APEX" }, good, 4]);

    expect(parsed).toEqual({
      problems: [
        { message: expect.stringMatching(/^Rule 2: query/) as string },
        { message: expect.stringMatching(/^Rule 2: language/) as string },
        { message: expect.stringMatching(/^Rule 4: expected an object/) as string },
      ],
    });
  });
});
