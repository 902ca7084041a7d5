import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { startProcess } from "../../../demo/processes.ts";
import { NodeProcess } from "../../../embedded-elasticsearch/node-process.ts";
import { prepareHome } from "../../../embedded-elasticsearch/prepare-home.ts";
import { startEmbeddedNode } from "../../../embedded-elasticsearch/start-embedded-node.ts";
import { findJdk } from "../../../embedded-elasticsearch/find-jdk.ts";
import type { Major } from "../../../embedded-elasticsearch/versions.ts";
import { elasticsearchMajor } from "../../support/elasticsearch.ts";

// These tests start and stop their own small nodes.

const major = elasticsearchMajor() as Major;
const heapMb = 384;
const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "lifecycle-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function send(url: string, method: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return response.json();
}

/** The hosts that the node listens on, for HTTP and for other nodes. */
async function boundHosts(url: string): Promise<(string | undefined)[]> {
  const { nodes } = (await send(`${url}/_nodes/_local/http,transport`, "GET")) as {
    nodes: Record<string, Record<"http" | "transport", { bound_address: string[] }>>;
  };
  return Object.values(nodes)
    .flatMap((node) => [...node.http.bound_address, ...node.transport.bound_address])
    .map((address) => address.split(":")[0]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.runIf(inject("elasticsearchOrigin") === "embedded")("an embedded node", () => {
  it("listens on the given port of 127.0.0.1, and keeps its data folder between starts", async () => {
    const dataDir = path.join(await temporaryFolder(), "data");
    const port = await freePort();
    const first = await startEmbeddedNode({ major, heapMb, dataDir, port });
    cleanUp.push(() => first.stop());
    await send(`${first.url}/accounts/_doc/1`, "PUT", { Name: "Acme" });

    expect(first.url).toBe(`http://127.0.0.1:${port}`);
    expect(await boundHosts(first.url)).toEqual(["127.0.0.1", "127.0.0.1"]);
    await expect(startEmbeddedNode({ major, heapMb, dataDir })).rejects.toThrow(
      /did not start: it ended with status 11\. The last lines of its log tell why\.\n[^]*failed to obtain node lock/,
    );

    const stopping = performance.now();
    await first.stop();
    await first.stop();
    expect(performance.now() - stopping).toBeLessThan(10_000);
    expect(isRunning(first.pid)).toBe(false);
    expect(await first.ended).toBeUndefined();
    await expect(fetch(first.url)).rejects.toThrow();

    const second = await startEmbeddedNode({ major, heapMb, dataDir });
    cleanUp.push(() => second.stop());
    expect(await send(`${second.url}/accounts/_doc/1`, "GET")).toMatchObject({
      found: true,
      _source: { Name: "Acme" },
    });
  });

  it("reports a port that was taken during its start", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    cleanUp.push(async () => {
      other.close();
      await once(other, "close");
    });
    const { port } = other.address() as AddressInfo;
    const jdk = (await findJdk(major === 8 ? 17 : 21)) ?? { home: "", version: "", major: 0 };
    const home = await prepareHome({ major, jdk });
    const folder = await temporaryFolder();

    // Without the check of the port before the start, as if another process took it in between.
    const configFolder = path.join(home, "config");
    const access = { readyPaths: ["/"] };
    const start = NodeProcess.start({ jdk, home, configFolder, folder, access, temporary: true, port, heapMb });

    await expect(start).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken by another program`);
  });

  it("can be aborted while it starts", async () => {
    const dataDir = await temporaryFolder();
    const calledOff = new AbortController();
    const start = startEmbeddedNode({ major, heapMb, dataDir, signal: calledOff.signal });
    await vi.waitUntil(() => existsSync(path.join(dataDir, "node.log")), { timeout: 60_000 });
    calledOff.abort();

    await expect(start).rejects.toThrow(/aborted/);
  });

  it("ends and deletes its temporary data when its parent is killed", async () => {
    const temporary = await temporaryFolder();
    const start = `import { startEmbeddedNode } from ${JSON.stringify(path.resolve("embedded-elasticsearch/start-embedded-node.ts"))};
      const { url, pid } = await startEmbeddedNode({ major: ${major}, heapMb: ${heapMb} });
      console.log(JSON.stringify({ url, pid }));`;
    const args = ["--input-type=module-typescript", "--eval", start];
    const parent = startProcess(process.execPath, args, { env: { TMPDIR: temporary } });
    cleanUp.push(() => parent.kill());
    const [line] = await parent.waitForOutput(/^.*\n/);
    const { url, pid } = JSON.parse(line) as { url: string; pid: number };
    await send(`${url}/accounts/_doc/1`, "PUT", { Name: "Acme" });

    await parent.kill();

    await vi.waitUntil(() => !isRunning(pid), { timeout: 15_000 });
    await expect(fetch(url)).rejects.toThrow();
    expect(await readdir(temporary)).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
