import { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { compareRandomOrg } from "../support/random-access.ts";

const orgs = 16;
let elasticsearch: RunningElasticsearch;
let client: Client;

beforeAll(async () => {
  elasticsearch = await startElasticsearch({ major: 9 });
  client = new Client({ node: elasticsearch.url });
});

afterAll(async () => {
  await client.close();
  await elasticsearch.stop();
});

it("more than a million pairs of users and documents of random orgs agree with Salesforce, after changes too", async () => {
  let pairs = 0;
  const kinds = new Set<string>();
  for (let number = 0; number < orgs; number += 1) {
    const found = await compareRandomOrg({
      seed: `long ${number}`,
      size: "2000",
      rounds: 2,
      changesOfRound: 80,
      client,
      elasticsearchUrl: elasticsearch.url,
      index: `random-${number}`,
    });

    expect(found.grants, `org ${number}`).toEqual([]);
    expect(found.denials, `org ${number}`).toEqual([]);
    pairs += found.pairs;
    for (const kind of found.kinds) kinds.add(kind);
  }
  expect(pairs).toBeGreaterThan(1_000_000);
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      "via",
      "set",
      "above",
      "under",
      "bosses",
      "group",
      "user",
      "public",
      "view_all",
      "internal",
    ]),
  );
}, 600_000);
