import { describe, expect, it } from "vitest";
import { hierarchiesOf, type HierarchyQuestions } from "./hierarchy-probe.ts";

const questions: HierarchyQuestions = {
  object: "Project__c",
  bystander: "bystander",
  records: [
    { record: "a", owner: "rep", superior: "manager" },
    { record: "b", owner: "clerk", superior: "head" },
  ],
};

describe("answers about superiors", () => {
  it.each<[string, boolean | undefined, Record<string, boolean>]>([
    ["all see the record: on", true, { manager: true, head: true, bystander: false }],
    ["none sees the record: off", false, { manager: false, head: false, bystander: false }],
    ["they differ: unknown", undefined, { manager: true, head: false, bystander: false }],
    ["one is missing: unknown", undefined, { manager: true, bystander: false }],
    ["a bystander sees a record, too: unknown", undefined, { manager: true, head: true, bystander: true }],
    ["nothing is known about the bystander: unknown", undefined, { manager: true, head: true }],
    ["none is known: unknown", undefined, { bystander: false }],
  ])("%s", (_, expected, answers) => {
    expect(hierarchiesOf(questions, (user) => answers[user])).toBe(expected);
  });

  it("a single answer does not decide", () => {
    const one = { ...questions, records: questions.records.slice(0, 1) };
    expect(hierarchiesOf(one, (user) => user !== "bystander")).toBeUndefined();
  });
});
