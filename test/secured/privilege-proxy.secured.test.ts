import { errors, type Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { bulkItems } from "../support/privilege-proxy-bodies.ts";
import { demandsOf } from "../support/privilege-proxy-demands.ts";
import { allows, refusal, type ApiKey } from "../support/privilege-proxy-grants.ts";
import { describeSecured, keyWithRole, makeKey, securedClient } from "../support/secured-elasticsearch.ts";

// Tests without security use a proxy that refuses requests as Elasticsearch would. These tests send each request to both and compare.

const prefix = uniqueIndexPrefix();
const own = `${prefix}own`;
const other = `${prefix}other`;
let admin: Client;
let client: Client;
let key: ApiKey;

beforeAll(async () => {
  admin = securedClient();
  for (const index of [own, other]) await admin.index({ index, id: "1", document: {}, refresh: true });
  const made = await makeKey(
    admin,
    keyWithRole(own, { cluster: [], indices: [{ names: [own], privileges: ["all"] }] }),
  );
  client = securedClient({ apiKey: made.encoded });
  key = { id: made.id, secret: "", user: "elastic", cluster: [], indices: [own] };
});

afterAll(async () => {
  await client.close();
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** Elasticsearch's reason for a refusal, or "allowed". */
async function realAnswer(method: string, path: string, body: string): Promise<string> {
  try {
    await client.transport.request({ method, path, ...(body !== "" && { body: JSON.parse(body) as object }) });
    return "allowed";
  } catch (error) {
    if (!(error instanceof errors.ResponseError)) throw error;
    const { error: said } = error.body as { error: { reason: string } };
    return said.reason;
  }
}

function proxyAnswer(method: string, path: string, body: string): string {
  const request = { method, path, headers: {}, body: Buffer.from(body) };
  const denied = demandsOf(request, new Map()).find((demand) => !allows(key, demand));
  return denied === undefined ? "allowed" : refusal(key, denied);
}

describeSecured("the privilege proxy", () => {
  it.each([
    ["GET", "/"],
    ["GET", "/_ingest/pipeline/abc"],
    ["PUT", "/_ingest/pipeline/abc", '{"processors":[]}'],
    ["GET", "/{other}"],
    ["PUT", "/{other}-new"],
    ["PUT", "/{other}/_mapping", "{}"],
    ["PUT", "/{other}/_settings", '{"index":{"hidden":true}}'],
    ["PUT", "/{other}/_alias/{other}-alias"],
    ["GET", "/{other}/_refresh"],
    ["GET", "/{other}/_doc/1"],
    ["POST", "/{other}/_search"],
    ["POST", "/{other}/_count"],
    ["GET", "/{other}/_count"],
    ["POST", "/{other}/_pit?keep_alive=1m"],
    ["PUT", "/{other}/_doc/2", "{}"],
    ["POST", "/{other}/_update/1", '{"doc":{}}'],
    ["GET", "/{own}"],
    ["POST", "/{own}/_search"],
    ["PUT", "/{own}/_doc/2", "{}"],
  ])("answers %s %s as Elasticsearch does", async (method, template, body = "") => {
    const path = template.replaceAll("{own}", own).replaceAll("{other}", other);

    expect(proxyAnswer(method, path, body)).toBe(await realAnswer(method, path, body));
  });

  it("answers each operation of a bulk request as Elasticsearch does", async () => {
    const target = { _index: other, _id: "1" };
    const lines = [{ index: target }, {}, { create: target }, {}, { update: target }, { doc: {} }, { delete: target }];
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");

    const { items } = await client.bulk({ operations: lines });

    const real = items.flatMap((item) => Object.values(item).map(({ error }) => error?.reason));
    expect(bulkItems(Buffer.from(body), undefined).map(({ demand }) => refusal(key, demand))).toEqual(real);
  });

  it("refuses to read an alias of another index, as Elasticsearch does", async () => {
    const name = `${other}-alias`;
    await admin.indices.putAlias({ index: other, name });

    const { statusCode } = await client.indices.getAlias({ name }, { meta: true, ignore: [403] });

    expect(statusCode).toBe(403);
    expect(proxyAnswer("GET", `/_alias/${name}`, "")).toMatch(
      /^action \[indices:admin\/aliases\/get\] is unauthorized/,
    );
  });
});
