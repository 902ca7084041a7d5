import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { describeSecured, keyWithRole, makeKey, securedClient } from "../support/secured-elasticsearch.ts";

// As Elastic documents it, the query of a user's identity becomes the query of a role, in an API key for searches. These tests write the index
// and the identities themselves.

const prefix = uniqueIndexPrefix();
const content = `${prefix}content`;
const identities = `.search-acl-filter-${content}`;

/** The query of an identity: a template into which Elasticsearch inserts the tokens. */
const source =
  '{"bool":{"should":[{"bool":{"must_not":{"exists":{"field":"_allow_access_control"}}}},' +
  '{"terms":{"_allow_access_control.keyword":{{#toJson}}access_control{{/toJson}}}}]}}';

interface Identity {
  readonly query: { readonly template: { readonly params: object; readonly source: string } };
}

const documents = {
  public: {},
  ada: { _allow_access_control: ["user_id:ada"] },
  grace: { _allow_access_control: ["user_id:grace"] },
  both: { _allow_access_control: ["user_id:ada", "user_id:grace"] },
  // Without escaping, the quotation marks of this token would end the JSON string of the query.
  quoted: { _allow_access_control: ['user:Ada "Countess" Lovelace'] },
  hidden: { _allow_access_control: ["none"] },
};

const tokens: Readonly<Record<string, readonly string[]>> = {
  ada: ["user_id:ada", 'user:Ada "Countess" Lovelace', "email:ada@acme.example"],
  grace: ["user_id:grace"],
  stranger: ["user_id:stranger"],
  // A user without tokens finds public documents only.
  tokenless: [],
};

let admin: Client;

beforeAll(async () => {
  admin = securedClient();
  await admin.indices.create({
    index: content,
    mappings: { properties: { _allow_access_control: { type: "text", fields: { keyword: { type: "keyword" } } } } },
  });
  const operations = Object.entries(documents).flatMap(([id, document]) => [
    { index: { _index: content, _id: id } },
    document,
  ]);
  await admin.bulk({ operations, refresh: true });
  for (const [id, access_control] of Object.entries(tokens)) {
    const query = { template: { params: { access_control }, source } };
    await admin.index({ index: identities, id, document: { identity: { user_id: id }, query } });
  }
});

afterAll(async () => {
  await admin.indices.delete({ index: identities });
  await deleteIndices(admin, prefix);
  await admin.close();
});

/** A search application does this for a user: it reads the identity and creates a key with its query. */
async function clientOf(user: string): Promise<Client> {
  const { _source: identity } = await admin.get<Identity>({ index: identities, id: user });
  if (identity === undefined) throw new Error(`There is no identity of ${user}.`);
  const indices = [{ names: [content], privileges: ["read" as const], query: identity.query }];
  const { encoded: apiKey } = await makeKey(admin, { ...keyWithRole(user, { indices }), expiration: "1h" });
  return securedClient({ apiKey });
}

async function found(client: Client): Promise<string[]> {
  const { hits } = await client.search({ index: content, size: 100 });
  return hits.hits.map(({ _id }) => _id ?? "").sort();
}

describeSecured("a key with the role of an identity", () => {
  it.each([
    ["ada", ["ada", "both", "public", "quoted"]],
    ["grace", ["both", "grace", "public"]],
    ["stranger", ["public"]],
    ["tokenless", ["public"]],
  ])("of %s finds what the identity allows and nothing else", async (user, visible) => {
    const client = await clientOf(user);

    const hidden = Object.keys(documents).filter((id) => !visible.includes(id));
    const gets = await Promise.all(
      hidden.map((id) => client.get({ index: content, id }, { ignore: [404], meta: true })),
    );
    const { count } = await client.count({ index: content });
    const ids = await found(client);
    await client.close();

    expect(ids).toEqual(visible);
    expect(count).toBe(visible.length);
    expect(gets.map(({ statusCode }) => statusCode)).toEqual(hidden.map(() => 404));
  });

  it("cannot read the identities or another index, and cannot write", async () => {
    const client = await clientOf("ada");

    const attempts = [
      client.search({ index: identities }),
      client.search({ index: ".elastic-connectors" }),
      client.index({ index: content, document: {} }),
    ];
    const outcomes = await Promise.allSettled(attempts);
    await client.close();

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { statusCode: 403 } });
    }
  });

  it("finds all documents if its role has no query, so the tests above fail if Elasticsearch ignores the query", async () => {
    const indices = [{ names: [content], privileges: ["read" as const] }];
    const { encoded: apiKey } = await makeKey(admin, keyWithRole("unrestricted", { indices }));
    const client = securedClient({ apiKey });

    const ids = await found(client);
    await client.close();

    expect(ids).toEqual(Object.keys(documents).sort());
  });
});
