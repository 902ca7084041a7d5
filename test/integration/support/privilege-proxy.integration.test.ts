import { Client } from "@elastic/elasticsearch";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import {
  connectorApiKey,
  encodeApiKey,
  startPrivilegeProxy,
  type PrivilegeProxy,
} from "../../support/privilege-proxy.ts";

const prefix = uniqueIndexPrefix();
const own = `${prefix}own`;
const other = `${prefix}other`;
const key = connectorApiKey("first-key", own);
const otherKey = connectorApiKey("second-key", other);
const admin = elasticsearchClient();

let proxy: PrivilegeProxy;
let client: Client;

beforeAll(async () => {
  proxy = await startPrivilegeProxy(inject("elasticsearchUrl"), [key, otherKey]);
  client = connect({ apiKey: encodeApiKey(key) });
});

beforeEach(async () => {
  await admin.index({ index: own, id: "1", document: { Name: "Acme" }, refresh: true });
  await admin.index({ index: other, id: "1", document: { Name: "Globex" }, refresh: true });
});

afterEach(async () => {
  proxy.clear();
  await deleteIndices(admin, prefix);
});

afterAll(async () => {
  await client.close();
  await proxy.close();
  await admin.close();
});

function connect(auth?: { apiKey: string } | { username: string; password: string }): Client {
  return new Client({ node: proxy.url, maxRetries: 0, ...(auth && { auth }) });
}

/** The last request and its response. */
const last = () => proxy.requests.at(-1);

describe("a proxy with the privileges of API keys", () => {
  it("lets the official client read and write the key's own index", async () => {
    await client.index({ index: own, id: "2", document: { Name: "Initech" }, refresh: true });
    const { count } = await client.count({ index: own });

    expect(count).toBe(2);
    expect(proxy.refused).toEqual([]);
    expect(proxy.passed).toContainEqual({
      method: "PUT",
      path: `/${own}/_doc/2`,
      keyId: "first-key",
      refusal: undefined,
    });
  });

  it("answers 403 with Elasticsearch's error for another index, and does nothing", async () => {
    const refused = client.indices.create({ index: `${other}-new` });

    await expect(refused).rejects.toMatchObject({
      statusCode: 403,
      body: {
        status: 403,
        error: {
          type: "security_exception",
          reason: `action [indices:admin/create] is unauthorized for API key id [first-key] of user [elastic] on indices [${other}-new], this action is granted by the index privileges [create_index,manage,all]`,
          root_cause: [{ type: "security_exception" }],
        },
      },
    });
    expect(await admin.indices.exists({ index: `${other}-new` })).toBe(false);
    expect(last()).toMatchObject({ method: "PUT", path: `/${other}-new`, keyId: "first-key" });
    expect(proxy.passed).toEqual([]);
  });

  it("distinguishes keys", async () => {
    const second = connect({ apiKey: encodeApiKey(otherKey) });

    const { count } = await second.count({ index: other });
    const refused = second.count({ index: own });

    expect(count).toBe(1);
    await expect(refused).rejects.toMatchObject({ statusCode: 403 });
    expect(proxy.requests.map(({ keyId }) => keyId)).toEqual(["second-key", "second-key"]);
    await second.close();
  });

  it.each([
    ["no credentials", undefined, /missing authentication credentials for REST request \[\/\]/],
    ["an unknown key", { apiKey: encodeApiKey({ ...key, id: "unknown" }) }, /unable to authenticate with provided/],
    ["a wrong secret", { apiKey: encodeApiKey({ ...key, secret: "wrong" }) }, /unable to authenticate with provided/],
    ["a malformed key", { apiKey: "nonsense" }, /unable to authenticate with provided/],
    ["a user and a password", { username: "elastic", password: "changeme" }, /unable to authenticate with provided/],
  ])("answers 401 to %s", async (_, auth, reason) => {
    const stranger = connect(auth);

    const refused = stranger.info();

    await expect(refused).rejects.toMatchObject({
      statusCode: 401,
      body: { error: { type: "security_exception", reason: expect.stringMatching(reason) as string } },
    });
    expect(last()).toMatchObject({ keyId: undefined, refusal: expect.stringMatching(reason) as string });
    await stranger.close();
  });

  it("lets a key with more privileges do more", async () => {
    const name = `${prefix}pipeline`;
    const powerful = connectorApiKey("powerful", own, {
      cluster: ["manage_ingest_pipelines"],
      indices: [`${prefix}*`],
    });
    proxy.grant(powerful);
    const strong = connect({ apiKey: encodeApiKey(powerful) });

    await expect(client.ingest.putPipeline({ id: name, processors: [] })).rejects.toMatchObject({ statusCode: 403 });
    await strong.ingest.putPipeline({ id: name, processors: [] });
    await admin.ingest.deletePipeline({ id: name });
    const { count } = await strong.count({ index: other });

    expect(count).toBe(1);
    await strong.close();
  });

  it("follows a point in time to its index", async () => {
    const { id } = await client.openPointInTime({ index: own, keep_alive: "1m" });

    const { hits } = await client.search({ pit: { id, keep_alive: "1m" } });
    const stranger = connect({ apiKey: encodeApiKey(otherKey) });
    const refused = stranger.search({ pit: { id } });

    expect(hits.hits.map((hit) => hit._index)).toEqual([own]);
    await expect(refused).rejects.toMatchObject({ statusCode: 403 });
    expect((await client.closePointInTime({ id })).succeeded).toBe(true);
    await stranger.close();
  });

  it("refuses a point in time on another index", async () => {
    await expect(client.openPointInTime({ index: other, keep_alive: "1m" })).rejects.toMatchObject({ statusCode: 403 });
  });

  it("answers each operation of a bulk request separately", async () => {
    const answer = await client.bulk({
      refresh: true,
      operations: [
        { index: { _index: own, _id: "a" } },
        { Name: "a" },
        { create: { _index: other, _id: "b" } },
        { Name: "b" },
        { update: { _index: own, _id: "1" } },
        { doc: { Name: "changed" } },
        { delete: { _index: other, _id: "1" } },
        { delete: { _index: own, _id: "missing" } },
      ],
    });

    expect(answer.errors).toBe(true);
    expect(answer.items.map((item) => Object.entries(item).map(([name, { status }]) => [name, status]))).toEqual([
      [["index", 201]],
      [["create", 403]],
      [["update", 200]],
      [["delete", 403]],
      [["delete", 404]],
    ]);
    expect(answer.items[1]?.create?.error).toEqual({
      type: "security_exception",
      reason: `action [indices:data/write/bulk[s]] is unauthorized for API key id [first-key] of user [elastic] on indices [${other}], this action is granted by the index privileges [create_doc,create,delete,index,write,all]`,
    });
    expect((await admin.count({ index: other })).count).toBe(1);
    expect(proxy.requests.map(({ refusal }) => refusal === undefined)).toEqual([false, true]);
  });

  it("forwards nothing of a bulk request that is refused as a whole", async () => {
    const answer = await client.bulk({ index: other, operations: [{ index: { _id: "a" } }, { Name: "a" }] });

    expect(answer.errors).toBe(true);
    expect(answer.items[0]?.index?.status).toBe(403);
    expect(proxy.passed).toEqual([]);
  });
});
