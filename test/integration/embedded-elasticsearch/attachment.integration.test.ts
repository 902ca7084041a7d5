import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, inject, it } from "vitest";
import { elasticsearchClient } from "../../support/elasticsearch.ts";
import {
  sampleAuthor,
  sampleDocx,
  sampleEml,
  sampleHtml,
  sampleOdt,
  samplePdf,
  sampleRtf,
  sampleText,
  sampleTitle,
  sampleXlsx,
  zip,
} from "../../support/sample-files.ts";

const client = elasticsearchClient();

afterAll(() => client.close());

/** Runs a document through one `attachment` processor. Returns the result. */
async function extract(source: Record<string, unknown>, options: Record<string, unknown> = {}) {
  const { docs } = await client.ingest.simulate({
    pipeline: { processors: [{ attachment: { field: "data", remove_binary: true, ...options } }] },
    docs: [{ _source: source }],
  });
  const [result] = docs;
  return { source: result?.doc?._source ?? {}, error: result?.error?.reason ?? undefined };
}

async function attachmentOf(file: Buffer, options?: Record<string, unknown>): Promise<unknown> {
  const { source, error } = await extract({ data: file.toString("base64") }, options);
  expect(error).toBeUndefined();
  return source["attachment"];
}

async function errorOf(file: Buffer): Promise<string | undefined> {
  return (await extract({ data: file.toString("base64") })).error;
}

function madeByOthers(name: string): Buffer {
  const file = readFileSync(path.join(import.meta.dirname, "files", name));
  return name.endsWith(".gz") ? gunzipSync(file) : file;
}

const officeTypes = "application/vnd.openxmlformats-officedocument";
const described = { title: sampleTitle, author: sampleAuthor, date: "2024-02-29T10:11:12Z" };

describe.runIf(inject("elasticsearchOrigin") === "embedded")("the attachment processor reads", () => {
  it.each<[string, Buffer, Record<string, unknown>]>([
    [
      "PDF",
      samplePdf(),
      {
        ...described,
        content: sampleText,
        keywords: "acme, renewal",
        content_type: "application/pdf",
        content_length: 35,
      },
    ],
    ["PDF that is protected without a password", madeByOthers("restricted.pdf"), { ...described, content: sampleText }],
    [
      "DOCX",
      sampleDocx(),
      { ...described, content: sampleText, content_type: `${officeTypes}.wordprocessingml.document` },
    ],
    [
      "XLSX",
      sampleXlsx(),
      { ...described, content: `Renewals\n\t${sampleText}`, content_type: `${officeTypes}.spreadsheetml.sheet` },
    ],
    [
      "PPTX",
      madeByOthers("deck.pptx"),
      { content: "Acme pitch for Zürich", content_type: `${officeTypes}.presentationml.presentation` },
    ],
    [
      "DOC",
      madeByOthers("letter.doc"),
      {
        ...described,
        content: `${sampleTitle}\n\n${sampleText}`,
        keywords: "acme, renewal",
        content_type: "application/msword",
      },
    ],
    [
      "XLS",
      madeByOthers("sheet.xls"),
      { content: expect.stringContaining("Zürich AG\t7"), content_type: "application/vnd.ms-excel" },
    ],
    [
      "PPT",
      madeByOthers("deck.ppt.gz"),
      { content: "Acme pitch for Zürich", content_type: "application/vnd.ms-powerpoint" },
    ],
    [
      "ODT",
      sampleOdt(),
      { ...described, content: sampleText, content_type: "application/vnd.oasis.opendocument.text" },
    ],
    [
      "RTF",
      sampleRtf(),
      { title: sampleTitle, author: sampleAuthor, content: sampleText, content_type: "application/rtf" },
    ],
    [
      "HTML, without its scripts and styles",
      sampleHtml(),
      { title: sampleTitle, author: sampleAuthor, content: sampleText, content_type: "text/html; charset=UTF-8" },
    ],
    [
      "XML",
      Buffer.from(`<?xml version="1.0"?><a><b>${sampleText}</b></a>`),
      { content: sampleText, content_type: "application/xml" },
    ],
    ["Markdown", Buffer.from(`# ${sampleTitle}\n\n${sampleText}\n`), { content: `# ${sampleTitle}\n\n${sampleText}` }],
    [
      "CSV",
      Buffer.from("Name;City\nAcme;Zürich\n"),
      { content: "Name;City\nAcme;Zürich", content_type: "text/plain; charset=UTF-8" },
    ],
    [
      "a mail (.eml) with its attachments",
      sampleEml(),
      {
        title: sampleTitle,
        content: expect.stringMatching(/Acme renews[^]*Thirty days net\./),
        content_type: "message/rfc822",
      },
    ],
    [
      "an Outlook message (.msg)",
      madeByOthers("letter.msg"),
      { ...described, content: expect.stringContaining(sampleText), content_type: "application/vnd.ms-outlook" },
    ],
  ])("%s", async (_name, file, expected) => {
    expect(await attachmentOf(file)).toMatchObject(expected);
  });

  it.each<[string, Buffer, string]>([
    ["UTF-8", Buffer.from(sampleText), sampleText],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${sampleText}`), sampleText],
    ["UTF-16 with a byte order mark", Buffer.from(`\uFEFF${sampleText}`, "utf16le"), sampleText],
    ["Latin-1", Buffer.from(sampleText, "latin1"), sampleText],
  ])("plain text in %s", async (_name, file, text) => {
    expect(await attachmentOf(file)).toMatchObject({ content: text, content_length: text.length });
  });

  it.each<[string, Buffer, string]>([
    // "Договор с компанией подписан в Москве." in Windows-1251.
    [
      "Windows-1251",
      Buffer.from("c4eee3eee2eef020f120eaeeecefe0ede8e5e920efeee4efe8f1e0ed20e220cceef1eae2e52e", "hex"),
      "Договор с компанией подписан в Москве.",
    ],
    // "東京都の契約を更新しました。" in Shift JIS.
    [
      "Shift JIS",
      Buffer.from("938c8b9e937382cc8c5f96f182f08d58905682b582dc82b582bd8142", "hex"),
      "東京都の契約を更新しました。",
    ],
  ])("plain text in %s, when its name says that it is text", async (_name, file, text) => {
    const source = { data: file.toString("base64"), name: "contract.txt" };

    const result = await extract(source, { resource_name: "name" });

    expect(result.source["attachment"]).toMatchObject({ content: text });
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("the attachment processor's options", () => {
  it("cut the text at 100,000 characters unless told otherwise", async () => {
    const file = Buffer.from("acme ".repeat(24_000));

    expect(await attachmentOf(file)).toMatchObject({ content_length: 99_999 });
    expect(await attachmentOf(file, { indexed_chars: -1 })).toMatchObject({ content_length: 119_999 });
    expect(await attachmentOf(file, { indexed_chars: 11 })).toMatchObject({ content: "acme acme a" });
  });

  it("let a field of the document set the limit, with the pipeline's limit for the others", async () => {
    const data = Buffer.from("acme ".repeat(10)).toString("base64");
    const options = { indexed_chars: 9, indexed_chars_field: "limit" };

    const limited = await extract({ data, limit: 4 }, options);
    const unlimited = await extract({ data }, options);

    expect(limited.source).toMatchObject({ attachment: { content: "acme" } });
    expect(unlimited.source).toMatchObject({ attachment: { content: "acme acme" } });
  });

  it("choose the properties and the target, and keep or remove the file", async () => {
    const data = samplePdf().toString("base64");

    const chosen = await extract(
      { data },
      { target_field: "file.text", properties: ["content", "title"], remove_binary: false },
    );
    const removed = await extract({ data }, { properties: ["title"] });

    expect(chosen.source).toEqual({ data, file: { text: { content: sampleText, title: sampleTitle } } });
    expect(removed.source).toEqual({ attachment: { title: sampleTitle } });
  });

  it("skip a document without a file if ignore_missing is set, and fail it otherwise", async () => {
    const passed = await extract({ other: 1 }, { ignore_missing: true });
    const empty = await extract({ data: null }, { ignore_missing: true });
    const failed = await extract({ other: 1 });

    expect(passed).toEqual({ source: { other: 1 }, error: undefined });
    expect(empty.error).toBeUndefined();
    expect(failed.error).toMatch(/field \[data\] not present/);
  });

  it("refuse a property and an option that do not exist", async () => {
    await expect(extract({}, { properties: ["colour"] })).rejects.toThrow(/colour/);
    await expect(extract({}, { depth: 3 })).rejects.toThrow(
      /doesn't support one or more provided configuration parameters \[depth\]/,
    );
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("the attachment processor fails, with a reason,", () => {
  it.each<[string, Buffer, RegExp]>([
    ["an encrypted PDF", madeByOthers("encrypted.pdf"), /field \[data\]: the file is encrypted/],
    ["an encrypted DOCX", madeByOthers("encrypted.docx"), /the file is encrypted/],
    ["a PDF that was cut off", samplePdf().subarray(0, 40), /broken or not a valid application\/pdf/],
    [
      "a PDF that is one by name only",
      Buffer.from(`%PDF-1.7\n${"garbage ".repeat(50)}`),
      /broken or not a valid application\/pdf/,
    ],
    ["a DOCX that was cut off", sampleDocx().subarray(0, 900), /broken or not a valid .*wordprocessingml/],
    ["a PPTX that was cut off before it says its kind", madeByOthers("deck.pptx").subarray(0, 3000), /not a whole one/],
    ["a DOCX that unpacks to a thousand times its size", sampleDocx("A".repeat(20_000_000)), /Zip bomb detected/],
    ["a DOC that was cut off", madeByOthers("letter.doc").subarray(0, 2000), /broken/],
    [
      "an XML that is not well-formed",
      Buffer.from('<?xml version="1.0"?><a><b></a>'),
      /broken or not a valid application\/xml/,
    ],
  ])("%s", async (_name, file, reason) => {
    expect(await errorOf(file)).toMatch(reason);
  });

  it("invalid base64", async () => {
    expect((await extract({ data: "not base64!" })).error).toMatch(/base64/i);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")(
  "the attachment processor gives no text, and no error, for",
  () => {
    it.each<[string, Buffer, string]>([
      ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "image/png"],
      ["an archive", zip({ "a.txt": "a" }), "application/zip"],
      ["an unknown kind of file", Buffer.from([0, 1, 2, 3, 250, 251]), "application/octet-stream"],
      ["an empty file", Buffer.alloc(0), "application/octet-stream"],
    ])("%s", async (_name, file, type) => {
      expect(await attachmentOf(file)).toEqual({ content_type: type, content_length: 0 });
    });
  },
);
