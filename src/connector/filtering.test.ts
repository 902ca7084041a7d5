import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { filteringOf, isValidated, judgedFiltering, readFiltering, readRules, type Filtering } from "./filtering.ts";

const rule = { id: "r", policy: "exclude", field: "Name", rule: "equals", value: "A", order: 0 };
const filter = (state: string, rules: readonly JsonObject[] = []): JsonObject => ({
  advanced_snippet: { value: {} },
  rules: [...rules],
  validation: { state, errors: [] },
});

function read(stored: unknown): Filtering {
  const found = readFiltering(stored);
  if (!found || "problem" in found) throw new Error("There are rules.");
  return found;
}

describe("a connector's sync rules", () => {
  it.each([[undefined], [null], [[]]])("are none where nothing is stored (%j)", (stored) => {
    expect(readFiltering(stored)).toBeUndefined();
  });

  it("are a draft and the active ones, in a list of one or without a list", () => {
    const element = { domain: "DEFAULT", draft: filter("valid", [rule]), active: filter("valid") };

    expect(readFiltering([element])).toEqual({ edited: false, draft: element.draft, active: element.active });
    expect(readFiltering(element)).toEqual(readFiltering([element]));
  });

  it.each([
    ["edited", true],
    ["valid", false],
    ["invalid", false],
  ])("are to be looked at when the draft is edited (%s)", (state, edited) => {
    expect(read([{ draft: filter(state), active: filter("valid") }]).edited).toBe(edited);
  });

  it("of any other form are said to be wrong, and nothing throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (stored) => {
        const found = readFiltering(stored);
        if (found && "problem" in found) expect(found.problem).toMatch(/Save the rules again in Kibana\.$/);
        const { rules, problems } = readRules(stored);
        expect(rules).toEqual({ basic: expect.any(Array) as unknown, advanced: expect.any(Array) as unknown });
        for (const { messages } of problems) expect(messages.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
    for (const stored of ["rules", 7, [[]], [{}], { draft: {} }])
      expect(readFiltering(stored)).toHaveProperty("problem");
  });
});

describe("a draft that was looked at", () => {
  const edited = read([{ domain: "DEFAULT", draft: filter("edited", [rule]), active: filter("valid") }]);

  it("becomes active when nothing is wrong with it", () => {
    const valid = filter("valid", [rule]);

    expect(judgedFiltering(edited, [])).toEqual([{ domain: "DEFAULT", draft: valid, active: valid }]);
  });

  it("says what is wrong with it, and leaves the active rules as they are", () => {
    const problem = { ids: ["r"], messages: ["No."] };

    const judged = judgedFiltering(edited, [problem]);

    const draft = { ...filter("edited", [rule]), validation: { state: "invalid", errors: [problem] } };
    expect(judged).toEqual([{ domain: "DEFAULT", draft, active: filter("valid") }]);
  });

  it("is not looked at again, whatever was found", () => {
    for (const problems of [[], [{ ids: [], messages: ["No."] }]])
      expect(read(judgedFiltering(edited, problems)).edited).toBe(false);
  });
});

describe("rules may be followed", () => {
  it.each([
    [undefined, true],
    [null, true],
    [filter("valid"), true],
    [filter("edited"), false],
    [filter("invalid"), false],
    ["rules", false],
    [[filter("valid")], false],
    [{}, true],
    [{ rules: [] }, true],
    [{ advanced_snippet: { value: {} } }, true],
    [{ rules: [], validation: null }, false],
    [{ rules: [], validation: "valid" }, false],
    [{ rules: [], validation: {} }, false],
    [{ domain: "DEFAULT" }, false],
    [{ validation: { state: "valid" } }, false],
    [{ domain: "DEFAULT", draft: filter("valid") }, false],
    [{ domain: "DEFAULT", draft: filter("edited"), active: filter("valid") }, true],
    [{ domain: "DEFAULT", draft: filter("valid"), active: filter("invalid") }, false],
    [{ domain: "DEFAULT", draft: filter("valid"), active: null }, false],
    [{ domain: "DEFAULT", draft: filter("valid"), active: {} }, false],
  ])("only where they were found valid, or there are none (%j: %s)", (stored, allowed) => {
    expect(isValidated(stored)).toBe(allowed);
  });
});

describe("an element with draft and active rules where a filter is expected", () => {
  it("is read as its active rules", () => {
    const { rules, problems } = readRules({
      domain: "DEFAULT",
      draft: filter("edited"),
      active: filter("valid", [rule]),
    });

    expect(problems).toEqual([]);
    expect(rules.basic).toMatchObject([{ id: "r" }]);
  });
});

describe("rules of a file", () => {
  it("are stored as a connector's are: valid, in their order, with the rule that lets in the rest", () => {
    const { id: _, order: __, ...plain } = rule;
    const advanced = { query: "SELECT Id FROM Account", language: "SOQL" };

    const { edited, active, draft } = read(
      filteringOf([plain, { ...plain, value: "B" }], [advanced], "2026-03-01T12:00:00.000Z"),
    );

    expect(edited).toBe(false);
    expect(draft).toEqual(active);
    expect(isValidated(active)).toBe(true);
    const { rules, problems } = readRules(active);
    expect(problems).toEqual([]);
    expect(rules.basic.map(({ order }) => order)).toEqual([0, 1, 2]);
    expect(rules.basic.at(-1)).toMatchObject({ id: "DEFAULT", policy: "include" });
    expect(rules.advanced).toMatchObject([advanced]);
  });
});
