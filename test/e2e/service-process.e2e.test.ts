import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { utimes } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigFolder, runCommand } from "../support/command-line.ts";
import { ServiceFleet, ServiceProcess } from "../support/service-process.ts";

// A cluster that never becomes ready. The service waits for it, so it runs until the test stops it.

let cluster: Server;
let url: string;

beforeAll(async () => {
  cluster = createServer((_, answer) => answer.writeHead(503, { "x-elastic-product": "Elasticsearch" }).end("{}"));
  cluster.listen(0, "127.0.0.1");
  await once(cluster, "listening");
  url = `http://127.0.0.1:${(cluster.address() as AddressInfo).port}`;
});

afterAll(async () => {
  cluster.closeAllConnections();
  cluster.close();
  await once(cluster, "close");
});

const config = (changes: object = {}): object => ({
  "elasticsearch.host": url,
  connectors: [
    {
      connector_id: "main",
      index_name: "search-main",
      configuration: { domain: "acme", client_id: "id", client_secret: "secret" },
      scheduling: { full: "0 0 0 * * ?" },
    },
  ],
  ...changes,
});

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a service process", () => {
  it("shows its log while it runs, and ends when it is told to stop", async () => {
    await using service = await ServiceProcess.start({ config: config() });

    const line = await service.waitForLog(/waiting for Elasticsearch/);
    const running = service.isRunning && exists(service.pid);
    const { exitCode } = await service.terminate();

    expect(JSON.parse(line)).toMatchObject({ "log.level": "warn" });
    expect(service.log[0]).toMatchObject(JSON.parse(line) as object);
    expect(running).toBe(true);
    expect(exitCode).not.toBeNull();
    expect(service.isRunning).toBe(false);
    expect(service.output).toContain("SIGTERM");
  });

  it("is healthy while it runs and its sign of life is fresh, and otherwise not", async () => {
    await using folder = await ConfigFolder.create();
    const file = join(folder.path, "health");
    const health = async () => (await runCommand(["health", "--health-file", file])).exitCode;
    const before = await health();
    await using service = await ServiceProcess.start({ config: config(), args: ["--health-file", file] });
    await service.waitForLog(/waiting for Elasticsearch/);

    const running = await health();
    const old = new Date(Date.now() - 301_000);
    await utimes(file, old, old);

    expect([before, running, await health()]).toEqual([1, 0, 1]);
  });

  it("logs nothing when it is killed", async () => {
    await using service = await ServiceProcess.start({ config: config() });
    await service.waitForLog("waiting for Elasticsearch");

    const { exitCode } = await service.kill();

    expect(exitCode).toBeNull();
    expect(exists(service.pid)).toBe(false);
    expect(service.output).not.toContain("SIG");
  });

  it("is killed at the end of a test that leaves it running", async () => {
    let pid = 0;
    {
      await using service = await ServiceProcess.start({ config: config() });
      pid = service.pid;
      await service.waitForLog("waiting for Elasticsearch");
    }

    expect(exists(pid)).toBe(false);
  });

  it("fails a test that waits in vain, and shows its log", async () => {
    await using service = await ServiceProcess.start({ name: "first", config: config() });
    await service.waitForLog("waiting for Elasticsearch");

    const waiting = service.waitForLog("no such line", { timeoutMs: 100 });

    await expect(waiting).rejects.toThrow(
      /^The service first ran for 100 ms without a log line with no such line\. The end of its log:\n[^]*waiting for Elasticsearch/,
    );
  });

  it("fails a test that waits for a service that did not start", async () => {
    await using service = await ServiceProcess.start({ name: "broken", config: config({ connectorz: [] }) });

    await expect(service.waitForLog("anything else")).rejects.toThrow(
      /^The service broken ended with status 2 before a log line with anything else\. The end of its log:\n[^]*connectorz/,
    );
    expect((await service.ended()).exitCode).toBe(2);
  });

  it("fails a test if the service does not stop, and kills it", async () => {
    await using service = await ServiceProcess.start({ name: "frozen", config: config() });
    await service.waitForLog("waiting for Elasticsearch");
    process.kill(service.pid, "SIGSTOP");

    const stopping = service.terminate({ timeoutMs: 100 });

    await expect(stopping).rejects.toThrow(/^The service frozen did not end within 100 ms after a SIGTERM\./);
    expect(exists(service.pid)).toBe(false);
  });

  it("runs beside others, which continue when one is killed", async () => {
    await using fleet = await ServiceFleet.start(["first", "second", "third"], () => config());
    await Promise.all(fleet.services.map((service) => service.waitForLog("waiting for Elasticsearch")));

    await fleet.named("second").kill();

    expect(fleet.services.map(({ name, isRunning }) => [name, isRunning])).toEqual([
      ["first", true],
      ["second", false],
      ["third", true],
    ]);
    expect(() => fleet.named("fourth")).toThrow("There is no service fourth; there are first, second, third.");
  });
});
