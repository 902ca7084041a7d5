import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isDocumented, smallestKeyRole } from "../support/documented-requests.ts";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { Kibana } from "../support/kibana.ts";
import { OrgEditor } from "../support/org-editor.ts";
import { allDocuments } from "../support/product.ts";
import { startRecordingProxy, type RecordingProxy } from "../support/recording-proxy.ts";
import {
  describeSecured,
  documentedKey,
  kibanaKey,
  keyWithRole,
  makeKey,
  securedClient,
  securedNode,
  type KeyRequest,
} from "../support/secured-elasticsearch.ts";
import { SecuredService } from "../support/secured-service.ts";
import { ServiceProcess } from "../support/service-process.ts";

// The service with the API keys that users give it. Elasticsearch refuses no request that the service needs, and the service makes no request
// that is missing in docs/elasticsearch-apis.md.

const prefix = uniqueIndexPrefix();
const pipeline = "/_ingest/pipeline/search-default-ingestion";
let admin: Client;
let commands: SecuredService;
let proxy: RecordingProxy;

beforeAll(async () => {
  admin = securedClient();
  commands = await SecuredService.open();
  proxy = await startRecordingProxy(securedNode());
});

afterAll(async () => {
  await proxy.close();
  await commands[Symbol.asyncDispose]();
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** The settings of a service that connects through the proxy, with a new key. */
async function through(request: KeyRequest): Promise<Record<string, string | undefined>> {
  const { encoded } = await makeKey(admin, request);
  return { "elasticsearch.host": proxy.url, "elasticsearch.ca_certs": undefined, "elasticsearch.api_key": encoded };
}

const smallestKey = (index: string): KeyRequest => keyWithRole(index, smallestKeyRole(index));

/** The refused requests, except reading the pipeline: then the service uses the pipeline unchecked. */
function refusals(): unknown[] {
  return proxy.refused.filter(({ method, path }) => !(method === "GET" && path === pipeline));
}

describeSecured("a connector that was created in Kibana", () => {
  it.each<[string, string, (index: string) => KeyRequest]>([
    ["the key that Kibana makes", "kibana", kibanaKey],
    ["the smallest key", "kibana-smallest", smallestKey],
  ])(
    "is configured, connected and synced with %s, and Elasticsearch's own pipeline extracts the text of its files",
    async (_key, id, keyOf) => {
      const index = `${prefix}${id}`;
      const settings = await through(keyOf(index));
      const connector = { connector_id: index, "salesforce.base_url": commands.simulator.url };
      const config = { ...commands.config(index, { ...settings, "service.idling": 0.3 }), connectors: [connector] };
      await using service = await ServiceProcess.start({ config });
      await service.waitForLog("service started");
      const kibana = await Kibana.create({ client: admin, installed: "nothing" });
      await kibana.createConnector({ id: index, indexName: index, serviceType: "salesforce" });
      const statusIs = (wanted: string) => async (): Promise<boolean> =>
        (await kibana.getConnector(index)).status === wanted;
      await service.waitUntil(statusIs("needs_configuration"));
      await kibana.saveConfiguration(index, { domain: "acme", client_id: "simulator", client_secret: "simulator" });
      await service.waitUntil(statusIs("connected"));
      const job = await kibana.startSync(index);
      await service.waitUntil(async () => ["completed", "error"].includes((await kibana.getJob(job)).status));

      expect(await kibana.getJob(job)).toMatchObject({ status: "completed", error: null });
      expect((await service.terminate()).exitCode).toBe(0);
      const documents = [...(await allDocuments(admin, index)).values()];
      const files = documents.filter((document) => document["object_type"] === "ContentDocument");
      expect(documents.length).toBeGreaterThan(200);
      expect(files.filter(({ body }) => typeof body === "string").length).toBeGreaterThan(0);
      expect(
        documents.filter((document) => "_attachment" in document || "_extract_binary_content" in document),
      ).toEqual([]);
      expect(refusals()).toEqual([]);
    },
  );
});

describeSecured("a connector in the configuration file of a service with the smallest key", () => {
  it("is synced", async () => {
    const index = `${prefix}file`;
    const settings = { ...(await through(smallestKey(index))), "service.idling": 0.3 };
    await using service = await ServiceProcess.start({ config: commands.config(index, settings) });
    await service.waitForLog("service started");

    const started = await commands.run(["connector", "start", "full"], index, settings);
    const finished = JSON.parse(await service.waitForLog("job finished")) as unknown;

    expect(started.exitCode).toBe(0);
    expect(JSON.stringify(finished)).toContain('"completed"');
    expect((await service.terminate()).exitCode).toBe(0);
    expect((await allDocuments(admin, index)).size).toBeGreaterThan(200);
    expect(refusals()).toEqual([]);
  });
});

describeSecured("the commands", () => {
  it.each<[string, (index: string) => KeyRequest]>([
    ["the key of Elastic's documentation", documentedKey],
    ["the smallest key", smallestKey],
  ])("sync, delete the document of a deleted record at the next sync, and list jobs, with %s", async (name, keyOf) => {
    const index = `${prefix}${name.replaceAll(/\W+/g, "-").toLowerCase()}`;
    const settings = await through(keyOf(index));
    const editor = await OrgEditor.open(commands.simulator.url);

    const first = await commands.run(["sync"], index, settings);
    const before = await allDocuments(admin, index);
    const gone = [...before.keys()].find((id) => id.startsWith("00Q")) ?? "";
    await editor.remove("Lead", gone);
    const second = await commands.run(["sync"], index, settings);
    const jobs = await commands.run(["connector", "jobs"], index, settings);

    expect([first, second, jobs].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const after = await allDocuments(admin, index);
    expect([before.has(gone), after.has(gone), before.size - after.size]).toEqual([true, false, 1]);
    expect(refusals()).toEqual([]);
  });

  it("pass all checks with the key that Kibana makes", async () => {
    const index = `${prefix}check`;

    const { exitCode, stdout } = await commands.run(["check"], index, await through(kibanaKey(index)));

    expect(exitCode).toBe(0);
    expect(stdout).toContain("ok      Elasticsearch privileges: ");
    expect(refusals()).toEqual([]);
  });
});

describeSecured("the requests of all tests above", () => {
  it("are listed in docs/elasticsearch-apis.md", () => {
    const asked = new Set(proxy.requests.map(({ method, path }) => `${method} ${path}`));

    expect(asked.size).toBeGreaterThan(20);
    expect(proxy.requests.filter((request) => !isDocumented(request))).toEqual([]);
  });

  it("include reading the pipeline, which the documented keys do not allow", () => {
    const looks = proxy.requests.filter(({ path }) => path === pipeline);

    expect(looks.length).toBeGreaterThan(0);
    for (const { status, refusal } of looks) {
      expect(status).toBe(403);
      expect(refusal).toMatch(/granted by the cluster privileges \[read_pipeline,/);
    }
  });
});
