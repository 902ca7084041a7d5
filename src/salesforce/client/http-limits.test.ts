import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { SalesforceResponseError, SalesforceUnavailableError } from "../errors.ts";
import { SalesforceHttp, type HttpLimits } from "./http.ts";

const { signal } = new AbortController();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Requests a server's response and reads its body. */
async function readBody(respond: (response: ServerResponse) => void, limits: Partial<HttpLimits>): Promise<Buffer> {
  const server = createServer((_request, response) => respond(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const http = new SalesforceHttp(limits);
  cleanups.push(
    () => http[Symbol.asyncDispose](),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/data`;
  return http.readBody(await http.send({ method: "GET", url }, signal), { url, signal });
}

const zeros = Buffer.alloc(3_000_000);

describe("the limits of a response", () => {
  it("allow bodies up to the limit, plain and compressed", async () => {
    const plain = await readBody((response) => response.end(zeros), { maxBodyBytes: 3_000_000 });
    const compressed = await readBody(
      (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(zeros)),
      { maxBodyBytes: 3_000_000 },
    );

    expect([plain.length, compressed.length]).toEqual([3_000_000, 3_000_000]);
  });

  it("end a body that is larger", async () => {
    const body = readBody((response) => response.end(zeros), { maxBodyBytes: 1_000_000 });

    await expect(body).rejects.toThrow(SalesforceResponseError);
    await expect(body).rejects.toThrow(
      /\/services\/data is larger than salesforce\.max_response_size \(1000000 bytes\)/,
    );
  });

  it("end a small body that becomes larger when it is decompressed", async () => {
    const body = readBody((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(zeros)), {
      maxBodyBytes: 1_000_000,
    });

    await expect(body).rejects.toThrow(/is larger than salesforce\.max_response_size/);
  });

  it("end a body that arrives byte by byte without end, as an outage that is retried", async () => {
    const drip = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write("x"), 5);
      cleanups.push(() => clearInterval(timer));
    };

    const body = readBody(drip, { mebibyteMs: 100 });

    await expect(body).rejects.toThrow(SalesforceUnavailableError);
    await expect(body).rejects.toThrow(/sent less than 1 MiB/);
    await expect(body).rejects.toMatchObject({
      hint: expect.stringContaining("salesforce.mebibyte_timeout") as string,
    });
  });

  it.each(["7200", "9".repeat(400)])(
    "count a Retry-After of %.10s seconds as the longest allowed wait",
    async (asked) => {
      const body = readBody((response) => response.writeHead(503, { "retry-after": asked }).end(), {
        maxRetryAfterMs: 90_000,
      });

      await expect(body).rejects.toMatchObject({ retryAfterMs: 90_000 });
    },
  );
});
