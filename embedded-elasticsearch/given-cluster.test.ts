import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { availableMajors } from "./available-majors.ts";
import { findGivenCluster } from "./given-cluster.ts";
import { startElasticsearch } from "./start-elasticsearch.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }
});

/** Starts a server that answers `GET /` and returns its address. */
async function serve(answer: { status?: number; body: string }, seen: IncomingMessage[] = []): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(request);
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(answer.body);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function greeting(version: string): { body: string } {
  return { body: JSON.stringify({ version: { number: version } }) };
}

describe("a cluster that ELASTICSEARCH_URL names", () => {
  it("is undefined if the variable is missing or empty", async () => {
    expect(await findGivenCluster({})).toBeUndefined();
    expect(await findGivenCluster({ ELASTICSEARCH_URL: "" })).toBeUndefined();
  });

  it("reports its version", async () => {
    const url = await serve(greeting("9.1.3"));

    expect(await findGivenCluster({ ELASTICSEARCH_URL: url })).toEqual({ url, version: "9.1.3", major: 9 });
  });

  it("is asked with the user and password of the URL", async () => {
    const seen: IncomingMessage[] = [];
    const url = (await serve(greeting("8.18.0"), seen)).replace("//", "//elastic:p%40ss@");

    await findGivenCluster({ ELASTICSEARCH_URL: url });

    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("elastic:p@ss").toString("base64")}`);
  });

  it("is the only version that runs here", async () => {
    const url = await serve(greeting("9.2.1"));

    expect(await availableMajors({ ELASTICSEARCH_URL: url })).toEqual([
      { major: 8, runs: false, why: "ELASTICSEARCH_URL names Elasticsearch 9.2.1." },
      { major: 9, runs: true },
    ]);
  });

  it("is used as it is and left running", async () => {
    const url = await serve(greeting("9.2.1"));

    const running = await startElasticsearch({ major: 8 }, { ELASTICSEARCH_URL: url });
    await running.stop();

    expect(running).toMatchObject({ url, version: "9.2.1", origin: "given" });
    expect((await fetch(url)).status).toBe(200);
  });

  it.each<[string, { status?: number; body: string }, RegExp]>([
    ["of a version that is not supported", greeting("7.17.0"), /7\.17\.0; versions 8 and 9 are supported/],
    [
      "that wants a password",
      { status: 401, body: '{"error":{}}' },
      /status 401 and no version; user and password may stand in the URL/,
    ],
    ["that is something else", { body: "<html>" }, /does not answer as Elasticsearch/],
  ])("%s is refused", async (_name, answer, reason) => {
    const url = await serve(answer);

    await expect(findGivenCluster({ ELASTICSEARCH_URL: url })).rejects.toThrow(reason);
  });

  it("that does not answer is refused without showing the password", async () => {
    const url = (await serve(greeting("8.19.0"))).replace("//", "//elastic:secret@");
    servers[0]?.close();

    const asked = findGivenCluster({ ELASTICSEARCH_URL: url });

    await expect(asked).rejects.toThrow(
      /names 127\.0\.0\.1:\d+, which does not answer as Elasticsearch: .*ECONNREFUSED/,
    );
    await expect(asked).rejects.not.toThrow(/secret/);
  });

  it("whose address is no URL is refused", async () => {
    await expect(findGivenCluster({ ELASTICSEARCH_URL: "localhost" })).rejects.toThrow(
      /names localhost, which does not answer/,
    );
  });
});
