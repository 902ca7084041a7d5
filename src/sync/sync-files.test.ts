import { describe, expect, it } from "vitest";
import { systemClock } from "../core/clock.ts";
import {
  file,
  fileSettings,
  MemoryIndex,
  MemorySource,
  OutageError,
  record,
  sync,
  zeros,
} from "../../test/support/memory-ports.ts";

describe("the files of a full sync", () => {
  function orgWithFiles(): MemorySource {
    const source = new MemorySource();
    const shared = file("069a");
    source.objects = {
      Account: [record("0011", {}, [shared])],
      Case: [record("5001", {}, [shared, file("069b", { size: 50 })])],
    };
    source.contents = new Map([
      ["069av1", "hello"],
      ["069av2", "again"],
      ["069bv1", "x".repeat(50)],
    ]);
    return source;
  }

  it("are indexed once each, with all their linked records and their content", async () => {
    const index = new MemoryIndex();

    const report = await sync(orgWithFiles(), index);

    expect(report.objects["files"]).toEqual({ ...zeros, source: 2, extracted: 2, written: 2 });
    expect(index.stored.get("069a")).toMatchObject({
      object_type: "ContentDocument",
      type: "content_document",
      title: "069a.txt",
      related_ids: ["0011", "5001"],
      _text_state: "done",
      _attachment: Buffer.from("hello").toString("base64"),
    });
  });

  it("are indexed without their text if they are too large, with one warning", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();

    const report = await sync(source, index);

    expect(source.opened).toEqual(["069av1"]);
    expect(index.stored.get("069b")).toMatchObject({ _text_state: "too_large", content_size: 50 });
    expect(report.warnings).toEqual([expect.stringMatching(/^1 files are larger than service.max_file_download_size/)]);
  });

  it("are not downloaded again while their version is the same, even if their metadata changes", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.opened = [];
    source.objects["Case"] = [record("5001", {}, [file("069a", { description: "Renamed" })])];

    const report = await sync(source, index);

    expect(source.opened).toEqual([]);
    expect(report.objects["files"]).toEqual({ ...zeros, source: 1, extracted: 1, written: 1, deleted: 1 });
    expect(index.operations).toContain("update 069a");
    expect(index.stored.get("069a")).toMatchObject({
      description: "Renamed",
      _text_state: "done",
      _attachment: expect.any(String) as string,
    });
  });

  it("are downloaded again if they have a new version", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = { Account: [record("0011", {}, [file("069a", { versionId: "069av2" })])], Case: [] };

    await sync(source, index);

    expect(index.stored.get("069a")).toMatchObject({
      _version_id: "069av2",
      _attachment: Buffer.from("again").toString("base64"),
    });
  });

  it("keep their older text if the new version cannot be downloaded, and are retried", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects = { Account: [record("0011", {}, [file("069a", { versionId: "069av3" })])], Case: [] };

    const failed = await sync(source, index);
    const between = index.stored.get("069a");
    source.contents.set("069av3", "third");
    await sync(source, index);

    expect(failed).toMatchObject({
      status: "completed",
      warnings: [expect.stringMatching(/^1 files could not be downloaded/)],
    });
    expect(between).toMatchObject({ _text_state: "failed", _attachment: Buffer.from("hello").toString("base64") });
    expect(index.stored.get("069a")).toMatchObject({
      _text_state: "done",
      _attachment: Buffer.from("third").toString("base64"),
    });
  });

  it.each([
    ["allows no more calls", new OutageError("no more calls", { concernsAll: true })],
    ["is down", new OutageError("down", { retryable: true })],
  ])("end the sync if the source %s, instead of one request for each file", async (_, error) => {
    const source = new MemorySource();
    const files = Array.from({ length: 200 }, (__, number) => file(`069${String(number).padStart(3, "0")}`));
    source.objects = { Account: [record("0011", {}, files)] };
    source.fileError = error;
    const index = new MemoryIndex();
    const clock = { ...systemClock, sleep: () => Promise.resolve() };

    const report = await sync(source, index, { clock });

    expect(report).toMatchObject({ status: "error", error: error.message });
    expect(index.stored.size).toBeLessThan(50);
    expect(new Set(source.opened).size).toBeLessThan(50);
  });

  it("keep their links to records that could not be read, and stay if they have only such links", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.unreadable = ["Case"];
    source.objects = { Account: source.objects["Account"] ?? [] };

    const report = await sync(source, index);

    expect(index.stored.get("069a")?.["related_ids"]).toEqual(["0011", "5001"]);
    expect(index.stored.has("069b")).toBe(true);
    expect(report.objects["files"]).toEqual({ ...zeros, source: 1, extracted: 1, unchanged: 1 });
  });

  it("stay if a record that is too large may have them", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.objects["Case"] = [];
    source.tooLarge["Case"] = ["5001"];

    await sync(source, index);

    expect(index.stored.get("069b")).toMatchObject({ related_ids: ["5001"] });
  });

  it("lose their documents if files are no longer synced, without a download", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.opened = [];
    source.files = false;

    const report = await sync(source, index);

    expect(report).toMatchObject({ status: "completed", warnings: [] });
    expect(report.objects["files"]).toEqual({ ...zeros, deleted: 2 });
    expect(report.objects).not.toHaveProperty("ContentDocument");
    expect([...index.stored.keys()]).toEqual(["0011", "5001"]);
    expect(source.opened).toEqual([]);
  });

  it("keep their documents when they are hidden from the user", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    await sync(source, index);
    source.opened = [];
    source.files = false;
    source.unreadable = ["ContentDocument"];

    const report = await sync(source, index);

    expect(report.objects).not.toHaveProperty("files");
    expect([...index.stored.keys()].sort()).toEqual(["0011", "069a", "069b", "5001"]);
    expect(source.opened).toEqual([]);
  });

  it("go to the extraction service if one is configured and they are too large for the pipeline", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();
    const extractor = { extract: async () => Promise.resolve("text of the service") };

    await sync(source, index, { files: { ...fileSettings, extractor } });

    expect(index.stored.get("069b")).toMatchObject({ _text_state: "done", body: "text of the service" });
    expect(index.stored.get("069a")).toHaveProperty("_attachment");
  });

  it("are not downloaded if text is switched off", async () => {
    const source = orgWithFiles();
    const index = new MemoryIndex();

    await sync(source, index, { files: { ...fileSettings, extractText: false } });

    expect(source.opened).toEqual([]);
    expect(index.stored.get("069a")).toMatchObject({ _text_state: "none" });
  });

  it("have fields without a place of their own in the index under more_fields", async () => {
    const index = new MemoryIndex();
    index.prepared = { ...index.prepared, overflow: new Map([["ContentDocument", new Set(["description"])]]) };
    const source = orgWithFiles();
    source.objects = { Account: [record("0011", {}, [file("069a", { description: "a plan" })])] };

    await sync(source, index);

    const document = index.stored.get("069a");
    expect(document).toMatchObject({ more_fields: { description: "a plan" }, title: "069a.txt" });
    expect(document).not.toHaveProperty("description");
  });
});
