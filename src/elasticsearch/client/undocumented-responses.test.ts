import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openContentIndex, openIdentityIndex } from "../../../test/support/content-index.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { ElasticsearchIndexReader } from "../index/index-reader.ts";
import { ElasticsearchAccessState } from "../index/access-state-index.ts";
import { countDocuments } from "../index/content-index.ts";
import { ConnectorDocuments } from "../protocol/connector-store.ts";
import { checkElasticsearch, waitForElasticsearch } from "./check-elasticsearch.ts";
import { connectElasticsearch } from "./connect.ts";
import type { ElasticsearchClient } from "./elasticsearch-client.ts";

// A response with the status 200 that is not what the API documents: from a proxy, or broken on the way.

const { signal } = new AbortController();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Answer {
  type: string;
  body: string;
  isElasticsearch: boolean;
}

async function serve({ type, body, isElasticsearch }: Answer): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const product = isElasticsearch ? { "x-elastic-product": "Elasticsearch" } : {};
  const server = createServer((request, response) => {
    requests++;
    request.resume().on("end", () => response.writeHead(200, { "content-type": type, ...product }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

function connect(host: string): ElasticsearchClient {
  const connection = { host, verifyCerts: true, headers: {}, requestTimeoutMs: 5000, maxConnections: 1 };
  const retry = { attempts: 3, baseMs: 1, capMs: 1, jitter: 0 };
  const elasticsearch = connectElasticsearch(connection, {
    clock: systemClock,
    log: silentLogger,
    retry,
    retryOnTimeout: false,
  });
  cleanups.push(() => elasticsearch[Symbol.asyncDispose]());
  return elasticsearch;
}

const properties = { id: { type: "keyword" }, object_type: { type: "keyword" }, _allow_access_control: {} };
const reader = (elasticsearch: ElasticsearchClient): ElasticsearchIndexReader =>
  new ElasticsearchIndexReader({ elasticsearch, index: "search-a", properties });
const connectors = (elasticsearch: ElasticsearchClient): ConnectorDocuments =>
  new ConnectorDocuments({ elasticsearch, clock: systemClock });

const accessState = (elasticsearch: ElasticsearchClient): ElasticsearchAccessState =>
  new ElasticsearchAccessState({ elasticsearch, contentIndex: "search-a" });

const requests: Record<string, (elasticsearch: ElasticsearchClient) => Promise<unknown>> = {
  "the version": (elasticsearch) => waitForElasticsearch({ elasticsearch, signal }),
  "the count": (elasticsearch) => countDocuments(elasticsearch, "search-a", signal),
  "object types": (elasticsearch) => reader(elasticsearch).objectTypes(signal),
  "access restrictions": (elasticsearch) => reader(elasticsearch).restricted(signal),
  "a point in time": (elasticsearch) =>
    reader(elasticsearch).documents("Account", signal)[Symbol.asyncIterator]().next(),
  "a sample": (elasticsearch) => reader(elasticsearch).sampleId("Account", signal),
  "the records of files": (elasticsearch) => reader(elasticsearch).relatedIds(["069a"], signal),
  "a connector": (elasticsearch) => connectors(elasticsearch).get("a", signal),
  "a list of connectors": (elasticsearch) => connectors(elasticsearch).list({ ids: ["a"], serviceTypes: [] }, signal),
  "a new connector": (elasticsearch) => connectors(elasticsearch).create("a", {}, signal),
  "the index of identities": (elasticsearch) => openIdentityIndex(elasticsearch, "search-a").prepare(signal),
  identities: (elasticsearch) => openIdentityIndex(elasticsearch, "search-a").all(signal).next(),
  "the access state": (elasticsearch) => accessState(elasticsearch).read(signal),
  "a new access state": (elasticsearch) => accessState(elasticsearch).write({ lists: [], carriedFields: {} }, signal),
  "a changed connector": (elasticsearch) => connectors(elasticsearch).change("a", { error: null }, { signal }),
};

const json = "application/json";
const answers: Record<string, Answer> = {
  "a page of HTML": { type: "text/html", body: "<html>Jane Private</html>", isElasticsearch: true },
  "a page of another server": { type: "text/html", body: "<html>Jane Private</html>", isElasticsearch: false },
  "broken JSON": { type: json, body: '{"hits":{"Jane Private', isElasticsearch: true },
  nothing: { type: json, body: "", isElasticsearch: true },
  null: { type: json, body: "null", isElasticsearch: true },
  "a list": { type: json, body: "[7]", isElasticsearch: true },
  "an empty object": { type: json, body: "{}", isElasticsearch: true },
  "other types": {
    type: json,
    body: '{"version":7,"count":"7","hits":7,"aggregations":7,"id":7,"_id":7,"_seq_no":"7","_source":7}',
    isElasticsearch: true,
  },
};

const cases = Object.entries(requests).flatMap(([what, ask]) =>
  Object.entries(answers).map(([name, answer]) => ({ what, ask, name, answer })),
);

describe("a response that Elasticsearch does not document", () => {
  it.each(cases)(
    "to a request for $what, $name, is one named error, is retried, and is not quoted",
    async ({ ask, answer }) => {
      const server = await serve(answer);

      const error: unknown = await ask(connect(server.url)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );

      expect(error).toMatchObject({
        code: "elasticsearch_response",
        message: expect.not.stringContaining("Jane") as string,
      });
      expect(server.requests()).toBe(3);
    },
  );

  it.each(Object.values(answers))("to a bulk request is one named error and is retried: $body", async (answer) => {
    const server = await serve(answer);
    const { index, close } = openContentIndex(server.url, "search-a");
    cleanups.push(close);
    await index.write({ kind: "delete", id: "1", body: Buffer.alloc(0), acknowledged: () => undefined });

    await expect(index.flush()).rejects.toMatchObject({ code: "elasticsearch_response" });
    expect(server.requests()).toBe(6);
  });

  it.each(Object.values(answers))(
    "to a write of an identity is one named error and is retried: $body",
    async (answer) => {
      const server = await serve(answer);
      const index = openIdentityIndex(connect(server.url), "search-a");
      await index.write("005a", { query: {} });

      await expect(index.flush(signal)).rejects.toMatchObject({ code: "elasticsearch_response" });
      expect(server.requests()).toBe(3);
    },
  );

  it("fails a check with a sentence", async () => {
    const server = await serve({ type: json, body: '{"version":{"number":"9.2.0"}}', isElasticsearch: true });

    const elasticsearch = connect(server.url);
    const pipeline = { name: undefined, extractBinaryContent: true, reduceWhitespace: true, runMlInference: false };
    const options = {
      elasticsearch,
      content: elasticsearch,
      index: "search-a",
      identityIndex: undefined,
      pipeline,
      signal,
    };

    const results = await checkElasticsearch(options);

    expect(results.map(({ outcome, found }) => [outcome, found.replace(/127\S+/, "HOST")])).toEqual([
      ["ok", "version 9.2.0"],
      ["failed", "The response of http://HOST while checking privileges is not what Elasticsearch documents."],
      [
        "failed",
        "The response of http://HOST while counting the documents of search-a is not what Elasticsearch documents.",
      ],
    ]);
  });
});
