import { describe, expect, it } from "vitest";
import { file, MemoryIndex, MemorySource, record, sync } from "../../test/support/memory-ports.ts";
import type { RunReport } from "./report.ts";

const massDeletes = { allowed: false, percent: 20, documents: 3 };
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `001${n}`);

/** An org of accounts, each with a file, that is synced run after run as by a service. */
class Org {
  readonly source = new MemorySource();
  readonly index = new MemoryIndex();
  #counts: RunReport["source_counts"] = {};

  constructor(accounts: readonly string[] = ids(10)) {
    this.source.objects = { Account: accounts.map((id) => withFile(id)), Case: [record("5001")] };
    for (const id of accounts) this.source.contents.set(`069${id}v1`, "text!");
  }

  get indexed(): string[] {
    return [...this.index.stored.keys()].filter((id) => id.startsWith("001")).sort();
  }

  get indexedFiles(): string[] {
    return [...this.index.stored.keys()].filter((id) => id.startsWith("069"));
  }

  keep(count: number): void {
    this.source.objects["Account"]?.splice(count);
  }

  async sync(options: Parameters<typeof sync>[2] = {}): Promise<RunReport> {
    const report = await sync(this.source, this.index, { massDeletes, counts: this.#counts, ...options });
    this.#counts = report.source_counts;
    return report;
  }

  /** The stored counts are lost. */
  forget(): void {
    this.#counts = {};
  }
}

const withFile = (id: string, fields = {}) => record(id, fields, [file(`069${id}`)]);

describe("the brake against mass deletes", () => {
  it.each([
    ["an empty answer", 0],
    ["a truncated answer with a matching total", 6],
  ])("holds the deletes of an object after %s, run after run, and syncs everything else", async (_, kept) => {
    const org = new Org();
    await org.sync();
    org.keep(kept);
    org.source.objects["Case"] = [record("5002")];

    const reports = [await org.sync(), await org.sync()];

    for (const report of reports) {
      expect(report.status).toBe("error");
      expect(report.error).toContain(`Salesforce counts ${kept} records after 10 at the last sync`);
      expect(report.error).toContain("salesforce-connector sync --allow-deletes --connector connector");
      expect(report.held_deletes[0]).toEqual({
        object: "Account",
        of: "records",
        before: 10,
        now: kept,
        held: 10 - kept,
      });
      expect(report.source_counts["Account"]).toEqual({ selection: "all", records: 10, links: 10 });
    }
    expect(org.indexed).toEqual(ids(10));
    expect(org.indexedFiles).toHaveLength(10);
    expect(org.index.stored.has("5002")).toBe(true);
    expect(org.index.stored.has("5001")).toBe(false);
  });

  it("deletes once that is allowed, and compares later runs with the new count", async () => {
    const org = new Org();
    await org.sync();
    org.keep(5);
    await org.sync();

    const allowed = await org.sync({ massDeletes: { ...massDeletes, allowed: true } });
    const after = await org.sync();

    expect(allowed).toMatchObject({ status: "completed", held_deletes: [], objects: { Account: { deleted: 5 } } });
    expect(allowed.source_counts["Account"]).toEqual({ selection: "all", records: 5, links: 5 });
    expect(org.indexed).toEqual(ids(5));
    expect(org.indexedFiles).toHaveLength(5);
    expect(after).toMatchObject({ status: "completed", warnings: [] });
  });

  it("does not act on 20 %, nor on few documents", async () => {
    const many = new Org(ids(30));
    await many.sync();
    many.keep(24);
    const few = new Org(ids(4));
    await few.sync();
    few.keep(1);

    const reports = [await many.sync(), await few.sync()];

    expect(reports.map(({ status }) => status)).toEqual(["completed", "completed"]);
    expect([many.indexed, few.indexed]).toEqual([ids(24).sort(), ids(1)]);
  });

  it("does not act on what a new basic rule excludes, even if some records are gone", async () => {
    const org = new Org();
    await org.sync();
    org.keep(7);
    const rule = { id: "r", policy: "exclude", field: "id", rule: "regex", value: "001[0-4]", order: 1 } as const;

    const report = await org.sync({ basicRules: [rule] });

    expect(report).toMatchObject({ status: "completed", objects: { Account: { filtered: 5, deleted: 8 } } });
    expect(org.indexed).toEqual(["0015", "0016"]);
  });

  it("does not act on what another advanced rule no longer selects, nor on a deselected object", async () => {
    const org = new Org();
    await org.sync();
    org.keep(1);
    org.source.selection = "another rule";
    const selected = await org.sync();

    org.source.objects = { Case: [record("5001")] };
    const deselected = await org.sync();

    expect([selected.status, deselected.status]).toEqual(["completed", "completed"]);
    expect(org.indexed).toEqual([]);
    expect(deselected.source_counts).not.toHaveProperty("Account");
  });

  it("keeps files and their related ids if the links of all records are empty", async () => {
    const org = new Org();
    await org.sync();
    org.source.objects["Account"] = ids(10).map((id) => record(id));

    const reports = [await org.sync(), await org.sync()];

    for (const report of reports) {
      expect(report.held_deletes).toEqual([{ object: "Account", of: "files", before: 10, now: 0, held: 10 }]);
      expect(report.error).toContain("Deletes of the files of Account were held back");
    }
    expect(org.indexedFiles).toHaveLength(10);
    expect(org.index.stored.get("0690010")?.["related_ids"]).toEqual(["0010"]);
  });

  it("keeps the related ids of files that other objects still have", async () => {
    const org = new Org();
    org.source.objects["Case"] = [record("5001", {}, [file("0690010")])];
    await org.sync();
    org.source.objects["Account"] = ids(10).map((id) => record(id));

    await org.sync();

    expect(org.index.stored.get("0690010")?.["related_ids"]).toEqual(["0010", "5001"]);
  });

  it("compares with the documents in the index if no count is stored", async () => {
    const org = new Org();
    await org.sync();
    org.forget();
    org.keep(0);

    const reports = [await org.sync(), await org.sync()];

    for (const report of reports)
      expect(report.held_deletes).toEqual([
        { object: "Account", of: "records", before: 10, now: 0, held: 10 },
        { object: "ContentDocument", of: "files", before: 10, now: 0, held: 10 },
      ]);
    expect(org.indexed).toEqual(ids(10));
    expect(org.indexedFiles).toHaveLength(10);
  });

  it("remembers the count of an object that could not be read in between", async () => {
    const org = new Org();
    await org.sync();
    const { Account: _, ...others } = org.source.objects;
    org.source.objects = others;
    org.source.unreadable = ["Account"];
    await org.sync();
    org.source.unreadable = [];
    org.source.objects = { Account: [], ...others };

    const report = await org.sync();

    expect(report.held_deletes[0]).toMatchObject({ object: "Account", before: 10, now: 0 });
    expect(org.indexed).toEqual(ids(10));
  });

  it("is named beside the error of another object", async () => {
    const org = new Org();
    org.source.objects["Case"] = ["5001", "5002", "5003"].map((id) => record(id));
    await org.sync();
    org.keep(0);
    org.source.failing.add("Case");

    const report = await org.sync();

    expect(report.error).toMatch(/^Case could not be synced: .* Deletes of Account were held back:/);
    expect(org.indexed).toEqual(ids(10));
  });

  it("deletes files that are turned off", async () => {
    const org = new Org();
    await org.sync();
    org.source.files = false;

    const report = await org.sync();

    expect(report.status).toBe("completed");
    expect(org.indexedFiles).toEqual([]);
    expect(report.source_counts["Account"]).toEqual({ selection: "all", records: 10 });
  });
});
