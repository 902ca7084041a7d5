import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { Secret } from "../../core/secret.ts";
import type { RequestRetry } from "../../sync/service-events.ts";
import { connectElasticsearch } from "./connect.ts";
import type { ElasticsearchClient } from "./elasticsearch-client.ts";

const { signal } = new AbortController();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A client of a server that answers with these statuses, in turn, and then with 200. */
async function clientOf(
  statuses: number[],
  {
    onRetry,
    body = '{"error":{"type":"internal","reason":"a reason"}}',
  }: { onRetry?: (retry: RequestRetry) => void; body?: string } = {},
): Promise<{ elasticsearch: ElasticsearchClient; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(statuses[requests++] ?? 200, {
        "x-elastic-product": "Elasticsearch",
        "content-type": "application/json",
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const elasticsearch = connectElasticsearch(
    {
      host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      apiKey: new Secret("the-api-key"),
      verifyCerts: true,
      headers: {},
      requestTimeoutMs: 5000,
      maxConnections: 1,
    },
    {
      clock: systemClock,
      log: silentLogger,
      retry: { attempts: 3, baseMs: 1, capMs: 1, jitter: 0 },
      retryOnTimeout: false,
      onRetry,
    },
  );
  cleanups.push(
    () => elasticsearch[Symbol.asyncDispose](),
    () => server.close(),
  );
  return { elasticsearch, requests: () => requests };
}

const sendBulk = (elasticsearch: ElasticsearchClient, bulkBody: Buffer): Promise<unknown> =>
  elasticsearch.request("writing", signal, (client, options) =>
    client.transport.request({ method: "POST", path: "/index/_bulk", bulkBody }, options),
  );

describe("ElasticsearchClient", () => {
  it.each([429, 500, 502, 503, 504])(
    "retries a request that is answered %d, and reports each retry",
    async (status) => {
      const retries: RequestRetry[] = [];
      const { elasticsearch, requests } = await clientOf([status, status], { onRetry: (retry) => retries.push(retry) });

      await sendBulk(elasticsearch, Buffer.from("{}\n"));

      expect(requests()).toBe(3);
      expect(retries).toMatchObject([
        { server: "elasticsearch", request: "writing", attempt: 1 },
        { server: "elasticsearch", request: "writing", attempt: 2 },
      ]);
    },
  );

  it("does not retry a refused request", async () => {
    const { elasticsearch, requests } = await clientOf([400, 400]);

    await expect(sendBulk(elasticsearch, Buffer.from("{}\n"))).rejects.toThrow(
      "Elasticsearch refused writing with 400: internal: a reason.",
    );

    expect(requests()).toBe(1);
  });

  it.each([
    [
      429,
      "index [search-a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];",
    ],
    [403, "blocked by: [FORBIDDEN/13/cluster read-only / allow delete (api)];"],
  ])("retries a request that is answered %d because a disk is full, and says so", async (status, reason) => {
    const body = JSON.stringify({ error: { type: "cluster_block_exception", reason } });
    const { elasticsearch, requests } = await clientOf([status, status, status], { body });

    await expect(sendBulk(elasticsearch, Buffer.from("{}\n"))).rejects.toMatchObject({
      code: "elasticsearch_disk",
      message: "Elasticsearch blocks writing: a disk of the cluster is too full.",
    });
    expect(requests()).toBe(3);
  });

  it("does not quote a body that is not an error of Elasticsearch", async () => {
    const { elasticsearch } = await clientOf([400], { body: '{"found":"a secret value"}' });

    const error = sendBulk(elasticsearch, Buffer.from("{}\n"));

    await expect(error).rejects.toThrow(/refused writing with 400: the response is not an error of Elasticsearch/);
    await expect(error).rejects.not.toThrow(/secret value/);
  });

  it("handles the failure of a large request without copying it, and keeps the API key out of the error", async () => {
    const { elasticsearch } = await clientOf([400]);
    const body = Buffer.alloc(8_388_608, "{}\n");
    const before = process.threadCpuUsage();

    const error = await sendBulk(elasticsearch, body).catch((thrown: unknown) => thrown);

    const { user, system } = process.threadCpuUsage(before);
    expect(user + system).toBeLessThan(250_000);
    expect(error).toBeInstanceOf(AppError);
    expect(inspect(error, { depth: 20, maxArrayLength: 10 })).not.toContain("the-api-key");
  });
});
