import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { systemClock, type Clock } from "../../../src/core/clock.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import { connectElasticsearch } from "../../../src/elasticsearch/client/connect.ts";
import { countDocuments, type ContentIndex } from "../../../src/elasticsearch/index/content-index.ts";
import { ConnectorDocuments } from "../../../src/elasticsearch/protocol/connector-store.ts";
import { JobDocuments } from "../../../src/elasticsearch/protocol/job-store.ts";
import type { FieldSchema } from "../../../src/sync/ports.ts";
import { held, openContentIndex, writeTo } from "../../support/content-index.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { Kibana } from "../../support/kibana.ts";
import { createStopped, startPrimaries } from "../../support/primaries.ts";

// A new index, or one whose node was lost, exists but cannot be read until its primaries are started. The service waits; it never takes the
// documents for missing.

const { signal } = new AbortController();
const admin = elasticsearchClient();

/** Called instead of the wait before the first retry. */
let start: () => Promise<void>;
let waits = 0;
const clock: Clock = {
  ...systemClock,
  sleep: async () => {
    waits++;
    await start();
  },
};

const elasticsearch = connectElasticsearch(
  { host: inject("elasticsearchUrl"), verifyCerts: true, headers: {}, requestTimeoutMs: 30_000, maxConnections: 2 },
  { clock, log: silentLogger, retry: { attempts: 2, baseMs: 1, capMs: 1, jitter: 0 }, retryOnTimeout: false },
);

beforeEach(() => {
  waits = 0;
});

afterAll(async () => {
  await elasticsearch[Symbol.asyncDispose]();
  await admin.close();
});

describe("the indices of connectors and jobs", () => {
  let kibana: Kibana;
  let connectors: ConnectorDocuments;
  let jobs: JobDocuments;

  const startAll = async (): Promise<void> => {
    for (const index of [kibana.indices.connectors, kibana.indices.jobs]) await startPrimaries(admin, index);
  };

  beforeEach(async () => {
    kibana = await Kibana.create({ client: admin, prefix: uniqueIndexPrefix(), installed: "templates" });
    const { connectorsAlias, jobsAlias } = kibana.indices;
    for (const index of [kibana.indices.connectors, kibana.indices.jobs]) await createStopped(admin, { index });
    connectors = new ConnectorDocuments({ elasticsearch, clock, alias: connectorsAlias });
    jobs = new JobDocuments({ elasticsearch, alias: jobsAlias, connectorAlias: connectorsAlias });
    start = async () => {
      await startAll();
      await kibana.createConnector({ id: "acme", indexName: "content", serviceType: "salesforce" });
      await kibana.putRawJob("sync", { status: "pending", connector: { id: "acme" }, job_type: "full" });
    };
    return () => kibana.remove();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["connectors", () => connectors.list({ ids: [], serviceTypes: ["salesforce"] }, signal)],
    ["jobs", () => jobs.list({ statuses: ["pending"] }, signal)],
    ["the newest jobs", () => jobs.list({ newest: 1 }, signal)],
    ["one connector", async () => [await connectors.get("acme", signal)]],
    ["one job", async () => [await jobs.get("sync", signal)]],
  ])("are read once their primaries are started: %s", async (_what, read) => {
    expect(await read()).toEqual([expect.objectContaining({ id: expect.stringMatching(/^(acme|sync)$/) as string })]);
    expect(waits).toBe(1);
  });

  it("are written once their primaries are started", async () => {
    const creating = connectors.create("acme", { status: "created" }, signal);
    await startAll();

    expect(await creating).toBe(true);
  });

  it("are read by the tests' stand-in for Kibana once their primaries are started", async () => {
    const answered = new Promise<void>((resolve) => {
      admin.diagnostic.once("response", () => {
        resolve();
      });
    });

    const creating = kibana.createConnector({ indexName: "content", serviceType: "salesforce" });
    await answered;
    await startAll();

    expect(await creating).not.toBe("");
  });
});

describe("a content index with a shard that is not started", () => {
  const prefix = uniqueIndexPrefix();
  const schema: FieldSchema[] = [{ name: "related_ids", kind: "keyword" }];
  const started = `${prefix}started`;
  let name: string;
  let index: ContentIndex;
  let lateDocument: object;

  beforeAll(async () => {
    const { index: one, close } = openContentIndex(inject("elasticsearchUrl"), started);
    await one.prepare([{ name: "ContentDocument", schema }], signal);
    await writeTo(one, { kind: "index", id: "early", body: JSON.stringify(fileOf("early")) });
    await one.flush();
    await one.refresh(signal);
    await close();
    const restriction = { _allow_access_control: { type: "keyword" }, type: { type: "keyword" } } as const;
    await admin.indices.putMapping({ index: started, properties: restriction });
  });

  afterAll(() => deleteIndices(admin, prefix));

  let number = 0;
  beforeEach(async () => {
    name = `${prefix}alias-${++number}`;
    const late = `${prefix}late-${number}`;
    const { [started]: { mappings = {} } = {} } = await admin.indices.getMapping({ index: started });
    await createStopped(admin, { index: late, mappings, aliases: { [name]: {} } });
    await admin.indices.putAlias({ index: started, name, is_write_index: true });
    lateDocument = fileOf("late");
    start = async () => {
      await startPrimaries(admin, late);
      await admin.index({ index: late, id: "late", document: lateDocument, refresh: true });
    };
    const opened = openContentIndex(inject("elasticsearchUrl"), name, { clock });
    index = opened.index;
    return () => opened.close();
  });

  it.each<[string, () => Promise<unknown>, unknown]>([
    ["the count of each object type", () => index.objectTypes(signal), new Map([["ContentDocument", 2]])],
    ["the number of documents", () => countDocuments(elasticsearch, name, signal), 2],
    ["the related records of files", async () => (await index.relatedIds(["late"], signal)).get("late"), ["001"]],
  ])("is read completely once the shard is started: %s", async (_what, read, complete) => {
    expect(await read()).toEqual(complete);
    expect(waits).toBe(1);
  });

  it("is read completely once the shard is started: the index snapshot", async () => {
    await index.prepare([{ name: "ContentDocument", schema }], signal);

    expect((await held(index, "ContentDocument")).map(({ id }) => id)).toEqual(["early", "late"]);
    expect(waits).toBe(1);
  });

  it("is not taken for unrestricted while restricted documents are out of reach", async () => {
    lateDocument = { type: "content_document", _allow_access_control: ["ada"] };

    await expect(index.objectTypes(signal)).rejects.toMatchObject({ code: "content_index" });
    expect(waits).toBe(1);
  });
});

function fileOf(id: string): object {
  return { id, object_type: "ContentDocument", _fingerprint: "1", related_ids: ["001"] };
}
