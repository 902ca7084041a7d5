import type { Client } from "@elastic/elasticsearch";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { BulkSettings } from "../../../src/elasticsearch/bulk/bulk-sink.ts";
import type { ContentIndex } from "../../../src/elasticsearch/index/content-index.ts";
import type { WriteResult } from "../../../src/sync/ports.ts";
import { openContentIndex, writeTo } from "../../support/content-index.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { startFaultProxy, type FaultProxy, type SeenRequest } from "../../support/fault-proxy.ts";

const signal = new AbortController().signal;
const prefix = uniqueIndexPrefix();
let client: Client;
let proxy: FaultProxy;
let opened: (() => Promise<void>)[] = [];
let number = 0;

beforeAll(() => {
  client = elasticsearchClient();
});

beforeEach(async () => {
  proxy = await startFaultProxy(inject("elasticsearchUrl"));
});

afterEach(async () => {
  await Promise.all(opened.map((close) => close()));
  opened = [];
  await proxy.close();
});

afterAll(async () => {
  await deleteIndices(client, prefix);
  await client.close();
});

async function prepared(bulk: Partial<BulkSettings> = {}): Promise<{ index: ContentIndex; name: string }> {
  const name = `${prefix}${++number}`;
  const { index, close } = openContentIndex(proxy.url, name, { bulk });
  opened.push(close);
  await index.prepare([{ name: "Account", schema: [{ name: "Amount", kind: "long" }] }], signal);
  proxy.seen.length = 0;
  return { index, name };
}

const isBulk = ({ path }: SeenRequest): boolean => path.includes("_bulk");
const bulkRequests = (): SeenRequest[] => proxy.seen.filter(isBulk);

async function writeMany(
  index: ContentIndex,
  count: number,
  fields: (n: number) => object = () => ({}),
): Promise<Map<string, WriteResult>> {
  const outcomes = new Map<string, WriteResult>();
  for (let n = 1; n <= count; n++)
    await writeTo(
      index,
      { kind: "index", id: String(n), body: JSON.stringify({ id: String(n), ...fields(n) }) },
      outcomes,
    );
  await index.flush();
  return outcomes;
}

async function countOf(name: string): Promise<number> {
  await client.indices.refresh({ index: name });
  return (await client.count({ index: name })).count;
}

describe("bulk writing", () => {
  it("limits the documents and bytes of each request", async () => {
    const { index, name } = await prepared({ maxDocuments: 40, maxBytes: 10_000 });

    const outcomes = await writeMany(index, 300, (n) => ({ text: "x".repeat(n) }));

    expect(outcomes.size).toBe(300);
    expect([...outcomes.values()].every(({ written }) => written)).toBe(true);
    expect(Math.max(...bulkRequests().map(({ body }) => body.length))).toBeLessThanOrEqual(10_000);
    expect(Math.max(...bulkRequests().map(({ body }) => body.toString().split("\n").length / 2))).toBeLessThanOrEqual(
      41,
    );
    expect(await countOf(name)).toBe(300);
  });

  it("resends only the overloaded items, until they are accepted", async () => {
    const { index, name } = await prepared({ maxDocuments: 10 });
    let refusals = 3;
    proxy.decide = (request) => {
      if (!isBulk(request) || refusals-- <= 0) return undefined;
      const lines = request.body.toString().trim().split("\n").length / 2;
      const item = { index: { status: 429, error: { type: "es_rejected_execution_exception", reason: "rejected" } } };
      return {
        kind: "answer",
        status: 200,
        body: JSON.stringify({ errors: true, items: Array.from({ length: lines }, () => item) }),
      };
    };

    const outcomes = await writeMany(index, 20);

    expect([...outcomes.values()]).toEqual(Array.from({ length: 20 }, () => ({ written: true })));
    expect(bulkRequests()).toHaveLength(5);
    expect(await countOf(name)).toBe(20);
  });

  it.each([
    ["a 429 for the whole request", { kind: "answer", status: 429 } as const],
    ["a 503", { kind: "answer", status: 503 } as const],
    ["a connection that is cut before the answer", { kind: "cut" } as const],
    ["an answer that breaks off", { kind: "cut", afterBytes: 10 } as const],
  ])("survives %s", async (_, fault) => {
    const { index, name } = await prepared({ maxDocuments: 10 });
    let faults = 2;
    proxy.decide = (request) => (isBulk(request) && faults-- > 0 ? fault : undefined);

    const outcomes = await writeMany(index, 30);

    expect([...outcomes.values()].filter(({ written }) => written)).toHaveLength(30);
    expect(await countOf(name)).toBe(30);
  });

  it("halves a request that is too large, and refuses a document that is too large by itself", async () => {
    const { index, name } = await prepared({ maxDocuments: 50 });
    proxy.decide = (request) =>
      isBulk(request) && request.body.length > 2000 ? { kind: "answer", status: 413 } : undefined;

    const outcomes = await writeMany(index, 50, (n) => ({ text: n === 7 ? "x".repeat(3000) : "short" }));

    expect(outcomes.get("7")).toMatchObject({ written: false });
    expect([...outcomes.values()].filter(({ written }) => written)).toHaveLength(49);
    expect(await countOf(name)).toBe(49);
  });

  it("names the reason of a refused document without its value, and writes the others", async () => {
    const { index, name } = await prepared();

    const outcomes = await writeMany(index, 10, (n) => ({ Amount: n === 4 ? "a private remark" : n }));

    const refused = outcomes.get("4");
    expect(refused).toMatchObject({
      written: false,
      reason: expect.stringContaining("failed to parse field [Amount] of type [long]") as string,
    });
    expect(JSON.stringify(refused)).not.toContain("private remark");
    expect(await countOf(name)).toBe(9);
  });

  it("fails when more documents are refused than the error monitor allows", async () => {
    const { index } = await prepared({
      errorMonitor: { enabled: true, maxTotal: 1000, maxConsecutive: 3, maxRate: 1, window: 0 },
    });

    await expect(writeMany(index, 10, () => ({ Amount: "x" }))).rejects.toMatchObject({ code: "too_many_refusals" });
    await expect(writeTo(index, { kind: "index", id: "later", body: "{}" })).rejects.toMatchObject({
      code: "too_many_refusals",
    });
  });

  it("refuses a document over max_text_document_size by itself", async () => {
    const { index } = await prepared({ maxDocumentBytes: 500 });

    const outcomes = await writeMany(index, 2, (n) => ({ text: "x".repeat(n * 300) }));

    expect(outcomes.get("1")).toEqual({ written: true });
    expect(outcomes.get("2")).toMatchObject({
      written: false,
      reason: expect.stringContaining("max_text_document_size") as string,
    });
  });

  it("fails when Elasticsearch accepts nothing for too long", async () => {
    const { index } = await prepared({ stallMs: 0 });
    proxy.decide = (request) =>
      isBulk(request)
        ? {
            kind: "answer",
            status: 200,
            body: '{"errors":true,"items":[{"index":{"status":429,"error":{"type":"x"}}}]}',
          }
        : undefined;

    await expect(writeMany(index, 1)).rejects.toMatchObject({ code: "elasticsearch_unavailable" });
  });

  it.each([
    [{}, "elasticsearch_privilege", "does not allow writing to"],
    [
      { "license.expired.feature": "a feature" },
      "elasticsearch_license",
      "does not include a feature (403, writing to",
    ],
  ])("fails at the first document that lacks a privilege or a license: %j", async (metadata, code, message) => {
    const { index } = await prepared();
    const error = { type: "security_exception", reason: "no", ...metadata };
    const body = JSON.stringify({ errors: true, items: [{ index: { status: 403, error } }] });
    proxy.decide = (request) => (isBulk(request) ? { kind: "answer", status: 200, body } : undefined);

    await expect(writeMany(index, 1)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it("makes the writer wait while too many bytes are unacknowledged", async () => {
    const { index } = await prepared({ maxDocuments: 5, maxConcurrency: 1, queueMaxDocuments: 10 });
    const outcomes = new Map<string, WriteResult>();
    let most = 0;

    for (let n = 1; n <= 200; n++) {
      await writeTo(index, { kind: "index", id: String(n), body: "{}" }, outcomes);
      most = Math.max(most, n - outcomes.size);
    }
    await index.flush();

    expect(most).toBeLessThanOrEqual(11);
    expect(outcomes.size).toBe(200);
  });

  it("counts the delete of a missing document as done", async () => {
    const { index } = await prepared();
    const outcomes = new Map<string, WriteResult>();

    await writeTo(index, { kind: "delete", id: "nobody", body: "" }, outcomes);
    await index.flush();

    expect(outcomes.get("nobody")).toEqual({ written: true });
  });
});
