import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { ServiceProcess } from "../support/service-process.ts";

// Elasticsearch sets the block `read_only_allow_delete` on its indices when a disk is too full, and removes it when there is room again.

let elasticsearch: RunningElasticsearch;
let simulator: RunningSimulator;

beforeAll(async () => {
  [elasticsearch, simulator] = await Promise.all([
    startElasticsearch({ major: 9, heapMb: 512 }),
    startSimulator({ size: "tiny" }),
  ]);
});

afterAll(async () => {
  await Promise.all([elasticsearch.stop(), simulator.stop()]);
});

const send = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${elasticsearch.url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

async function setBlock(blocked: true | null): Promise<void> {
  const indices = "search-disk,.elastic-connectors-v1,.elastic-connectors-sync-jobs-v1";
  const response = await send("PUT", `/${indices}/_settings?expand_wildcards=all`, {
    "index.blocks.read_only_allow_delete": blocked,
  });
  expect(response.status).toBe(200);
}

const config = (changes: object = {}): object => ({
  "elasticsearch.host": elasticsearch.url,
  "elasticsearch.max_retries": 0,
  "service.idling": 0.3,
  ...changes,
  connectors: [
    {
      connector_id: "disk",
      index_name: "search-disk",
      "salesforce.base_url": simulator.url,
      configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator", sync_files: false },
      scheduling: { full: "* * * * * ?" },
    },
  ],
});

describe("a service while a disk of Elasticsearch is too full", () => {
  it("waits at its start and goes on when the block is lifted", async () => {
    {
      await using first = await ServiceProcess.start({ config: config() });
      await first.waitForLog(/"status":"completed".*"message":"job finished"/);
      await first.terminate();
    }
    await setBlock(true);
    await using service = await ServiceProcess.start({ config: config() });

    await service.waitForLog("waiting, a disk of elasticsearch is too full");
    await setBlock(null);

    await service.waitForLog(/"status":"completed".*"message":"job finished"/);
    expect((await service.terminate()).exitCode).toBe(0);
  });
});
