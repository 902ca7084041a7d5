import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { ConfigFolder, runCommand, startCommand } from "../support/command-line.ts";
import { ServiceProcess } from "../support/service-process.ts";

// A process that is told to stop ends within six seconds, whatever it waits for. The limit here leaves room for a busy machine.
const limitMs = 10_000;

let elasticsearch: RunningElasticsearch;
let simulator: RunningSimulator;
let folder: ConfigFolder;
const servers: Server[] = [];

beforeAll(async () => {
  [elasticsearch, simulator, folder] = await Promise.all([
    startElasticsearch({ major: 9, heapMb: 512 }),
    startSimulator({ size: "small" }),
    ConfigFolder.create(),
  ]);
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
  await fetch(`${simulator.url}/__simulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "[]",
  });
});

afterAll(async () => {
  await Promise.all([elasticsearch.stop(), simulator.stop(), folder[Symbol.asyncDispose]()]);
});

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const config = (id: string, changes: object = {}, org = simulator.url): object => ({
  "elasticsearch.host": elasticsearch.url,
  "service.idling": 0.3,
  ...changes,
  connectors: [
    {
      connector_id: id,
      index_name: `search-${id}`,
      "salesforce.base_url": org,
      configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator" },
      // Every second, so that a job runs at once.
      scheduling: { full: "* * * * * ?" },
    },
  ],
});

async function stopping(service: ServiceProcess): Promise<{ exitCode: number | null; inTime: boolean }> {
  const startedAt = Date.now();
  const { exitCode } = await service.terminate({ timeoutMs: 60_000 });
  return { exitCode, inTime: Date.now() - startedAt < limitMs };
}

const clean = { exitCode: 0, inTime: true };

describe("a service that is told to stop", () => {
  it("ends while a sign-in hangs", async () => {
    let asked = false;
    const org = await serve(() => (asked = true));
    await using service = await ServiceProcess.start({ config: config("sign-in", {}, org) });
    await service.waitUntil(() => asked);

    expect(await stopping(service)).toEqual(clean);
  });

  it("ends while a response of Salesforce trickles in", async () => {
    let trickling = false;
    const org = await serve((request, response) => {
      if (request.url === "/services/oauth2/token") {
        response.end(JSON.stringify({ access_token: "00D!x", id: "https://x/id/00D/005", instance_url: "https://x" }));
        return;
      }
      const timer = setInterval(() => (trickling = response.write(" ")), 100);
      response.on("close", () => clearInterval(timer));
    });
    await using service = await ServiceProcess.start({ config: config("trickle", {}, org) });
    await service.waitUntil(() => trickling);

    expect(await stopping(service)).toEqual(clean);
  });

  it("ends during a long wait before a retry, and suspends its job", async () => {
    await fetch(`${simulator.url}/__simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ match: { path: "/query" }, status: 503, retry_after: 300 }]),
    });
    await using service = await ServiceProcess.start({ config: config("retry") });
    await service.waitForLog("retrying salesforce request");

    expect(await stopping(service)).toEqual(clean);
    expect(service.output).toMatch(/"status":"suspended".*"message":"job finished"/);
  });

  it("ends while the extraction service hangs", async () => {
    let asked = false;
    const extraction = await serve(() => (asked = true));
    const changes = { "extraction_service.host": extraction, "service.max_file_download_size": 0 };
    await using service = await ServiceProcess.start({ config: config("extraction", changes) });
    await service.waitUntil(() => asked);

    expect(await stopping(service)).toEqual(clean);
  });

  it.each([
    ["does not answer", undefined],
    ["answers 503", 503],
  ])("ends while Elasticsearch %s in the middle of a sync", async (_, status) => {
    let away = false;
    let bulks = 0;
    const proxy = await serve((request, response) => {
      if (request.url?.includes("_bulk") === true && ++bulks >= 1) away = true;
      if (!away) void forward(request, response);
      else if (status !== undefined) response.writeHead(status, { "x-elastic-product": "Elasticsearch" }).end("{}");
    });
    await using service = await ServiceProcess.start({
      config: config(`away-${status ?? "silent"}`, { "elasticsearch.host": proxy }),
    });
    await service.waitUntil(() => away);

    expect(await stopping(service)).toEqual(clean);
  });

  it("ends while look-ups of a host name hang in the thread pool", async () => {
    const fifo = join(folder.path, "fifo");
    execFileSync("mkfifo", [fifo]);
    // The first look-up fills the thread pool with reads that never end, so that the look-up is never made.
    const preload = `import dns from "node:dns"; import fs from "node:fs"; const { lookup } = dns; let full = false;
      dns.lookup = (...args) => {
        if (!full) for (let n = 0; n < 4; n++) fs.open(${JSON.stringify(fifo)}, "r", () => {});
        full = true; process.stderr.write("looking up\\n"); return lookup(...args); };`;
    await using service = await ServiceProcess.start({
      config: config("dns", { "elasticsearch.host": "http://elasticsearch.invalid:9200" }),
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
    });
    await service.waitForLog("looking up");

    expect(await stopping(service)).toEqual(clean);
  });

  it.each([150, 300, 500, 800, 1200, 2000])("ends with 0 %d ms after its start", async (ms) => {
    await using service = await ServiceProcess.start({ config: config("early") });
    await pause(ms);
    const { exitCode, inTime } = await stopping(service);

    // Before Node runs the first line of the program, the signal ends Node itself.
    const expected = service.output.includes("SIGTERM") ? 0 : null;
    expect({ exitCode, inTime }).toEqual({ exitCode: expected, inTime: true });
    if (ms >= 800) expect(expected).toBe(0);
  });
});

async function forward(
  request: Parameters<RequestListener>[0],
  response: Parameters<RequestListener>[1],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "GET", headers, url = "" } = request;
  const answer = await fetch(`${elasticsearch.url}${url}`, {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => name === "content-type" || name === "accept"),
    ) as Record<string, string>,
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  response.writeHead(answer.status, {
    "x-elastic-product": "Elasticsearch",
    "content-type": answer.headers.get("content-type") ?? "application/json",
  });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

describe("sync --json", () => {
  const report = (stdout: string): { status: string; error: string } =>
    JSON.parse(stdout) as { status: string; error: string };

  it("prints a report for a missing configuration file and for an unreachable Elasticsearch", async () => {
    const missing = await runCommand(["sync", "--json", "-c", join(folder.path, "none.yml")]);
    const path = await folder.write(config("unreachable", { "elasticsearch.host": "http://127.0.0.1:1" }), "away.yml");
    const unreachable = await runCommand(["sync", "--json", "-c", path]);

    expect([missing.exitCode, report(missing.stdout)]).toMatchObject([
      2,
      { status: "error", error: expect.stringContaining("does not exist") as string },
    ]);
    expect([unreachable.exitCode, report(unreachable.stdout)]).toMatchObject([
      1,
      { status: "error", error: expect.stringContaining("cannot be reached") as string },
    ]);
  });

  it("prints a report when it is stopped, in time", async () => {
    let asked = false;
    const org = await serve(() => (asked = true));
    const path = await folder.write(config("stopped", {}, org), "stopped.yml");
    const sync = startCommand(["sync", "--json", "-c", path]);
    await expect.poll(() => asked, { timeout: 30_000 }).toBe(true);

    const startedAt = Date.now();
    const { exitCode, stdout } = await sync.stop(60_000);

    expect(Date.now() - startedAt).toBeLessThan(limitMs);
    expect([exitCode, report(stdout)]).toMatchObject([1, { status: "canceled" }]);
  });
});

describe("DEBUG=*", () => {
  it("prints neither documents nor credentials, and NODE_DEBUG is refused", async () => {
    const path = await folder.write(
      { ...config("debug"), "elasticsearch.headers": { "x-secret": "s3cr3t-header" } },
      "debug.yml",
    );

    const quiet = await runCommand(["sync", "-c", path], { env: { DEBUG: "*" } });
    const refused = await runCommand(["sync", "-c", path], { env: { NODE_DEBUG: "http" } });

    expect(quiet.exitCode).toBe(0);
    expect(quiet.stderr).not.toMatch(/s3cr3t-header|elasticsearch:|_fingerprint|object_type/);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("NODE_DEBUG is set") as string]);
  });
});
