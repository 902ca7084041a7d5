import { readFileSync } from "node:fs";
import path from "node:path";
import type { estypes } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { sampleDocx, sampleText } from "../../support/sample-files.ts";

// The default pipeline of Elastic's search indices, without its scripts, which the node does not support: it extracts the text to `body`,
// cleans it, removes temporary fields, and stores errors in the document instead of refusing it.

const client = elasticsearchClient();
const prefix = uniqueIndexPrefix();
const index = `${prefix}content`;
const pipeline = `${prefix}ingestion`;

const noteFailure: estypes.IngestProcessorContainer[] = [
  {
    append: {
      field: "_ingestion_errors",
      value: "{{_ingest.on_failure_processor_type}}: {{_ingest.on_failure_message}}",
    },
  },
];

const helpers = [
  "_attachment",
  "_attachment_indexed_chars",
  "_extracted_attachment",
  "_extract_binary_content",
  "_reduce_whitespace",
  "_run_ml_inference",
];

beforeAll(async () => {
  await client.ingest.putPipeline({
    id: pipeline,
    processors: [
      {
        attachment: {
          field: "_attachment",
          target_field: "_extracted_attachment",
          ignore_missing: true,
          indexed_chars_field: "_attachment_indexed_chars",
          remove_binary: true,
          on_failure: noteFailure,
        },
      },
      { set: { field: "body", copy_from: "_extracted_attachment.content", ignore_empty_value: true } },
      { gsub: { field: "body", pattern: "\uFFFD", replacement: "", ignore_missing: true } },
      { gsub: { field: "body", pattern: "\\s+", replacement: " ", ignore_missing: true } },
      { trim: { field: "body", ignore_missing: true } },
      { remove: { field: helpers, ignore_missing: true } },
    ],
  });
  await client.indices.create({ index });
});

afterAll(async () => {
  await client.ingest.deletePipeline({ id: pipeline });
  await deleteIndices(client, prefix);
  await client.close();
});

async function sourceOf(id: string): Promise<unknown> {
  return (await client.get({ index, id }))._source;
}

describe.runIf(inject("elasticsearchOrigin") === "embedded")("a bulk request with a pipeline", () => {
  it("turns files into text and leaves other documents as they are", async () => {
    const flags = { _extract_binary_content: true, _reduce_whitespace: true, _run_ml_inference: true };
    const file = sampleDocx(` ${sampleText} \n\t Really\uFFFD.`).toString("base64");

    const answer = await client.bulk({
      pipeline,
      operations: [
        { index: { _index: index, _id: "file" } },
        { title: "review.docx", _attachment: file, ...flags },
        { index: { _index: index, _id: "record" } },
        { Name: "Acme", ...flags },
      ],
    });

    expect(answer.errors).toBe(false);
    expect(await sourceOf("file")).toEqual({
      title: "review.docx",
      body: `${sampleText} Really.`,
    });
    expect(await sourceOf("record")).toEqual({ Name: "Acme" });
  });

  it("indexes a file that cannot be read, with the reason", async () => {
    const encrypted = readFileSync(path.join(import.meta.dirname, "files", "encrypted.pdf")).toString("base64");

    const answer = await client.bulk({
      pipeline,
      operations: [{ index: { _index: index, _id: "encrypted" } }, { title: "secret.pdf", _attachment: encrypted }],
    });

    expect(answer.errors).toBe(false);
    expect(await sourceOf("encrypted")).toEqual({
      title: "secret.pdf",
      _ingestion_errors: ["attachment: Error parsing document in field [_attachment]: the file is encrypted"],
    });
  });

  it("does not run the pipeline for a partial update, which keeps the text", async () => {
    await client.index({
      index,
      id: "kept",
      pipeline,
      document: { title: "old", _attachment: sampleDocx().toString("base64") },
    });

    const answer = await client.bulk({
      pipeline,
      operations: [{ update: { _index: index, _id: "kept" } }, { doc: { title: "new", _reduce_whitespace: true } }],
    });

    expect(answer.errors).toBe(false);
    expect(await sourceOf("kept")).toEqual({ title: "new", body: sampleText, _reduce_whitespace: true });
  });

  it("refuses a document that its pipeline cannot process and indexes the others", async () => {
    const strict = `${prefix}strict`;
    await client.ingest.putPipeline({ id: strict, processors: [{ trim: { field: "Name" } }] });

    const answer = await client.bulk({
      pipeline: strict,
      operations: [
        { index: { _index: index, _id: "bad" } },
        {},
        { index: { _index: index, _id: "good" } },
        { Name: " Acme " },
      ],
    });
    await client.ingest.deletePipeline({ id: strict });

    expect(answer.items.map((item) => item.index?.status)).toEqual([400, 201]);
    expect(answer.items[0]?.index?.error?.reason).toContain("field [Name] not present");
    expect(await sourceOf("good")).toEqual({ Name: "Acme" });
  });
});
