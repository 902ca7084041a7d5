import { expect, it } from "vitest";
import type { BasicRule } from "../../connector/rules/basic-rule.ts";
import type { FieldSchema } from "../ports.ts";
import { rulesOnHiddenFields } from "./rules-on-hidden-fields.ts";

const text = (name: string): FieldSchema => ({ name, kind: "text" });
const related = (name: string, ...fields: FieldSchema[]): FieldSchema => ({ name, kind: "object", fields });

const lead = { name: "Lead", schema: [text("Name"), text("Rating")] };
const wanted = [{ name: "Account", schema: [text("Rating"), related("Owner", text("Name"), text("Email"))] }, lead];
const shown = [{ name: "Account", schema: [related("Owner", text("Name"))] }, lead];

const rule = (field: string): BasicRule => ({
  id: "r1",
  policy: "exclude",
  field,
  rule: "equals",
  value: "x",
  order: 1,
});
const problems = (field: string): string[] => rulesOnHiddenFields([rule(field)], { wanted, shown });

it.each([
  ["Rating", /^The sync rule r1 \(exclude\) tests Rating, which is not in the documents of Account, /],
  ["Owner.Email", /tests Owner\.Email, which is not in the documents of Account, /],
  ["Parent.Name", /tests Parent\.Name, which is not in the documents, because some readers may not see it/],
])("names a rule on %s", (field, sentence) => {
  expect(problems(field)).toEqual([expect.stringMatching(sentence)]);
});

it.each(["Name", "Owner.Name", "Owner", "object_type"])("says nothing about a rule on %s", (field) => {
  expect(problems(field)).toEqual([]);
});
