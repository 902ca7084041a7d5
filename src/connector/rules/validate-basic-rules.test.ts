import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBasicRules } from "./parse-basic-rules.ts";
import { validateBasicRules } from "./validate-basic-rules.ts";

let count = 0;
function stored(changes: Record<string, unknown>): Record<string, unknown> {
  count++;
  return {
    id: `id-${count}`,
    policy: "exclude",
    field: "Name",
    rule: "equals",
    value: `v${count}`,
    order: count,
    ...changes,
  };
}

function ids(rules: unknown): (readonly string[])[] {
  return validateBasicRules(rules).map((problem) => problem.ids);
}

function messages(rules: unknown): string {
  return validateBasicRules(rules)
    .flatMap((problem) => problem.messages)
    .join("\n");
}

describe("the validation of basic rules", () => {
  it("finds nothing wrong with rules as Kibana makes them, or with none", () => {
    expect(validateBasicRules(undefined)).toEqual([]);
    expect(validateBasicRules([])).toEqual([]);
    expect(validateBasicRules([stored({}), stored({ rule: "regex", value: "A.+" })])).toEqual([]);
  });

  it("accepts names in any case, and numbers and booleans from a file", () => {
    const parsed = parseBasicRules([
      stored({ policy: "Include", rule: "Starts_With", value: 5 }),
      stored({ value: true }),
    ]);

    expect(parsed.problems).toEqual([]);
    expect(parsed.rules).toMatchObject([
      { policy: "include", rule: "starts_with", value: "5" },
      { policy: "exclude", value: "true" },
    ]);
  });

  it("reports every invalid part of a rule under the rule's id", () => {
    const problems = validateBasicRules([
      { id: "broken", policy: "drop", rule: "greater_than", value: "", order: "first" },
      stored({}),
    ]);

    expect(problems).toEqual([
      {
        ids: ["broken"],
        messages: [
          'policy must be one of include, exclude; found "drop".',
          "field must be text that is not empty; found nothing.",
          'rule must be one of equals, contains, starts_with, ends_with, regex, >, <; found "greater_than".',
          'value must be text that is not empty; found "".',
          'order must be a number; found "first".',
        ],
      },
    ]);
  });

  it("names a rule without an id by its position", () => {
    expect(validateBasicRules([stored({}), stored({ id: undefined }), "rule", null, {}])).toMatchObject([
      { ids: [], messages: ["Rule 2 of the list: id must be text that is not empty; found nothing."] },
      { ids: [], messages: ['Rule 3 of the list must be an object; found "rule".'] },
      { ids: [], messages: ["Rule 4 of the list must be an object; found null."] },
      { ids: [] },
    ]);
    expect(messages({ rules: [] })).toBe("The sync rules must be a list of rules.");
  });

  it("refuses two rules with one id", () => {
    expect(messages([stored({ id: "same" }), stored({ id: "same" })])).toBe(
      "2 rules have the id same. Give each rule its own id.",
    );
  });

  it("refuses an invalid regular expression with the reason", () => {
    const rules = [
      stored({ id: "open", rule: "regex", value: "(a" }),
      stored({ id: "back", rule: "regex", value: "(a)\\1" }),
    ];

    expect(ids(rules)).toEqual([["open"], ["back"]]);
    expect(messages(rules)).toContain('The regular expression "(a" has a syntax error: missing closing ).');
  });

  it.each([".*a.{20}b", "(?:\\w?){300}x"])("refuses %s, which would take too long, with advice", (value) => {
    const text = messages([stored({ rule: "regex", value })]);

    expect(text).toContain("is too complex for long texts; lower its counts");
  });

  it("accepts a regular expression that is slow elsewhere", () => {
    expect(validateBasicRules([stored({ rule: "regex", value: "(a+)+$" })])).toEqual([]);
  });

  it.each([".*", "(.*)", "^.*", ".*?", "a*", "(?s).*", "[^x]*", ""])(
    "refuses the regular expression %j, which matches everything",
    (value) => {
      const [problem] = validateBasicRules([stored({ id: "all", rule: "regex", value, policy: "include" })]);

      expect(problem?.ids).toEqual(["all"]);
    },
  );

  it.each([".+", "^$", "a*$", "A.*"])("accepts the regular expression %j", (value) => {
    expect(validateBasicRules([stored({ rule: "regex", value })])).toEqual([]);
  });

  it("reports every pair of rules with the same condition, regardless of their policies", () => {
    const same = { field: "Name", rule: "equals", value: "x" };
    const other = { field: "Name", rule: "equals", value: "y" };

    const problems = validateBasicRules([
      stored({ ...same, id: "a", policy: "include" }),
      stored({ ...other, id: "b" }),
      stored({ ...same, id: "c", rule: "EQUALS" }),
      stored({ ...other, id: "d" }),
      stored({ ...same, id: "e" }),
    ]);

    expect(problems.map((problem) => problem.ids)).toEqual([
      ["a", "c"],
      ["a", "e"],
      ["c", "e"],
      ["b", "d"],
    ]);
    expect(problems[0]?.messages[0]).toBe(
      'Two rules have the same condition, Name equals "x": only the first one (include) has an effect. Remove one of them.',
    );
    expect(problems[2]?.messages[0]).toContain("the second has no effect");
  });

  it("handles any stored value without an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.array(fc.record({ id: fc.string(), policy: fc.anything(), value: fc.anything() }))),
        (odd) => {
          expect(Array.isArray(validateBasicRules(odd))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("rules that would drop every document", () => {
  const drops = "These rules exclude every document";
  const everyId = { id: "all", field: "id", rule: "regex", value: ".+" };

  it.each([
    ["every id", [stored(everyId)], ["all"]],
    ["every URL", [stored({ id: "url", field: "url", rule: "contains", value: "://" })], ["url"]],
    [
      "older and newer documents",
      [
        stored({ id: "old", field: "_timestamp", rule: "<", value: "2021-01-01" }),
        stored({ id: "new", field: "_timestamp", rule: ">", value: "2020-01-01" }),
      ],
      ["old", "new"],
    ],
    ["everything before an include rule is asked", [stored(everyId), stored({ policy: "include" })], ["all"]],
    ["everything, beside a harmless rule", [stored({ id: "harmless", order: 0 }), stored(everyId)], ["all"]],
  ])("are refused: they exclude %s", (_, rules, expected) => {
    const problems = validateBasicRules(rules);

    expect(problems).toHaveLength(1);
    expect(problems[0]?.messages[0]).toContain(drops);
    expect([...(problems[0]?.ids ?? [])].sort()).toEqual(expected.sort());
  });

  it.each([
    [
      "earlier include rules keep some documents",
      [stored({ policy: "include", order: 1 }), stored({ ...everyId, order: 2 })],
    ],
    [
      "only some object types are excluded",
      ["Account", "Contact", "Case"].map((value) => stored({ field: "object_type", value })),
    ],
    ["only documents with some field are excluded", [stored({ field: "Name", rule: "regex", value: ".+" })]],
    ["only documents with a title are excluded", [stored({ field: "title", rule: "regex", value: ".+" })]],
    ["only older documents are excluded", [stored({ field: "_timestamp", rule: "<", value: "2026-01-01" })]],
    ["only one org's URL is excluded", [stored({ field: "url", rule: "starts_with", value: "https://acme.my" })]],
    ["there are include rules alone", [stored({ policy: "include" }), stored({ policy: "include" })]],
  ])("are accepted if %s", (_, rules) => {
    expect(validateBasicRules(rules)).toEqual([]);
  });
});
