import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { connectElasticsearch } from "./connect.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Makes a request to a server that answers in its own way. */
async function ask(
  respond: (response: ServerResponse) => void,
  {
    signal = new AbortController().signal,
    requestTimeoutMs = 60_000,
  }: { signal?: AbortSignal; requestTimeoutMs?: number },
): Promise<unknown> {
  const server = createServer((_request, response) =>
    respond(response.writeHead(200, { "content-type": "application/json", "x-elastic-product": "Elasticsearch" })),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const elasticsearch = connectElasticsearch(
    {
      host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      verifyCerts: true,
      headers: {},
      requestTimeoutMs,
      maxResponseBytes: 100_000,
      maxConnections: 1,
    },
    {
      clock: systemClock,
      log: silentLogger,
      retry: { attempts: 1, baseMs: 1, capMs: 1, jitter: 0 },
      retryOnTimeout: true,
    },
  );
  cleanups.push(
    () => server.closeAllConnections(),
    () => server.close(),
    () => elasticsearch[Symbol.asyncDispose](),
  );
  return elasticsearch.request("reading the version", signal, (client, options) => client.info({}, options));
}

describe("a response of Elasticsearch", () => {
  it("whose body never ends is ended by the timeout of the request", async () => {
    const asked = ask((response) => response.write('{"version"'), { requestTimeoutMs: 50 });

    await expect(asked).rejects.toMatchObject({
      code: "elasticsearch_unavailable",
      message: expect.stringMatching(/timed out while reading the version/) as string,
    });
  });

  it("whose body never ends is ended by the signal", async () => {
    const controller = new AbortController();
    const asked = ask(
      (response) => {
        response.write('{"version"');
        setTimeout(() => controller.abort(), 20);
      },
      { signal: controller.signal },
    );

    await expect(asked).rejects.toMatchObject({ code: "canceled" });
  });

  it("is read up to a size", async () => {
    const asked = ask((response) => response.end(JSON.stringify({ text: "x".repeat(200_000) })), {});

    await expect(asked).rejects.toMatchObject({
      code: "elasticsearch_response",
      message: expect.stringMatching(/is too large/) as string,
    });
  });
});
