import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { Random } from "../../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { createDetails, lowLimits, permitDetails } from "../../support/random-access.ts";
import { RandomChanges } from "../../support/random-changes.ts";

const prefix = uniqueIndexPrefix();
const interruptions = 12;

let client: Client;
let simulator: RunningSimulator;

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "400", seed: "interrupted", objects: caseObjects });
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

it("a sync that is interrupted at any moment shows nobody more than before and after the changes", async () => {
  const random = new Random("interruptions");
  const admin = await RestClient.signIn(simulator, "simulator-admin");
  await permitDetails(admin);
  await createDetails(simulator, random);
  const changes = await RandomChanges.open(simulator, "interruptions");
  const options = { simulator, client, elasticsearchUrl: inject("elasticsearchUrl"), index: `${prefix}interrupted` };
  const world = new AccessWorld({ ...options, access: lowLimits });
  await world.sync("full");
  const started = Date.now();
  await world.sync("access_control");
  const lastsMs = Date.now() - started;
  let before = await world.compare();
  const statuses = new Set<string>();

  for (let round = 0; round < interruptions; round += 1) {
    for (let count = 0; count < 30; count += 1) await changes.one();
    const signal = AbortSignal.timeout(Math.ceil(random.next() * lastsMs * 1.2));
    const { status } = await world.attempt(random.chance(0.5) ? "full" : "access_control", { signal });
    statuses.add(status);
    const now = await world.compare();
    const unknown = now.grants.filter((pair) => {
      const [user = "", id = ""] = pair.split(" finds ");
      return before.found.get(user)?.has(id) !== true;
    });

    expect(unknown, `after interruption ${round}`).toEqual([]);
    before = now;
  }
  await world.sync("full");

  expect([...statuses].some((status) => status !== "completed")).toBe(true);
  expect(await world.compare()).toMatchObject({ grants: [], denials: [] });
});
