import { describe, expect, it } from "vitest";
import { MemoryIndex, MemorySource, planTime, record, sync, zeros } from "../../test/support/memory-ports.ts";

function org(): MemorySource {
  const source = new MemorySource();
  source.objects = {
    Account: [1, 2, 3, 4, 5].map((n) => record(`001${n}`)),
    Case: [record("5001", { Subject: "Help" })],
  };
  return source;
}

describe("a full sync", () => {
  it("writes a document for each record, with the source's fields", async () => {
    const index = new MemoryIndex();

    const report = await sync(org(), index);

    expect(report).toMatchObject({ status: "completed", error: null, type: "full" });
    expect(report.objects).toMatchObject({
      Account: { ...zeros, source: 5, extracted: 5, written: 5 },
      Case: { ...zeros, source: 1, extracted: 1, written: 1 },
    });
    expect(index.stored.get("5001")).toEqual({
      id: "5001",
      object_type: "Case",
      title: "5001",
      url: "https://acme.my.salesforce.com/5001",
      _timestamp: "2026-01-01T00:00:00.000Z",
      Id: "5001",
      Subject: "Help",
      _fingerprint: expect.any(String) as string,
    });
  });

  it("writes nothing if nothing changed, and otherwise only changed documents", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);

    const second = await sync(source, index);
    source.objects["Account"]?.splice(0, 1, record("0011", { Owner: { Name: "New owner" } }));
    const third = await sync(source, index);

    expect(second.objects["Account"]).toEqual({ ...zeros, source: 5, extracted: 5, unchanged: 5 });
    expect(third.objects["Account"]).toEqual({ ...zeros, source: 5, extracted: 5, unchanged: 4, written: 1 });
    expect(index.stored.get("0011")?.["Owner"]).toEqual({ Name: "New owner" });
  });

  it("writes documents again when their fields are indexed in another way", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    index.prepared = {
      overflow: new Map([["Case", new Set(["Subject"])]]),
      mappingVersion: new Map([["Account", "2"]]),
      warnings: ["mapping"],
    };

    const report = await sync(source, index);

    expect(report.objects).toMatchObject({ Account: { written: 5 }, Case: { written: 1 } });
    expect(index.stored.get("5001")).toMatchObject({ more_fields: { Subject: "Help" } });
    expect(report.warnings).toContain("mapping");
  });

  it("deletes documents of deleted records", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects["Account"]?.splice(1, 2);

    const report = await sync(source, index);

    expect(report.objects["Account"]).toEqual({ ...zeros, source: 3, extracted: 3, unchanged: 3, deleted: 2 });
    expect([...index.stored.keys()].sort()).toEqual(["0011", "0014", "0015", "5001"]);
  });

  it("deletes nothing of an incompletely read object, and syncs the others", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.failing.add("Account");
    source.objects["Case"] = [record("5002")];

    const report = await sync(source, index);

    expect(report).toMatchObject({ status: "error", error: "Account could not be synced: Account broke off." });
    expect(index.stored.has("0015")).toBe(true);
    expect([...index.stored.keys()].filter((id) => id.startsWith("500"))).toEqual(["5002"]);
  });

  it("keeps the document of a record that is too large, counts it as refused, and deletes others", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects["Account"] = [record("0011")];
    source.tooLarge["Account"] = ["0012"];

    const report = await sync(source, index);

    expect(report.status).toBe("completed");
    expect(report.objects["Account"]).toEqual({
      ...zeros,
      source: 2,
      extracted: 2,
      unchanged: 1,
      refused: 1,
      deleted: 3,
    });
    expect(report.refusals["Account"]).toEqual([{ id: "0012", reason: "too large" }]);
    expect([...index.stored.keys()].sort()).toEqual(["0011", "0012", "5001"]);
  });

  it("deletes nothing of an object of which the source gave fewer records than it counted", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects["Account"]?.pop();
    source.missing = 1;

    const report = await sync(source, index);

    expect(report.status).toBe("completed");
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^Account: Salesforce counted 5 records and returned 4/),
    );
    expect(index.stored.has("0015")).toBe(true);
  });

  it("deletes nothing of an object of which the source gave a record twice and another one not at all", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects["Account"]?.splice(4, 1, record("0011"));

    const report = await sync(source, index);

    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^Account: Salesforce counted 5 records and returned 4/),
    );
    expect(index.stored.has("0015")).toBe(true);
    expect(report.cursors).not.toHaveProperty("Account");
  });

  it("keeps the documents of an object that cannot be read and deletes those of one that was deselected", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = { Lead: [] };
    source.unreadable = ["Case"];

    const report = await sync(source, index);

    expect([...index.stored.keys()]).toEqual(["5001"]);
    expect(report.objects["Account"]).toEqual({ ...zeros, deleted: 5 });
    expect(report.objects["Case"]).toBeUndefined();
  });

  it("fails and deletes nothing if no selected object can be read", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = {};
    source.unreadable = ["Case"];

    const report = await sync(source, index);

    expect(report).toMatchObject({
      status: "error",
      error: expect.stringMatching(/^None of the selected objects can be read: Case \(hidden\)\./) as string,
    });
    expect(index.stored.size).toBe(6);
  });

  it("fails and deletes nothing if no object is selected", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = {};

    const report = await sync(source, index);

    expect(report.error).toMatch(/^None of the selected objects can be read\. Nothing was written or deleted\./);
    expect(index.stored.size).toBe(6);
  });

  it("keeps the documents of a renamed object until it was read completely under its new name", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    const { Account: accounts = [], ...others } = source.objects;
    source.objects = { ...others, Firm: accounts.slice(0, 4) };
    source.idPrefixes = { Firm: "001" };
    source.unreadable = ["Account"];
    source.failing.add("Firm");

    const failed = await sync(source, index);
    const kept = [...index.stored.keys()].sort();
    source.failing.clear();
    const report = await sync(source, index);

    expect(failed.status).toBe("error");
    expect(kept).toEqual(["0011", "0012", "0013", "0014", "0015", "5001"]);
    expect(report).toMatchObject({ status: "completed", objects: { Account: { deleted: 1 } } });
    expect([...index.stored.keys()].sort()).toEqual(["0011", "0012", "0013", "0014", "5001"]);
  });

  it("counts and names refused documents and writes the others", async () => {
    const index = new MemoryIndex();
    index.refuse = new Set(["0011", "0012", "0013"]);

    const report = await sync(org(), index);

    expect(report.objects["Account"]).toEqual({ ...zeros, source: 5, extracted: 5, written: 2, refused: 3 });
    expect(report.refusals["Account"]).toEqual([
      { id: "0011", reason: "refused by the test" },
      { id: "0012", reason: "refused by the test" },
    ]);
  });

  it("ends canceled when it is told to stop, and deletes nothing", async () => {
    const source = org();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = { Account: [] };
    index.operations.length = 0;

    const report = await sync(source, index, { signal: AbortSignal.abort() });

    expect(report.status).toBe("canceled");
    expect(index.operations).toEqual([]);
  });

  it("reports as the cursor of each completely read object the time at which it was planned", async () => {
    const source = org();
    source.failing.add("Account");

    const report = await sync(source, new MemoryIndex());

    expect(report.cursors).toEqual({ Case: planTime });
  });
});
