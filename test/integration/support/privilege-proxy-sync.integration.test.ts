import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import {
  connectorApiKey,
  encodeApiKey,
  startPrivilegeProxy,
  type PrivilegeProxy,
} from "../../support/privilege-proxy.ts";
import { syncProduct } from "../../support/product.ts";

const prefix = uniqueIndexPrefix();
const index = `${prefix}documents`;
const pipeline = `${prefix}pipeline`;
const key = connectorApiKey("connector-key", index);
const client = elasticsearchClient();

let simulator: RunningSimulator;
let proxy: PrivilegeProxy;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny", seed: "3" });
  proxy = await startPrivilegeProxy(inject("elasticsearchUrl"), [key]);
  await client.ingest.putPipeline({
    id: pipeline,
    processors: [{ remove: { field: ["_attachment", "_attachment_indexed_chars"], ignore_missing: true } }],
  });
});

afterAll(async () => {
  await Promise.all([simulator.stop(), proxy.close()]);
  await client.ingest.deletePipeline({ id: pipeline });
  await deleteIndices(client, prefix);
  await client.close();
});

describe("the API key of a connector", () => {
  it("is enough for a whole sync, without the privilege to read pipelines", async () => {
    const report = await syncProduct({
      salesforceUrl: simulator.url,
      elasticsearchUrl: proxy.url,
      index,
      settings: { "elasticsearch.api_key": encodeApiKey(key) },
      connector: { pipeline: { name: pipeline } },
    });

    expect(report).toMatchObject({ status: "completed", error: null });
    expect(proxy.refused.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /_ingest/pipeline/${pipeline}`]);
    expect(new Set(proxy.requests.map(({ keyId }) => keyId))).toEqual(new Set(["connector-key"]));
    expect((await client.count({ index })).count).toBeGreaterThan(100);
  });
});
