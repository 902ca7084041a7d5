import type { Client } from "@elastic/elasticsearch";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld, type AccessDifferences } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { allDocuments } from "../../support/product.ts";
import { permitDetails } from "../../support/random-access.ts";

// What Salesforce does not let the integration user read hides documents or ends the sync before anything is written.

const prefix = uniqueIndexPrefix();
const index = `${prefix}unreadable`;
const identities = `.search-acl-filter-${index}`;

let client: Client;
let simulator: RunningSimulator;
let admin: RestClient;
let world: AccessWorld;
let before: AccessDifferences;

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "600", seed: "unreadable", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await permitDetails(admin);
  world = new AccessWorld({ simulator, client, elasticsearchUrl: inject("elasticsearchUrl"), index });
  await world.sync("full");
});

beforeEach(async () => {
  before = await world.compare();
});

/** Whatever happened, the next sync makes the state of an org without faults. */
afterEach(async () => {
  await admin.control("DELETE", "faults");
  await world.sync("access_control");
  expect(await world.compare()).toMatchObject({ grants: [], denials: [] });
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, identities);
  await client.close();
});

const fault = (faults: object): Promise<unknown> => admin.control("POST", "faults", [faults]);
const refused = { status: 400, error_code: "INVALID_TYPE", message: "sObject type is not supported." };
const hidden = { status: 404, error_code: "NOT_FOUND", message: "The requested resource does not exist." };
const noRows = { body: { totalSize: 0, done: true, records: [] } };
const noObjects = { body: { encoding: "UTF-8", maxBatchSize: 200, sobjects: [] } };

const state = async (): Promise<unknown[]> => [
  await allDocuments(client, index),
  await allDocuments(client, identities),
];

/** The pairs of a user and a document of this kind that are not found any more. */
const lost = (now: AccessDifferences, idPrefix: string): string[] =>
  [...before.found].flatMap(([user, ids]) =>
    [...ids].filter((id) => id.startsWith(idPrefix) && now.found.get(user)?.has(id) !== true),
  );

describe.each(["access_control", "full"] as const)("a sync of type %s", (type) => {
  it.each([
    [
      "no object can be read",
      { match: { path: "/sobjects/?$" }, ...noObjects },
      /None of the selected objects can be read/,
    ],
    [
      "users cannot be read",
      { match: { query: "FROM User$" }, ...refused },
      /requires the rows of User\..*not supported.*View All Users/,
    ],
    [
      "Salesforce returns no users",
      { match: { query: "FROM User$" }, ...noRows },
      /requires the rows of User\. Salesforce returned none/,
    ],
    [
      "sharing settings cannot be read",
      { match: { query: "FROM EntityDefinition" }, ...refused },
      /rows of EntityDefinition.*not supported/,
    ],
    [
      "Salesforce returns no sharing settings",
      { match: { query: "FROM EntityDefinition" }, ...noRows },
      /rows of EntityDefinition/,
    ],
  ])("writes nothing if %s", async (_, faults, error) => {
    const stored = await state();
    await fault(faults);

    const report = await world.attempt(type);

    expect(report.status).toBe("error");
    expect(report.error).toMatch(error);
    expect(await state()).toEqual(stored);
  });

  it.each([
    ["the records of an object", { match: { path: "sobjects/Campaign/describe" }, ...hidden }, "701"],
    ["the share rows of an object", { match: { query: "FROM OpportunityShare" }, ...refused }, "006"],
    ["the links of files", { match: { query: "FROM ContentDocumentLink$" }, ...refused }, "069"],
    ["the columns of restriction rules", { match: { path: "tooling/query" }, ...refused }, "a0"],
  ])("hides documents and leaves all others as they are if it cannot read %s", async (_, faults, idPrefix) => {
    await fault(faults);

    const report = await world.sync(type);
    const now = await world.compare();

    expect(now.grants).toEqual([]);
    expect(lost(now, idPrefix).length).toBeGreaterThan(0);
    expect(report.warnings.join("\n")).toMatch(/Campaign is skipped|could not be read for access control/);
    const others = now.denials.filter((pair) => !/find (?:701|006|069|a0)/u.test(pair));
    expect(others).toEqual([]);
    expect((await allDocuments(client, index)).size).toBeGreaterThan(300);
  });
});
