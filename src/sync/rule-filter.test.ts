import { describe, expect, it } from "vitest";
import type { BasicRule } from "../connector/rules/basic-rule.ts";
import { RuleFilter } from "./rule-filter.ts";
import { file, MemoryIndex, MemorySource, record, sync, zeros } from "../../test/support/memory-ports.ts";

const noProspects: BasicRule = {
  id: "r1",
  policy: "exclude",
  field: "Type",
  rule: "equals",
  value: "Prospect",
  order: 0,
};

function org(): MemorySource {
  const source = new MemorySource();
  const onBoth = file("069b");
  source.objects = {
    Account: [
      record("0011", { Type: "Prospect" }, [file("069a"), onBoth]),
      record("0012", { Type: "Customer" }, [onBoth]),
    ],
  };
  source.contents = new Map([
    ["069av1", "hello"],
    ["069bv1", "again"],
  ]);
  return source;
}

describe("basic rules in a sync", () => {
  it("exclude records, and files that are linked to no other record", async () => {
    const index = new MemoryIndex();

    const report = await sync(org(), index, { basicRules: [noProspects] });

    expect([...index.stored.keys()].sort()).toEqual(["0012", "069b"]);
    expect(index.stored.get("069b")?.["related_ids"]).toEqual(["0012"]);
    expect(report.objects["Account"]).toEqual({ ...zeros, source: 2, extracted: 2, written: 1, filtered: 1 });
  });

  it("delete indexed documents that they exclude from now on", async () => {
    const index = new MemoryIndex();
    const source = org();
    await sync(source, index);

    const report = await sync(source, index, { basicRules: [noProspects] });

    expect([...index.stored.keys()].sort()).toEqual(["0012", "069b"]);
    expect(report.objects["Account"]).toMatchObject({ unchanged: 1, filtered: 1, deleted: 1 });
    expect(report.objects["files"]).toMatchObject({ deleted: 1 });
  });

  it("apply to files as separate documents", async () => {
    const index = new MemoryIndex();
    const noTexts: BasicRule = { ...noProspects, field: "title", rule: "ends_with", value: "a.txt" };

    const report = await sync(org(), index, { basicRules: [noTexts] });

    expect(index.stored.has("069a")).toBe(false);
    expect(report.objects["files"]).toEqual({ ...zeros, source: 2, extracted: 2, written: 1, filtered: 1 });
  });

  it("end a sync with an error if they are invalid", async () => {
    const index = new MemoryIndex();

    const report = await sync(org(), index, { basicRules: [{ ...noProspects, rule: "regex", value: "(" }] });

    expect(report.status).toBe("error");
    expect(index.operations).toEqual([]);
  });

  it("let other work run once they have run for more than 20 ms", async () => {
    let now = 0;
    const rules = new RuleFilter([noProspects], { now: () => (now += 15) });
    let otherWork = false;
    setImmediate(() => (otherWork = true));

    expect(rules.pause()).toBeUndefined();
    await rules.pause();

    expect(otherWork).toBe(true);
  });
});
