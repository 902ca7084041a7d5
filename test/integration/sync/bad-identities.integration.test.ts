import type { Client, estypes } from "@elastic/elasticsearch";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { allDocuments } from "../../support/product.ts";
import { permitDetails } from "../../support/random-access.ts";

// The index of identities contains what the connector has not written, or is not as the connector creates it.

const prefix = uniqueIndexPrefix();
const index = `${prefix}identities`;
const identities = `.search-acl-filter-${index}`;

let client: Client;
let simulator: RunningSimulator;
let world: AccessWorld;
let right: ReadonlyMap<string, Record<string, unknown>>;
let users: readonly string[];

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "600", seed: "identities", objects: caseObjects });
  await permitDetails(await RestClient.signIn(simulator, "simulator-admin"));
  world = new AccessWorld({ simulator, client, elasticsearchUrl: inject("elasticsearchUrl"), index });
  await world.sync("full");
  right = await allDocuments(client, identities);
  users = [...right.keys()].sort();
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, identities);
  await client.close();
});

const user = (number: number): string => users[number] ?? "";
const everything = { template: { source: '{"match_all":{}}', params: { access_control: [] } } };

describe.each(["access_control", "full"] as const)("a sync of type %s", (type) => {
  it("replaces broken identities and deletes foreign ones", async () => {
    const bad: Record<string, object> = {
      [user(0)]: {},
      [user(1)]: { identity: right.get(user(1))?.["identity"] },
      [user(2)]: { ...right.get(user(2)), query: everything },
      [user(3)]: { ...right.get(user(3)), query: { match_all: {} } },
      [user(4)]: { ...right.get(user(4)), query: [null, 7, "text"] },
      [user(5)]: { ...right.get(user(5)), identity: "user:somebody" },
      [user(6)]: { ...right.get(user(6)), identity: right.get(user(7))?.["identity"] },
      [user(8)]: { query: { template: { source: 7, params: { access_control: "one token" } } } },
      [user(9)]: { ...right.get(user(9)), more: { match_all: {} } },
      [user(10).slice(0, 15)]: { ...right.get(user(10)), query: everything },
      "user:Jane@acme.example": { ...right.get(user(11)), query: everything },
      "% / é 漢 😀": { query: everything },
      ["x".repeat(512)]: {},
    };
    const operations = Object.entries(bad).flatMap(([_id, document]) => [{ index: { _id } }, document]);
    const { errors } = await client.bulk({ index: identities, operations, refresh: true });
    expect(errors).toBe(false);

    const report = await world.sync(type);

    expect(await allDocuments(client, identities)).toEqual(right);
    expect(await world.compare()).toMatchObject({ grants: [], denials: [] });
    expect(report.objects["identities"]).toMatchObject({ deleted: 4, written: 9, source: right.size });
  });
});

describe("an index of identities with another mapping", () => {
  const create = async (mappings: estypes.MappingTypeMapping, _id = user(0)): Promise<void> => {
    await client.indices.delete({ index: identities, ignore_unavailable: true });
    await client.indices.create({ index: identities, mappings, settings: { number_of_shards: 3 } });
    const document = { identity: "a", query: "b" };
    await client.index({ index: identities, id: _id, document, refresh: true });
  };
  const hint = "Delete this index: the next sync creates it";

  beforeEach(async () => {
    await client.indices.delete({ index: identities, ignore_unavailable: true });
    await world.sync("access_control");
  });

  it("is used if it can keep identities", async () => {
    await create(
      {
        dynamic: true,
        properties: { identity: { type: "object", enabled: false }, query: { type: "object", enabled: false } },
      },
      "stray",
    );

    await world.sync("access_control");

    expect(await allDocuments(client, identities)).toEqual(right);
  });

  it("ends the sync before a document changes if it refuses identities", async () => {
    await create({ properties: { identity: { type: "keyword" }, query: { type: "keyword" } } });
    const documents = await allDocuments(client, index);

    const report = await world.attempt("access_control");

    expect(report.status).toBe("error");
    expect(report.error).toMatch(new RegExp(`refused the identity of user 005\\w+ in ${identities}.*${hint}`, "u"));
    expect(await allDocuments(client, index)).toEqual(documents);
  });

  it("ends the sync before a document changes if it does not keep them", async () => {
    await create({ _source: { enabled: false }, properties: {}, dynamic: false });

    const report = await world.attempt("access_control");

    expect(report.error).toMatch(new RegExp(`${identities} does not keep the source of documents\\. ${hint}`, "u"));
  });

  it("makes room for a right one if it is deleted", async () => {
    await create({ properties: { query: { type: "keyword" } } });
    await world.attempt("access_control");
    await client.indices.delete({ index: identities });

    await world.sync("access_control");

    expect(await allDocuments(client, identities)).toEqual(right);
    expect(await world.compare()).toMatchObject({ grants: [], denials: [] });
  });
});
