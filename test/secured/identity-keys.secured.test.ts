import type { Client, estypes } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";
import { AccessWorld, type AccessDifferences } from "../support/access-world.ts";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { createDetails, permitDetails } from "../support/random-access.ts";
import {
  describeSecured,
  documentedKey,
  keyWithRole,
  makeKey,
  securedClient,
  securedHost,
  securedNode,
} from "../support/secured-elasticsearch.ts";

// A search application makes a key from each identity that the connector wrote; Elasticsearch's security module then enforces it.

const prefix = uniqueIndexPrefix();
const index = `${prefix}keys`;
const identities = `.search-acl-filter-${index}`;
const other = `${prefix}other`;

let admin: Client;
let simulator: RunningSimulator;
let world: AccessWorld;
let expected: AccessDifferences;

describeSecured("a key made from an identity", () => {
  beforeAll(async () => {
    admin = securedClient();
    simulator = await startSimulator({ size: "600", seed: "keys", objects: caseObjects });
    const { encoded } = await makeKey(admin, documentedKey(index));
    world = new AccessWorld({
      simulator,
      client: admin,
      elasticsearchUrl: securedNode().url,
      index,
      settings: { ...securedHost(), "elasticsearch.api_key": encoded },
    });
    const salesforce = await RestClient.signIn(simulator, "simulator-admin");
    await permitDetails(salesforce);
    await createDetails(simulator, new Random("details"));
    await world.sync("full");
    expected = await world.compare();
    await admin.index({ index: other, id: "open", document: { title: "without access fields" }, refresh: true });
  });

  afterAll(async () => {
    await simulator.stop();
    await deleteIndices(admin, prefix);
    await deleteIndices(admin, identities);
    await admin.close();
  });

  /** All documents that a key finds in both indices. */
  async function foundBy(query: estypes.QueryDslQueryContainer): Promise<string[]> {
    const indices = [{ names: [index, other], privileges: ["read" as const], query }];
    const { encoded } = await makeKey(admin, { ...keyWithRole("search", { indices }), expiration: "1h" });
    const client = securedClient({ apiKey: encoded });
    const found: string[] = [];
    const pages = client.helpers.scrollSearch({ index: [index, other], size: 5000, _source: false });
    for await (const { body } of pages) found.push(...body.hits.hits.map(({ _id }) => _id ?? ""));
    await client.close();
    return found.sort();
  }

  it("finds exactly what the identity's query finds and Salesforce shows, for each user of every kind", async () => {
    expect(expected).toMatchObject({ grants: [], denials: [] });
    const { hits } = await admin.search<{ query: estypes.QueryDslQueryContainer }>({ index: identities, size: 100 });
    const sizes = new Set<number>();
    for (const { _id: id = "", _source: identity } of hits.hits) {
      const found = await foundBy(identity?.query ?? {});

      expect(found, id).toEqual([...(expected.found.get(id) ?? [])].sort());
      sizes.add(found.length);
    }
    expect(hits.hits.length).toBeGreaterThan(12);
    expect(sizes.size).toBeGreaterThan(5);
  });

  it("cannot be made for a user who may not sign in", async () => {
    const [inactive] = simulator.org.database.rows(`SELECT "Id" FROM "User" WHERE "IsActive" = 0`);
    const exists = await admin.exists({ index: identities, id: String(inactive?.[0]) });

    expect(inactive).toBeDefined();
    expect(exists).toBe(false);
  });
});
