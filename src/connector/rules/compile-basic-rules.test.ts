import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../core/json.ts";
import { ConnectorConfigurationError } from "../errors.ts";
import { ruleOperators, rulePolicies, type BasicRule } from "./basic-rule.ts";
import { compileBasicRules } from "./compile-basic-rules.ts";

const document: JsonObject = {
  id: "0015g00000K3mQzAAJ",
  object_type: "Account",
  title: "Acme GmbH",
  url: "https://acme.my.salesforce.com/0015g00000K3mQzAAJ",
  _timestamp: "2026-02-03T04:05:06.000Z",
  Name: "Acme GmbH",
  IsActive: true,
  Archived: false,
  NumberOfEmployees: 120,
  AnnualRevenue: -1.5e6,
  CaseNumber: "00001200",
  Phone: null,
  CreatedDate: "2026-01-01T00:00:00.000+0000",
  Founded__c: "2025-12-31",
  Year__c: "2026",
  Empty__c: "",
  Owner: { Id: "0055g000005xYzAAAU", Name: "Jane Doe", Manager: { Name: "Max" } },
  Parent: null,
  "Owner.Name": "a name of its own",
  Tags__c: ["gold", "eu", ["nested"]],
  Nothing__c: [],
  Contacts: [{ Email: "jane@acme.example" }, { Email: "max@acme.example" }, null],
  a: { "b.c": { d: 1 } },
  more_fields: { Rare__c: "seldom", Name: "not this one" },
};

type Condition = [field: string, rule: BasicRule["rule"], value: string];

let count = 0;
function ruleOf([field, rule, value]: Condition, policy: BasicRule["policy"] = "exclude"): BasicRule {
  return { id: `rule-${++count}`, policy, field, rule, value, order: count };
}

function matches(condition: Condition, on = document): boolean {
  return compileBasicRules([ruleOf(condition)])(on) === "exclude";
}

describe("a basic rule", () => {
  it.each<Condition>([
    ["Name", "equals", "Acme GmbH"],
    ["Name", "contains", "me G"],
    ["Name", "starts_with", "Acme"],
    ["Name", "ends_with", "GmbH"],
    ["Name", "regex", "Ac.e"],
    ["Name", ">", "Abc"],
    ["Name", "<", "B"],
    ["object_type", "equals", "Account"],
    ["IsActive", "equals", "true"],
    ["IsActive", "equals", "True"],
    ["Archived", "equals", "FALSE"],
    ["IsActive", "starts_with", "tr"],
    ["NumberOfEmployees", "equals", "120"],
    ["NumberOfEmployees", "equals", " 120.0 "],
    ["NumberOfEmployees", ">", "99"],
    ["NumberOfEmployees", "<", "1e3"],
    ["NumberOfEmployees", "regex", "1\\d+$"],
    ["AnnualRevenue", "<", "-10"],
    ["CaseNumber", ">", "1199"],
    ["CaseNumber", "<", "5000"],
    ["Phone", "equals", "null"],
    ["CreatedDate", "equals", "2026-01-01"],
    ["CreatedDate", "equals", "2026-01-01T01:00:00+01:00"],
    ["CreatedDate", "equals", "2026-01-01T00:00:00.000+0000"],
    ["CreatedDate", "<", "2026-01-01T00:00:01"],
    ["CreatedDate", ">", "2025-12-31T23:59:59.999Z"],
    ["CreatedDate", ">", "2025-12-31T20:00:00-0300"],
    ["CreatedDate", "starts_with", "2026-01"],
    ["CreatedDate", ">", "2025"],
    ["Founded__c", "<", "2026-01-01"],
    ["Founded__c", "equals", "2025-12-31T00:00:00Z"],
    ["_timestamp", ">", "2026-02-03"],
    ["Year__c", "equals", "2026"],
    ["Owner", "contains", "Doe"],
    ["Owner.Manager.Name", "equals", "Max"],
    ["Owner.Manager", "equals", "Max"],
    ["Owner.Id", "starts_with", "005"],
    ["Owner.Name", "equals", "a name of its own"],
    ["Parent.Name", "equals", "null"],
    ["a.b.c.d", "equals", "1"],
    ["Tags__c", "equals", "eu"],
    ["Tags__c", "equals", "nested"],
    ["Contacts.Email", "starts_with", "max@"],
    ["Rare__c", "equals", "seldom"],
  ])("matches %s %s %j", (...condition) => {
    expect(matches(condition)).toBe(true);
  });

  it.each<Condition>([
    ["Name", "equals", "acme gmbh"],
    ["Name", "equals", "not this one"],
    ["Name", "regex", "me"],
    ["Name", "regex", "acme"],
    ["Name", ">", "2026-01-01"],
    ["Name", "<", "2026-01-01"],
    ["name", "equals", "Acme GmbH"],
    ["Missing__c", "equals", "null"],
    ["Missing__c", "regex", ".+"],
    ["IsActive", "equals", "false"],
    ["IsActive", "equals", "1"],
    ["IsActive", ">", "0"],
    ["Archived", "<", "true"],
    ["NumberOfEmployees", ">", "many"],
    ["NumberOfEmployees", "<", "2026-01-01"],
    ["NumberOfEmployees", "equals", "0x78"],
    ["NumberOfEmployees", ">", "120"],
    ["Phone", "contains", "null"],
    ["Phone", "regex", ".*"],
    ["Phone", "<", "z"],
    ["Phone", "equals", "None"],
    ["CreatedDate", "equals", "2026-01-02"],
    ["CreatedDate", ">", "2026-01-01"],
    ["CreatedDate", "<", "2026-01-01"],
    ["CreatedDate", "equals", "2026-02-30"],
    ["Empty__c", "equals", "null"],
    ["Empty__c", ">", "0"],
    ["Owner.Name", "equals", "Jane Doe"],
    ["Owner.Email", "equals", "null"],
    ["Owner.constructor", "contains", "Object"],
    ["constructor", "contains", "Object"],
    ["__proto__", "regex", ".*"],
    ["Name.length", "equals", "9"],
    ["Nothing__c", "equals", "null"],
    ["Tags__c", "equals", "gold,eu"],
    ["Tags__c.0", "equals", "gold"],
    [".", "equals", "x"],
    ["..Name", "equals", "x"],
  ])("does not match %s %s %j", (...condition) => {
    expect(matches(condition)).toBe(false);
  });

  it("finds the field of a relation if no field has dots in its name", () => {
    const { "Owner.Name": _, ...others } = document;

    expect(matches(["Owner.Name", "equals", "Jane Doe"], others)).toBe(true);
  });

  it("handles any document without an exception", () => {
    const fields = fc.constantFrom("a", "a.b", "a.b.c", ".a", "more_fields", "__proto__", "toString");
    const values = fc.constantFrom("1", "true", "null", "2026-01-01", "a", "(a+)+", "0");
    const rules = fc.array(
      fc.tuple(fields, fc.constantFrom(...ruleOperators), values, fc.constantFrom(...rulePolicies)),
      { maxLength: 5 },
    );
    const documents = fc.dictionary(fields, fc.jsonValue());

    fc.assert(
      fc.property(rules, documents, (conditions, odd) => {
        const decide = compileBasicRules(
          conditions.map(([field, rule, value, policy]) => ruleOf([field, rule, value], policy)),
        );

        expect(rulePolicies).toContain(decide(JSON.parse(JSON.stringify(odd)) as JsonObject));
      }),
      { numRuns: 300 },
    );
  });

  it("handles a document that is nested deeper than the stack", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}"x"${"]".repeat(50_000)}`) as JsonObject[string];

    expect(matches(["Deep", "equals", "x"], { Deep: deep })).toBe(true);
    expect(matches(["Deep.Name", "equals", "x"], { Deep: deep })).toBe(false);
  });
});

describe("a list of basic rules", () => {
  it("includes a document that no rule matches", () => {
    expect(compileBasicRules([])(document)).toBe("include");
    expect(compileBasicRules([ruleOf(["Name", "equals", "Zeta"])])(document)).toBe("include");
    expect(compileBasicRules([ruleOf(["Name", "equals", "Zeta"], "include")])(document)).toBe("include");
  });

  it("applies the first matching rule by order, regardless of its position in the list", () => {
    const keep: BasicRule = { id: "1", policy: "include", field: "Name", rule: "contains", value: "Acme", order: 1 };
    const drop: BasicRule = { id: "2", policy: "exclude", field: "id", rule: "regex", value: ".+", order: 2 };

    expect(compileBasicRules([drop, keep])(document)).toBe("include");
    expect(compileBasicRules([drop, { ...keep, order: 3 }])(document)).toBe("exclude");
    expect(compileBasicRules([drop, keep])({ id: "1", Name: "Zeta" })).toBe("exclude");
  });

  it("refuses a regular expression that validation would have refused", () => {
    const rule = ruleOf(["Name", "regex", "("]);

    expect(() => compileBasicRules([rule])).toThrow(ConnectorConfigurationError);
    expect(() => compileBasicRules([rule])).toThrow(`sync rule ${rule.id}: has the regular expression "("`);
  });

  it("decides as a loop over the rules by ascending order does", () => {
    const rules = fc.uniqueArray(
      fc.record({
        id: fc.uuid(),
        policy: fc.constantFrom(...rulePolicies),
        field: fc.constantFrom("a", "b"),
        rule: fc.constant("equals" as const),
        value: fc.constantFrom("1", "2"),
        order: fc.integer({ min: 0, max: 100 }),
      }),
      { selector: ({ order }) => order },
    );
    const documents = fc.record({ a: fc.constantFrom("1", "2", "3"), b: fc.constantFrom("1", "2", "3") });

    fc.assert(
      fc.property(rules, documents, (list, { a, b }) => {
        let expected = "include";
        let least = Infinity;
        for (const { field, value, order, policy } of list) {
          if ((field === "a" ? a : b) === value && order < least) [expected, least] = [policy, order];
        }

        expect(compileBasicRules(list)({ a, b })).toBe(expected);
      }),
    );
  });
});
