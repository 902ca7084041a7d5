import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { Secret } from "../../core/secret.ts";
import { connectElasticsearch } from "../client/connect.ts";
import { ElasticsearchRequestError } from "../errors.ts";
import { ProtocolDocuments } from "./protocol-documents.ts";

const { signal } = new AbortController();
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Documents of a cluster that answers everything with 404 and this. */
async function documentsOf(body: object): Promise<ProtocolDocuments> {
  const server = createServer((request, response) => {
    request.resume();
    const headers = { "content-type": "application/json", "x-elastic-product": "Elasticsearch" };
    response.writeHead(404, headers).end(JSON.stringify(body));
  });
  const host = await listen(server);
  const retry = { attempts: 1, baseMs: 1, capMs: 1, jitter: 0 };
  const elasticsearch = connectElasticsearch(
    {
      host,
      apiKey: new Secret("key"),
      verifyCerts: true,
      headers: {},
      requestTimeoutMs: 5_000,
      maxConnections: 1,
    },
    { clock: systemClock, log: silentLogger, retry, retryOnTimeout: false },
  );
  closing.push(
    () => elasticsearch[Symbol.asyncDispose](),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return new ProtocolDocuments({ elasticsearch, alias: "jobs", nouns: { one: "the job", many: "jobs" } });
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
    });
  });
}

describe("reading a document", () => {
  it("finds none if the index has none", async () => {
    const documents = await documentsOf({ _index: "jobs-v1", _id: "j", found: false });

    expect(await documents.get("j", signal)).toBeUndefined();
  });

  it("fails if the index is missing, because the document may exist", async () => {
    const error = { type: "index_not_found_exception", reason: "no such index [jobs]" };
    const documents = await documentsOf({ error, status: 404 });

    await expect(documents.get("j", signal)).rejects.toThrow(ElasticsearchRequestError);
  });

  it("fails to change one if the index is missing", async () => {
    const error = { type: "index_not_found_exception", reason: "no such index [jobs]" };
    const documents = await documentsOf({ error, status: 404 });

    for (const metadata of [undefined, {}])
      await expect(
        documents.change("j", { merged: { a: 1 }, ...(metadata && { replace: () => ({ metadata }) }) }, { signal }),
      ).rejects.toThrow(ElasticsearchRequestError);
  });
});
