import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../core/json.ts";
import { filterForJob, readFiltering, readJobRules, validateDraft, writeFiltering } from "./sync-rules.ts";

const rule = { id: "r", policy: "exclude", field: "Name", rule: "equals", value: "A", order: 0 };
const filter = (state: string, rules: readonly JsonObject[] = []): JsonObject => ({
  advanced_snippet: { value: {} },
  rules: [...rules],
  validation: { state, errors: [] },
});
const noRules = { basic: [], advanced: [], problems: [] };

describe("the rules of a connector", () => {
  it.each([[undefined], [null], [[]]])("are none if nothing is stored (%j)", (stored) => {
    expect(readFiltering(stored)).toEqual({ active: noRules, draft: undefined, malformed: undefined });
  });

  it("are a draft and the active ones, in a list of one or without a list", () => {
    const element = { domain: "DEFAULT", draft: filter("valid", [rule]), active: filter("valid") };

    const found = readFiltering([element]);

    expect(found).toMatchObject({ active: noRules, draft: { edited: false, rules: { basic: [{ id: "r" }] } } });
    expect(readFiltering(element)).toEqual(found);
  });

  it.each([
    ["edited", true],
    ["valid", false],
    ["invalid", false],
  ])("have an edited draft only in the state edited (%s)", (state, edited) => {
    expect(readFiltering([{ draft: filter(state), active: filter("valid") }]).draft?.edited).toBe(edited);
  });

  it("are reported as malformed in any other form, without an exception", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (stored) => {
        const { active, malformed } = readFiltering(stored);
        if (malformed !== undefined) expect(active.problems).toMatchObject([{ messages: [malformed] }]);
        for (const { messages } of readJobRules(stored).problems) expect(messages.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
    for (const stored of ["rules", 7, [[]], [{}], { draft: {} }])
      expect(readFiltering(stored).malformed).toMatch(/Save the rules again in Kibana\.$/);
  });

  it("do not contain the DEFAULT rule, which must include", () => {
    const defaultRule = { ...rule, id: "DEFAULT", policy: "Include", field: "_", rule: "regex", value: ".*" };

    expect(readJobRules(filter("valid", [rule, defaultRule]))).toMatchObject({ basic: [{ id: "r" }], problems: [] });
    expect(readJobRules(filter("valid", [{ ...defaultRule, policy: "exclude" }])).problems).toMatchObject([
      { ids: ["DEFAULT"] },
    ]);
  });
});

describe("a validated draft", () => {
  const edited = [{ domain: "DEFAULT", draft: filter("edited", [rule]), active: filter("valid") }];

  it("becomes active without problems", () => {
    const valid = filter("valid", [rule]);

    expect(validateDraft(edited, [])).toEqual([{ domain: "DEFAULT", draft: valid, active: valid }]);
  });

  it("gets its problems, and the active rules stay", () => {
    const problems = [
      { ids: ["r"], messages: ["No."] },
      { ids: [], advanced: true as const, messages: ["Neither."] },
    ];

    const errors = [
      { ids: ["r"], messages: ["No."] },
      { ids: ["advanced_snippet"], messages: ["Neither."] },
    ];
    const draft = { ...filter("edited", [rule]), validation: { state: "invalid", errors } };
    expect(validateDraft(edited, problems)).toEqual([{ domain: "DEFAULT", draft, active: filter("valid") }]);
  });

  it("is no longer edited", () => {
    for (const problems of [[], [{ ids: [], messages: ["No."] }]])
      expect(readFiltering(validateDraft(edited, problems)).draft?.edited).toBe(false);
  });
});

describe("the rules of a job", () => {
  const unvalidated = expect.arrayContaining([{ ids: [], messages: ["Its sync rules are not validated."] }]) as unknown;

  it.each([
    [undefined, true],
    [null, true],
    [filter("valid"), true],
    [filter("edited"), false],
    [filter("invalid"), false],
    ["rules", false],
    [[filter("valid")], true],
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
    [{ domain: "DEFAULT", draft: filter("valid"), active: null }, true],
  ])("are applied only if they were validated or there are none (%j: %s)", (stored, allowed) => {
    const { problems } = readJobRules(stored);

    if (allowed) expect(problems).toEqual([]);
    else expect(problems).toEqual(unvalidated);
  });

  it("are the active ones of an element with draft and active rules", () => {
    const element = { domain: "DEFAULT", draft: filter("edited"), active: filter("valid", [rule]) };

    expect(readJobRules(element)).toMatchObject({ basic: [{ id: "r" }], problems: [] });
  });

  it.each([[undefined], [null], [[]]])("are omitted if the connector has none (%j)", (stored) => {
    expect(filterForJob(stored)).toBeUndefined();
  });

  it.each([
    ["x"],
    [{ active: {} }],
    [[null]],
    [[{}]],
    [[{ draft: filter("valid") }]],
    [[{ active: null, draft: filter("valid") }]],
    [[{ active: [], draft: filter("valid") }]],
  ])("cannot be applied if those of the connector are malformed (%j)", (stored) => {
    const taken = filterForJob(stored);

    expect(readJobRules(taken).problems).toEqual(unvalidated);
    expect(JSON.stringify(taken)).toMatch(/sync rules are/);
  });
});

describe("written rules", () => {
  it("are valid, in the draft and active, with the DEFAULT rule last", () => {
    const basic = [
      { id: "a", policy: "exclude", field: "Name", rule: "equals", value: "A", order: 0 },
      { id: "b", policy: "exclude", field: "Name", rule: "equals", value: "B", order: 1 },
    ] as const;
    const advanced = [{ query: "SELECT Id FROM Account", language: "SOQL" as const }];

    const written = writeFiltering({ basic, advanced }, "2026-03-01T12:00:00.000Z");

    const { active, draft } = readFiltering(written);
    expect(active).toEqual({ basic, advanced, problems: [] });
    expect(draft).toEqual({ edited: false, rules: active });
    expect(written).toMatchObject([{ active: { rules: [{}, {}, { id: "DEFAULT", policy: "include", order: 2 }] } }]);
  });
});
