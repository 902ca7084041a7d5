import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { checkElasticsearch } from "../../../src/elasticsearch/client/check-elasticsearch.ts";
import type { FieldSchema } from "../../../src/sync/ports.ts";
import { held, openContentIndex, writeTo } from "../../support/content-index.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { sampleDocx, sampleText } from "../../support/sample-files.ts";

const signal = new AbortController().signal;
const prefix = uniqueIndexPrefix();
const accountShape: FieldSchema[] = [
  { name: "Name", kind: "text" },
  { name: "CreatedDate", kind: "date" },
  { name: "AnnualRevenue", kind: "double" },
  {
    name: "Owner",
    kind: "object",
    fields: [
      { name: "Id", kind: "keyword" },
      { name: "Name", kind: "text" },
    ],
  },
];
let client: Client;

beforeAll(() => {
  client = elasticsearchClient();
});

afterAll(async () => {
  await deleteIndices(client, prefix);
  await client.close();
});

const account = (id: string, fields: object = {}): string =>
  JSON.stringify({ id, object_type: "Account", _fingerprint: `print-${id}`, ...fields });

async function mappingOf(index: string): Promise<Record<string, { type?: string }>> {
  const answer = await client.indices.getMapping({ index });
  return answer[index]?.mappings.properties as Record<string, { type?: string }>;
}

describe("the content index", () => {
  it("reads the documents of an object that fill whole pages", async () => {
    const name = `${prefix}whole-pages`;
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);
    await index.prepare([{ name: "Account", schema: accountShape }], signal);
    const operations = Array.from({ length: 10_000 }, (_, n) => [
      { index: { _id: `id${n}` } },
      JSON.parse(account(`id${n}`)) as object,
    ]).flat();
    await client.bulk({ index: name, operations, refresh: true });

    let read = 0;
    for await (const page of index.documents("Account", signal)) read += page.length;

    expect(read).toBe(10_000);
    await close();
  });

  it("is created without dynamic mapping of new fields", async () => {
    const name = `${prefix}new`;
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);

    await index.prepare([{ name: "Account", schema: accountShape }], signal);
    await writeTo(index, {
      kind: "index",
      id: "1",
      body: account("1", { Name: "Müller", CreatedDate: "2026-01-02T03:04:05.000+0000", Unplanned: { deep: 1 } }),
    });
    await index.flush();
    await index.refresh(signal);

    const mapping = await mappingOf(name);
    expect(mapping).toMatchObject({
      id: { type: "keyword" },
      Name: { type: "text" },
      CreatedDate: { type: "date" },
      AnnualRevenue: { type: "double" },
    });
    expect(mapping).not.toHaveProperty("Unplanned");
    const found = await client.search({
      index: name,
      query: { bool: { must: [{ match: { Name: "muller" } }, { range: { CreatedDate: { gte: "2026-01-02" } } }] } },
    });
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual(["1"]);
    await close();
  });

  it("lists its documents, over several pages, in the order of the ids", async () => {
    const name = `${prefix}many`;
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);
    await index.prepare([{ name: "Account", schema: accountShape }], signal);
    const ids = Array.from({ length: 20_500 }, (_, n) => `001${String(n).padStart(15, "0")}`);
    for (const id of ids) await writeTo(index, { kind: "index", id, body: account(id) });
    await writeTo(index, {
      kind: "index",
      id: "500",
      body: JSON.stringify({ id: "500", object_type: "Case", _fingerprint: "x" }),
    });
    await index.flush();
    await index.refresh(signal);

    const documents = await held(index, "Account");

    expect(await index.objectTypes(signal)).toEqual(
      new Map([
        ["Account", 20_500],
        ["Case", 1],
      ]),
    );
    expect(documents.map(({ id }) => id)).toEqual(ids);
    expect(documents[7]).toEqual({
      id: ids[7],
      fingerprint: `print-${ids[7]}`,
      accessHash: null,
      versionId: null,
      textState: null,
    });
    await close();
  });

  it("takes over the documents of Elastic's connector in an index with dynamic mapping, and does not change others", async () => {
    const name = `${prefix}elastic`;
    await client.indices.create({ index: name });
    await client.bulk({
      index: name,
      refresh: true,
      operations: [
        { index: { _id: "001a" } },
        {
          id: "001a",
          Id: "001a",
          attributes: { type: "Account", url: "/x" },
          Name: "Acme",
          CreatedDate: "2026-01-01T00:00:00.000+0000",
          _timestamp: "2026-01-01T00:00:00Z",
        },
        { index: { _id: "069a" } },
        { id: "069a", type: "content_document", title: "a.txt", linked_ids: ["001a"], body: "text" },
        { index: { _id: "note" } },
        { id: "note", object_type: "Account", text: "written by somebody else" },
      ],
    });
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);

    const types = await index.objectTypes(signal);
    await index.prepare([{ name: "Account", schema: accountShape }], signal);

    expect(types).toEqual(
      new Map([
        ["Account", 1],
        ["ContentDocument", 1],
      ]),
    );
    expect(await held(index, "Account")).toEqual([
      { id: "001a", fingerprint: null, accessHash: null, versionId: null, textState: null },
    ]);
    expect((await held(index, "ContentDocument")).map(({ id }) => id)).toEqual(["069a"]);
    expect(await index.relatedIds(["069a"], signal)).toEqual(new Map([["069a", ["001a"]]]));
    expect(await mappingOf(name)).toMatchObject({
      _fingerprint: { type: "keyword" },
      object_type: { type: "text" },
      id: { type: "text" },
    });
    await close();
  });

  it("refuses an index with other types for the fields of every document, and check names them", async () => {
    const name = `${prefix}unsuitable`;
    const keyword = { type: "keyword" } as const;
    await client.indices.create({
      index: name,
      mappings: { properties: { id: { type: "text" }, object_type: keyword, _fingerprint: { type: "text" } } },
    });
    const { index, elasticsearch, close } = openContentIndex(inject("elasticsearchUrl"), name);
    const found = `its field id has the type text without a keyword sub-field instead of keyword, or text with a keyword sub-field; its field _fingerprint has the type text without a keyword sub-field instead of keyword`;

    const pipeline = { name: undefined, extractBinaryContent: true, reduceWhitespace: true, runMlInference: false };
    const checks = await checkElasticsearch({
      elasticsearch,
      content: elasticsearch,
      index: name,
      identityIndex: undefined,
      pipeline,
      signal,
    });

    await expect(index.objectTypes(signal)).rejects.toMatchObject({
      code: "unsuitable_fields",
      message: `The index ${name} cannot be used: ${found}.`,
      hint: expect.stringContaining("reindex") as string,
    });
    expect(checks.find(({ name: check }) => check === "Content index")).toMatchObject({
      outcome: "failed",
      found: `the index ${name} cannot be used: ${found}`,
      hint: expect.stringContaining("reindex") as string,
    });
    await close();
  });

  it("writes through an alias that has a write index, and refuses one that has none", async () => {
    await client.indices.create({
      index: `${prefix}a1`,
      aliases: { [`${prefix}alias`]: { is_write_index: true }, [`${prefix}vague`]: {} },
    });
    await client.indices.create({ index: `${prefix}a2`, aliases: { [`${prefix}alias`]: {}, [`${prefix}vague`]: {} } });
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), `${prefix}alias`);
    const vague = openContentIndex(inject("elasticsearchUrl"), `${prefix}vague`);

    await index.prepare([{ name: "Account", schema: accountShape }], signal);
    await writeTo(index, { kind: "index", id: "1", body: account("1") });
    await index.flush();

    expect((await client.get({ index: `${prefix}a1`, id: "1" })).found).toBe(true);
    await expect(vague.index.objectTypes(signal)).rejects.toMatchObject({ code: "content_index" });
    await close();
    await vague.close();
  });

  it("turns a file's content into text, and keeps the text if the file's metadata changes", async () => {
    const name = `${prefix}files`;
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);
    await index.prepare(
      [
        {
          name: "ContentDocument",
          schema: [
            { name: "body", kind: "text" },
            { name: "description", kind: "text" },
          ],
        },
      ],
      signal,
    );

    const facts = {
      id: "069a",
      object_type: "ContentDocument",
      _fingerprint: "1",
      _version_id: "068a",
      _text_state: "done",
    };
    await writeTo(index, {
      kind: "index",
      id: "069a",
      body: JSON.stringify({ ...facts, _attachment: sampleDocx().toString("base64") }),
      extract: true,
    });
    await index.flush();
    await writeTo(index, {
      kind: "update",
      id: "069a",
      body: JSON.stringify({ ...facts, _fingerprint: "2", description: "new" }),
    });
    await index.flush();
    await index.refresh(signal);

    const { _source } = await client.get<Record<string, unknown>>({ index: name, id: "069a" });
    expect(_source).toEqual({
      ...facts,
      _fingerprint: "2",
      description: "new",
      body: expect.stringContaining(sampleText) as string,
    });
    expect(await held(index, "ContentDocument")).toEqual([
      { id: "069a", fingerprint: "2", accessHash: null, versionId: "068a", textState: "done" },
    ]);
    await close();
  });

  it("indexes a file that cannot be read with the reason in _ingestion_errors", async () => {
    const name = `${prefix}broken`;
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), name);
    await index.prepare([{ name: "ContentDocument", schema: [] }], signal);

    await writeTo(index, {
      kind: "index",
      id: "069b",
      body: JSON.stringify({ id: "069b", _attachment: Buffer.from("%PDF-1.7 broken").toString("base64") }),
      extract: true,
    });
    await index.flush();

    const { _source } = await client.get<Record<string, unknown>>({ index: name, id: "069b" });
    expect(_source).toEqual({ id: "069b", _ingestion_errors: [expect.stringContaining("attachment") as string] });
    await close();
  });

  it("gives advice for a pipeline that does not exist", async () => {
    const { index, close } = openContentIndex(inject("elasticsearchUrl"), `${prefix}none`, {
      pipeline: { name: "no-such-pipeline", extractBinaryContent: true, reduceWhitespace: true, runMlInference: true },
    });

    await expect(index.prepare([], signal)).rejects.toMatchObject({
      message: "The ingest pipeline no-such-pipeline does not exist.",
    });
    expect(await client.indices.exists({ index: `${prefix}none` })).toBe(false);
    await close();
  });
});
