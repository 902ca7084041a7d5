import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { permitDetails } from "../../support/random-access.ts";

// An index and identities that Elastic's connector wrote with document-level security: access by object type, to users by their names.

const prefix = uniqueIndexPrefix();
const index = `${prefix}elastic`;
const identities = `.search-acl-filter-${index}`;
const stray = "00000000-left-by-elastic";

let client: Client;
let simulator: RunningSimulator;
let admin: RestClient;
let world: AccessWorld;

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "600", seed: "takeover", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await permitDetails(admin);
  world = new AccessWorld({ simulator, client, elasticsearchUrl: inject("elasticsearchUrl"), index });
  await fillAsElastic();
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, identities);
  await client.close();
});

/** Every account and opportunity for every user who reads the object, and an identity for each user; fields as Elastic's connector maps them. */
async function fillAsElastic(): Promise<void> {
  const users = await admin.records<{ Id: string; Name: string; Email: string }>("SELECT Id, Name, Email FROM User");
  const everybody = users.map(({ Name }) => `user:${Name}`);
  const keyword = { type: "keyword" as const };
  await client.indices.create({
    index,
    mappings: { properties: { _allow_access_control: { type: "text", fields: { enum: keyword, keyword } } } },
  });
  await client.indices.create({ index: identities, settings: { hidden: true } });
  const operations: object[] = [];
  for (const object of ["Account", "Opportunity"]) {
    for (const { Id, Name } of await admin.records<{ Id: string; Name: string }>(`SELECT Id, Name FROM ${object}`))
      operations.push(
        { index: { _index: index, _id: Id } },
        { attributes: { type: object, url: "" }, Id, Name, _allow_access_control: everybody },
      );
  }
  const source =
    '{"bool":{"should":[{"bool":{"must_not":{"exists":{"field":"_allow_access_control"}}}},{"terms":{"_allow_access_control.keyword":{{#toJson}}access_control{{/toJson}}}}]}}';
  for (const { Id, Name, Email } of [...users, { Id: stray, Name: users[0]?.Name ?? "", Email: "gone" }]) {
    const identity = { email: `email:${Email}`, username: `user:${Name}`, user_id: `user_id:${Id}` };
    const query = { template: { params: { access_control: Object.values(identity) }, source } };
    operations.push({ index: { _index: identities, _id: Id } }, { identity, query });
  }
  const { errors } = await client.bulk({ operations, refresh: true });
  expect(errors).toBe(false);
}

it("a takeover that breaks off shows nobody more than before, and the next sync shows what Salesforce shows", async () => {
  const before = await world.compare();
  expect(before.grants.length).toBeGreaterThan(100);

  // The contents of opportunities cannot be read; who may see them can.
  const fault = { match: { query: "StageName" }, status: 400, error_code: "INVALID_FIELD", message: "no" };
  await admin.control("POST", "faults", [fault]);
  const broken = await world.attempt("full");
  const between = await world.compare();
  await admin.control("DELETE", "faults");
  const full = await world.sync("full");
  const after = await world.compare();
  const access = await world.sync("access_control");

  expect(broken.status).toBe("error");
  expect(between.grants.filter((pair) => !before.grants.includes(pair))).toEqual([]);
  expect(full.error).toBeNull();
  expect(after).toMatchObject({ grants: [], denials: [] });
  expect(await client.exists({ index: identities, id: stray })).toBe(false);
  expect(access.objects["identities"]).toMatchObject({ written: 0, deleted: 0 });
});
