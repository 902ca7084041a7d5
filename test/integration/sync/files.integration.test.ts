import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allDocuments } from "../../support/product.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture();
const downloads = "GET sobjects/:name/:field/:value";
let extraction: Server;
let extracted: number[] = [];
let extractionUrl = "";

beforeAll(async () => {
  // Elastic's data extraction service according to its documentation.
  extraction = createServer((incoming, outgoing) => {
    void (async () => {
      let bytes = 0;
      for await (const chunk of incoming as AsyncIterable<Buffer>) bytes += chunk.length;
      extracted.push(bytes);
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ extracted_text: `text of ${bytes} bytes` }));
    })();
  });
  await new Promise<void>((resolve) => extraction.listen(0, "127.0.0.1", resolve));
  extractionUrl = `http://127.0.0.1:${(extraction.address() as AddressInfo).port}`;
});

afterAll(() => void extraction.close());

beforeEach(async () => {
  await fixture.faults([]);
  await fixture.takeCalls();
  extracted = [];
});

const large = Buffer.alloc(11_000_000, "A sentence that is repeated until the file has eleven megabytes. ");

describe("files", () => {
  it("are indexed once with all their linked records, and downloaded once", async () => {
    const { editor } = fixture;
    const account = await editor.create("Account", { Name: "One" });
    const contact = await editor.create("Contact", { LastName: "Two" });
    const lead = await editor.create("Lead", { LastName: "Three", Company: "Three" });
    const { documentId, versionId } = await editor.attach(account, {
      title: "Shared",
      content: Buffer.from("Shared by three."),
    });
    for (const record of [contact, lead])
      await editor.create("ContentDocumentLink", {
        ContentDocumentId: documentId,
        LinkedEntityId: record,
        ShareType: "V",
      });

    const report = await fixture.sync();

    const calls = await fixture.takeCalls();
    expect((await fixture.documents()).get(documentId)).toMatchObject({
      related_ids: [account, contact, lead].sort(),
      body: "Shared by three.",
      _version_id: versionId,
    });
    expect(calls[downloads]).toBe(report.objects["files"]?.source);
  });

  it("lose a record after the link is removed, and are deleted with the last link, without another download", async () => {
    const { editor } = fixture;
    const account = await editor.create("Account", { Name: "Four" });
    const contact = await editor.create("Contact", { LastName: "Five" });
    const { documentId } = await editor.attach(account, { title: "Unlinked", content: Buffer.from("Soon unlinked.") });
    const link = await editor.create("ContentDocumentLink", {
      ContentDocumentId: documentId,
      LinkedEntityId: contact,
      ShareType: "V",
    });
    await fixture.sync();
    await editor.remove("ContentDocumentLink", link);
    await fixture.takeCalls();

    const unlinked = await fixture.sync();
    const between = (await fixture.documents()).get(documentId);
    await editor.remove("Account", account);
    const gone = await fixture.sync();

    expect(unlinked.objects["files"]).toMatchObject({ written: 1, deleted: 0 });
    expect(between).toMatchObject({ related_ids: [account], body: "Soon unlinked." });
    expect(gone.objects["files"]).toMatchObject({ deleted: 1 });
    expect((await fixture.documents()).has(documentId)).toBe(false);
    expect((await fixture.takeCalls())[downloads] ?? 0).toBe(0);
  });

  it("are indexed without their text if they are larger than the limit, with one warning", async () => {
    const { editor } = fixture;
    const account = await editor.create("Account", { Name: "Large" });
    const { documentId } = await editor.attach(account, { title: "Large", content: large });
    await fixture.takeCalls();

    const report = await fixture.sync();
    const again = await fixture.sync();

    expect(report).toMatchObject({
      status: "completed",
      warnings: [expect.stringMatching(/^1 files are larger than service\.max_file_download_size/)],
    });
    expect((await fixture.documents()).get(documentId)).toMatchObject({
      content_size: 11_000_000,
      _text_state: "too_large",
      title: "Large.txt",
    });
    expect((await fixture.documents()).get(documentId)).not.toHaveProperty("body");
    expect(again.objects["files"]).toMatchObject({ written: 0, unchanged: again.objects["files"]?.source });
    expect((await fixture.takeCalls())[downloads] ?? 0).toBe(0);
  });

  it("get their text from the extraction service if it is configured and they are larger than the limit", async () => {
    const report = await fixture.sync({ settings: { "extraction_service.host": extractionUrl } });

    const [document] = [...(await fixture.documents()).values()].filter(({ title }) => title === "Large.txt");
    expect(report).toMatchObject({ status: "completed", warnings: [], objects: { files: { written: 1 } } });
    expect(extracted).toEqual([11_000_000]);
    expect(document).toMatchObject({ body: "text of 11000000 bytes", _text_state: "done" });
  });

  it("all go to the extraction service if the connector is configured so", async () => {
    const index = `${fixture.index}-service`;
    const report = await fixture.sync({
      index,
      settings: { "extraction_service.host": extractionUrl },
      configuration: { use_text_extraction_service: true },
    });

    expect(extracted).toHaveLength(report.objects["files"]?.source ?? -1);
    expect(report).toMatchObject({ status: "completed", warnings: [] });
  });

  it("are indexed without text if the download fails, counted, and downloaded by the next sync", async () => {
    const { editor } = fixture;
    const account = await editor.create("Account", { Name: "Unlucky" });
    const { documentId, versionId } = await editor.attach(account, {
      title: "Unlucky",
      content: Buffer.from("Worth another attempt."),
    });
    await fixture.faults([{ match: { path: versionId }, status: 404, error_code: "NOT_FOUND", times: 1 }]);

    const failed = await fixture.sync();
    const between = (await fixture.documents()).get(documentId);
    const mended = await fixture.sync();

    expect(failed).toMatchObject({
      status: "completed",
      warnings: [expect.stringMatching(/^1 files could not be downloaded/)],
    });
    expect(between).toMatchObject({ title: "Unlucky.txt", _text_state: "failed" });
    expect(mended.objects["files"]).toMatchObject({ written: 1 });
    expect((await fixture.documents()).get(documentId)).toMatchObject({
      body: "Worth another attempt.",
      _text_state: "done",
    });
  });

  it("are complete after an interrupted download", async () => {
    const { editor } = fixture;
    const account = await editor.create("Account", { Name: "Cut" });
    const { documentId, versionId } = await editor.attach(account, {
      title: "Cut",
      content: Buffer.from("x".repeat(100_000)),
    });
    await fixture.faults([{ match: { path: versionId }, cut: 5000, times: 1 }]);

    const report = await fixture.sync();

    expect(report.status).toBe("completed");
    expect((await fixture.documents()).get(documentId)).toMatchObject({
      _text_state: "done",
      body: "x".repeat(100_000),
    });
  });

  it("can be searched by their text and their records in an index at its field limit", async () => {
    const { client, editor } = fixture;
    const index = `${fixture.index}-narrow`;
    await client.indices.create({
      index,
      settings: { "index.mapping.total_fields.limit": 150 },
      mappings: { dynamic: false },
    });
    const account = await editor.create("Account", { Name: "Narrow" });
    const { documentId } = await editor.attach(account, { title: "Narrow", content: Buffer.from("A narrowword.") });

    const report = await fixture.sync({ index });

    expect(report.warnings).toContainEqual(expect.stringContaining("index.mapping.total_fields.limit") as string);
    const found = await client.search({
      index,
      query: { bool: { must: { match: { body: "narrowword" } }, filter: { term: { related_ids: account } } } },
    });
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual([documentId]);
  });

  it("follow the connector's own limit, and are deleted when the connector switches them off", async () => {
    const index = `${fixture.index}-off`;
    const account = await fixture.editor.create("Account", { Name: "Bounded" });
    const content = Buffer.from("A sentence. ".repeat(100_000));
    const { documentId } = await fixture.editor.attach(account, { title: "Bounded", content });
    const documents = async (): Promise<Map<string, Record<string, unknown>>> => allDocuments(fixture.client, index);

    const bounded = await fixture.sync({ index, configuration: { max_file_size: "1", concurrent_downloads: 1 } });
    const before = await documents();
    await fixture.takeCalls();
    const off = await fixture.sync({ index, configuration: { sync_files: false } });
    const after = await documents();

    const isFile = (document: Record<string, unknown>): boolean => document["object_type"] === "ContentDocument";
    const files = [...before.values()].filter(isFile);
    expect(bounded.status).toBe("completed");
    expect(before.get(documentId)).toMatchObject({ content_size: 1_200_000, _text_state: "too_large" });
    expect(before.get(account)).toHaveProperty("ContentDocumentLinks");
    expect(off).toMatchObject({ status: "completed", warnings: [] });
    expect(off.objects["files"]).toMatchObject({ source: 0, written: 0, deleted: files.length });
    expect([...after.values()].filter(isFile)).toEqual([]);
    expect(after.size).toBe(before.size - files.length);
    expect(after.get(account)).not.toHaveProperty("ContentDocumentLinks");
    expect((await fixture.takeCalls())[downloads] ?? 0).toBe(0);
  });
});
