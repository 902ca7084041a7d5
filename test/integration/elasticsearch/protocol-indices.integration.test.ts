import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import type { ElasticsearchClient } from "../../../src/elasticsearch/client/elasticsearch-client.ts";
import { ensureProtocolIndices } from "../../../src/elasticsearch/protocol/protocol-indices.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { Kibana } from "../../support/kibana.ts";
import {
  connectorApiKey,
  encodeApiKey,
  startPrivilegeProxy,
  type PrivilegeProxy,
} from "../../support/privilege-proxy.ts";
import { openProtocolStores, type OpenProtocolStores } from "../../support/protocol-stores.ts";

const { signal } = new AbortController();
const admin = elasticsearchClient();
const prefixes: string[] = [];
const opened: ElasticsearchClient[] = [];
let proxy: PrivilegeProxy;

beforeAll(async () => {
  proxy = await startPrivilegeProxy(inject("elasticsearchUrl"), []);
});

afterEach(() => {
  proxy.clear();
});

afterAll(async () => {
  for (const client of opened) await client[Symbol.asyncDispose]();
  for (const prefix of prefixes) await deleteIndices(admin, prefix);
  await proxy.close();
  await admin.close();
});

/** Unused names, and an API key for them. */
function openStores(): OpenProtocolStores & { prefix: string } {
  const prefix = uniqueIndexPrefix();
  const key = connectorApiKey(prefix, `${prefix}content`, { indices: [`${prefix}.elastic-connectors*`] });
  proxy.grant(key);
  prefixes.push(prefix);
  const stores = openProtocolStores(proxy.url, { prefix, apiKey: encodeApiKey(key) });
  opened.push(stores.elasticsearch);
  return { ...stores, prefix };
}

async function mappingOf(index: string): Promise<{ dynamic?: unknown; _meta?: unknown; properties?: object }> {
  const mappings = await admin.indices.getMapping({ index });
  return mappings[index]?.mappings ?? {};
}

describe("the indices of the connector protocol", () => {
  it("get the mapping, settings and alias of the cluster's own template", async () => {
    const { prefix, indices, elasticsearch } = openStores();
    const kibana = await Kibana.create({ client: admin, prefix, installed: "templates" });

    await ensureProtocolIndices({ elasticsearch, indices, signal });

    const { properties, _meta } = await mappingOf(indices.connectors.index);
    const { properties: jobProperties } = await mappingOf(indices.jobs.index);
    expect(_meta).toMatchObject({ pipeline: { default_name: "search-default-ingestion" } });
    expect(properties).toHaveProperty("last_sync_status");
    expect(jobProperties).toHaveProperty("worker_hostname");
    expect(await admin.indices.existsAlias({ name: [indices.connectors.alias] })).toBe(true);
    expect(await admin.indices.existsAlias({ name: [indices.jobs.alias] })).toBe(true);
    expect(proxy.refused).toEqual([]);
    await kibana.remove();
  });

  it("get the fields for searches, and are hidden, if there is no template", async () => {
    const { indices, elasticsearch } = openStores();

    await ensureProtocolIndices({ elasticsearch, indices, signal });

    for (const { index, alias } of [indices.connectors, indices.jobs]) {
      const settings = await admin.indices.getSettings({ index, flat_settings: true });
      expect(await mappingOf(index)).toMatchObject({ dynamic: "false" });
      expect(settings[index]?.settings).toMatchObject({ "index.hidden": "true", "index.auto_expand_replicas": "0-1" });
      expect(await admin.indices.existsAlias({ index, name: alias })).toBe(true);
    }
    expect(await mappingOf(indices.jobs.index)).toMatchObject({
      properties: { connector: { properties: { id: { type: "keyword" } } }, created_at: { type: "date" } },
    });
    expect(proxy.refused).toEqual([]);
  });

  it.each(["templates", "nothing"] as const)(
    "are created once by services that start at the same time (%s)",
    async (installed) => {
      const { prefix, indices, elasticsearch } = openStores();
      const kibana = await Kibana.create({ client: admin, prefix, installed });

      await Promise.all([1, 2, 3, 4].map(() => ensureProtocolIndices({ elasticsearch, indices, signal })));

      const there = await admin.indices.get({ index: `${prefix}*`, expand_wildcards: "all" });
      expect(Object.keys(there).sort()).toEqual([indices.jobs.index, indices.connectors.index].sort());
      expect(await admin.indices.existsAlias({ index: indices.jobs.index, name: indices.jobs.alias })).toBe(true);
      await kibana.remove();
    },
  );

  it("cost one request each if they exist", async () => {
    const { prefix, indices, elasticsearch } = openStores();
    const kibana = await Kibana.create({ client: admin, prefix });
    const before = await mappingOf(indices.connectors.index);
    proxy.clear();

    await ensureProtocolIndices({ elasticsearch, indices, signal });

    expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /_alias/${indices.connectors.alias}`,
      `GET /_alias/${indices.jobs.alias}`,
    ]);
    expect(await mappingOf(indices.connectors.index)).toEqual(before);
    await kibana.remove();
  });

  it("cannot be created if an index has the name of the alias", async () => {
    const { indices, elasticsearch } = openStores();
    await admin.indices.create({ index: indices.connectors.alias });

    await expect(ensureProtocolIndices({ elasticsearch, indices, signal })).rejects.toMatchObject({
      code: "elasticsearch_request",
      status: 400,
      message: expect.stringContaining(indices.connectors.alias) as string,
    });
  });

  it("cannot be created without privileges, and the error names the index and the privilege", async () => {
    const { prefix, indices, elasticsearch } = openStores();
    proxy.grant({ ...connectorApiKey(prefix, "other"), indices: ["other"] });

    await expect(ensureProtocolIndices({ elasticsearch, indices, signal })).rejects.toMatchObject({
      code: "elasticsearch_privilege",
      message: expect.stringContaining(indices.connectors.alias) as string,
      hint: expect.stringContaining(".elastic-connectors*") as string,
    });
  });
});
