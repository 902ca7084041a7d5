import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { waitForElasticsearch } from "./check-elasticsearch.ts";
import { connectElasticsearch } from "./connect.ts";

let server: Server;
let asked: IncomingHttpHeaders[] = [];

afterEach(() => server.close());

/** Waits for a cluster of this version. */
async function waitForVersion(number: string): Promise<void> {
  asked = [];
  server = createServer(({ headers }, response) => {
    asked.push(headers);
    response.setHeader("x-elastic-product", "Elasticsearch");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ version: { number } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const retry = { attempts: 1, baseMs: 1, capMs: 1, jitter: 0 };
  await using elasticsearch = connectElasticsearch(
    {
      host,
      verifyCerts: true,
      headers: {},
      requestTimeoutMs: 5000,
      maxConnections: 1,
    },
    { clock: systemClock, log: silentLogger, retry, retryOnTimeout: false },
  );
  await waitForElasticsearch({ elasticsearch, signal: new AbortController().signal });
}

describe("waitForElasticsearch", () => {
  it.each(["8.10.0", "8.19.0", "9.2.0", "10.0.0-SNAPSHOT"])("accepts a cluster of version %s", async (version) => {
    await expect(waitForVersion(version)).resolves.toBeUndefined();
  });

  it("identifies itself as a connector service", async () => {
    await waitForVersion("9.2.0");

    expect(asked[0]).toMatchObject({
      "x-elastic-product-origin": "connectors",
      "user-agent": expect.stringMatching(/^elastic-connectors-\d+\.\d+\.\d+\/service$/) as string,
    });
  });

  it.each(["8.9.2", "7.17.28"])("refuses a cluster of version %s and names the required version", async (version) => {
    await expect(waitForVersion(version)).rejects.toMatchObject({
      code: "elasticsearch_version",
      message: expect.stringContaining("8.10.0 or newer") as string,
    });
  });
});
