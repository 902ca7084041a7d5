import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerAnswers } from "./docker-elasticsearch.ts";

let folder: string;
let engine: Server;
let socket: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "docker-"));
  socket = path.join(folder, "docker.sock");
  engine = createServer((request, response) => response.writeHead(request.url === "/_ping" ? 200 : 404).end("OK"));
  engine.listen(socket);
  await once(engine, "listening");
});

afterEach(async () => {
  engine.closeAllConnections();
  if (engine.listening) engine.close();
  await rm(folder, { recursive: true });
});

describe("dockerAnswers", () => {
  it("finds the engine that DOCKER_HOST names, by socket or by port", async () => {
    const overTcp = createServer((_request, response) => response.end());
    overTcp.listen(0, "127.0.0.1");
    await once(overTcp, "listening");
    const { port } = overTcp.address() as AddressInfo;

    expect(await dockerAnswers({ DOCKER_HOST: `unix://${socket}` })).toBe(true);
    expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).toBe(true);
    overTcp.close();
  });

  it("does not ask when the embedded node is wanted", async () => {
    expect(await dockerAnswers({ DOCKER_HOST: `unix://${socket}`, ELASTICSEARCH_EMBEDDED: "true" })).toBe(false);
  });

  it("finds no engine behind a missing socket or one without a listener", async () => {
    engine.close();
    await once(engine, "close");

    expect(await dockerAnswers({ DOCKER_HOST: `unix://${socket}` })).toBe(false);
    expect(await dockerAnswers({ DOCKER_HOST: `unix://${path.join(folder, "missing.sock")}` })).toBe(false);
  });
});
