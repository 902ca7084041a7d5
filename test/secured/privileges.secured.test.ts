import { randomUUID } from "node:crypto";
import { errors, type Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentedRequests, isDocumented, type DocumentedRequest } from "../support/documented-requests.ts";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import {
  describeSecured,
  keyWithRole,
  makeKey,
  securedClient,
  type KeyRequest,
} from "../support/secured-elasticsearch.ts";

// For each row of docs/elasticsearch-apis.md: Elasticsearch allows the request with the named privilege, and refuses it without.

const prefix = uniqueIndexPrefix();
const documented = documentedRequests();
const pipeline = `${prefix}pipeline`;
let admin: Client;

beforeAll(async () => {
  admin = securedClient();
  await admin.ingest.putPipeline({ id: pipeline, processors: [] });
});

afterAll(async () => {
  await admin.ingest.deletePipeline({ id: pipeline });
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** A request on existing data. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object | string;
}

/** One request of each row, on an index that contains the document 1. */
const requestOf: Readonly<Record<string, (index: string) => Request | Promise<Request>>> = {
  info: () => ({ method: "GET", path: "/" }),
  "security.hasPrivileges": () => ({
    method: "POST",
    path: "/_security/user/_has_privileges",
    body: { cluster: ["monitor"] },
  }),
  get: (index) => ({ method: "GET", path: `/${index}/_doc/1` }),
  search: (index) => ({ method: "POST", path: `/${index}/_search` }),
  count: (index) => ({ method: "POST", path: `/${index}/_count`, body: { query: { match_all: {} } } }),
  openPointInTime: (index) => ({ method: "POST", path: `/${index}/_pit?keep_alive=1m` }),
  closePointInTime: async (index) => {
    const { id } = await admin.openPointInTime({ index, keep_alive: "1m" });
    return { method: "DELETE", path: "/_pit", body: { id } };
  },
  index: (index) => ({ method: "PUT", path: `/${index}/_doc/2`, body: {} }),
  update: (index) => ({ method: "POST", path: `/${index}/_update/1`, body: { doc: { Name: "Acme" } } }),
  "transport.request": (index) => ({
    method: "POST",
    path: `/${index}/_bulk`,
    body: '{"index":{"_id":"3"}}\n{}\n{"update":{"_id":"1"}}\n{"doc":{}}\n{"delete":{"_id":"1"}}\n',
  }),
  "indices.get": (index) => ({ method: "GET", path: `/${index}` }),
  "indices.exists": (index) => ({ method: "HEAD", path: `/${index}` }),
  "indices.getAlias": (index) => ({ method: "GET", path: `/_alias/${index}-alias` }),
  "indices.create": (index) => ({ method: "PUT", path: `/${index}-new` }),
  "indices.putMapping": (index) => ({
    method: "PUT",
    path: `/${index}/_mapping`,
    body: { properties: { Title: { type: "text" } } },
  }),
  "indices.putSettings": (index) => ({ method: "PUT", path: `/${index}/_settings`, body: { index: { hidden: true } } }),
  "indices.putAlias": (index) => ({ method: "PUT", path: `/${index}/_alias/${index}-other` }),
  "indices.refresh": (index) => ({ method: "GET", path: `/${index}/_refresh` }),
  "ingest.getPipeline": () => ({ method: "GET", path: `/_ingest/pipeline/${pipeline}` }),
  "ingest.putPipeline": () => ({ method: "PUT", path: `/_ingest/pipeline/${pipeline}`, body: { processors: [] } }),
};

/** A key with these privileges, on indices whose names start with `index`. */
function keyFor(
  index: string,
  { cluster, index: privileges }: Pick<DocumentedRequest, "cluster" | "index">,
): KeyRequest {
  return keyWithRole(index, {
    cluster: [...cluster],
    // Elasticsearch refuses a role entry without privileges.
    indices: [{ names: [`${index}*`], privileges: privileges.length > 0 ? [...privileges] : ["monitor"] }],
  });
}

/** "allowed", or the status and the reason of the refusal. */
async function answerTo(
  { call }: DocumentedRequest,
  privileges: Pick<DocumentedRequest, "cluster" | "index">,
): Promise<string> {
  const index = `${prefix}${randomUUID()}`;
  await admin.indices.create({ index, aliases: { [`${index}-alias`]: {} } });
  await admin.index({ index, id: "1", document: {}, refresh: true });
  const { encoded: apiKey } = await makeKey(admin, keyFor(index, privileges));
  const client = securedClient({ apiKey });
  try {
    const request = requestOf[call];
    if (request === undefined) throw new Error(`The test has no request for ${call}.`);
    const { method, path, body } = await request(index);
    expect(isDocumented({ method, path: path.replace(/\?.*/, "") })).toBe(true);
    const type = typeof body === "string" ? { bulkBody: body } : body && { body };
    const answer = await client.transport.request({ method, path, ...type });
    // The response to a bulk request contains a result of each item.
    const said = JSON.stringify(answer);
    return said.includes("security_exception") ? `403 ${said}` : "allowed";
  } catch (error) {
    if (!(error instanceof errors.ResponseError)) throw error;
    return `${error.statusCode} ${error.message}`;
  } finally {
    await client.close();
  }
}

const nothing = { cluster: [], index: [] };
const free = documented.filter(({ cluster, index }) => cluster.length + index.length === 0);
const privileged = documented.filter((row) => !free.includes(row));

describeSecured("the documented privilege of a request", () => {
  it("is documented for every request, and every request is tested", () => {
    expect(Object.keys(requestOf).sort()).toEqual(documented.map(({ call }) => call).sort());
    expect(free.map(({ call }) => call)).toEqual(["security.hasPrivileges", "closePointInTime"]);
  });

  it.each(privileged.map((row) => [row.call, row] as const))("is sufficient: %s", async (_call, row) => {
    expect(await answerTo(row, row)).toBe("allowed");
  });

  it.each(privileged.map((row) => [row.call, row] as const))(
    "is named by the refusal of a key without it: %s",
    async (_call, row) => {
      const said = await answerTo(row, nothing);

      const [privilege = ""] = [...row.cluster, ...row.index];
      const isHead = row.requests.every((request) => request.startsWith("HEAD"));
      expect(said).toMatch(/^403 /);
      // The answer to HEAD has no body that could name the privilege.
      if (!isHead)
        expect(said).toMatch(
          new RegExp(String.raw`granted by the (cluster|index) privileges \[[^\]]*\b${privilege}\b`),
        );
    },
  );

  it.each(free.map((row) => [row.call, row] as const))("is not required by %s", async (_call, row) => {
    expect(await answerTo(row, nothing)).toBe("allowed");
  });
});
