import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { compareRandomOrg } from "../../support/random-access.ts";

const prefix = uniqueIndexPrefix();
let client: Client;

beforeAll(() => {
  client = elasticsearchClient();
});

afterAll(async () => {
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

it.each(["1", "2"])("every user of random org %s finds what Salesforce shows, after changes too", async (seed) => {
  const found = await compareRandomOrg({
    seed,
    size: "600",
    rounds: 1,
    changesOfRound: 60,
    client,
    elasticsearchUrl: inject("elasticsearchUrl"),
    index: `${prefix}random-${seed}`,
  });

  expect(found.grants).toEqual([]);
  expect(found.denials).toEqual([]);
  expect(found.pairs).toBeGreaterThan(20_000);
  expect([...found.kinds]).toEqual(
    expect.arrayContaining(["via", "set", "above", "under", "group", "user", "view_all"]),
  );
});
