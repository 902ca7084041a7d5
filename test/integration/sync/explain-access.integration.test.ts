import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { explainAccess, type AccessExplanation } from "../../../src/app/explain-access.ts";
import { parseConfig } from "../../../src/config/load-config.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld, type AccessDifferences } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { permitDetails } from "../../support/random-access.ts";

const prefix = uniqueIndexPrefix();
const index = `${prefix}explained`;

let client: Client;
let simulator: RunningSimulator;
let admin: RestClient;
let found: AccessDifferences["found"];

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "300", seed: "explain", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await permitDetails(admin);
  const world = new AccessWorld({ simulator, client, elasticsearchUrl: inject("elasticsearchUrl"), index });
  await world.sync("full");
  ({ found } = await world.compare());
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

async function explain(user: string, record: string): Promise<AccessExplanation> {
  const file = {
    "elasticsearch.host": inject("elasticsearchUrl"),
    connectors: [
      {
        connector_id: "explained",
        index_name: index,
        salesforce: { base_url: simulator.url, objects_with_hierarchies: ["Project__c", "Installation__c"] },
        configuration: {
          domain: "acme",
          client_id: "simulator-admin",
          client_secret: "simulator-admin",
          use_document_level_security: true,
        },
      },
    ],
  };
  const { config } = parseConfig(JSON.stringify(file), { file: "test", environment: {} });
  const [entry] = config.connectors;
  const signal = new AbortController().signal;
  return explainAccess({ id: "explained", entry }, { user, record }, { config, log: silentLogger, signal });
}

function row(sql: string): string[] {
  return (simulator.org.database.rows(sql)[0] ?? []).map(String);
}

it("an owner sees the record, found by e-mail, user name or id", async () => {
  const [account = "", owner = "", username = ""] = row(
    `SELECT a."Id", u."Id", u."Username" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" WHERE u."IsActive" = 1 AND u."UserType" = 'Standard' AND a."IsDeleted" = 0`,
  );

  const byName = await explain(username, account);
  const byId = await explain(owner, account.slice(0, 15));

  expect(byName).toMatchObject({ user: { id: owner }, record: account, sees: true, index: [] });
  expect(byName.because.join("\n")).toContain(`(${owner.slice(0, 15)}): owner, or a share`);
  expect(byId).toEqual(byName);
});

it("agrees with what users find, and names those who see a record that a user does not see", async () => {
  const users = [...found].filter(([, { size }]) => size > 0).map(([user]) => user);
  const accounts = simulator.org.database.rows(`SELECT "Id" FROM "Account" WHERE "IsDeleted" = 0 LIMIT 4`);
  const answers: AccessExplanation[] = [];
  for (const user of users.slice(0, 5)) for (const [id] of accounts) answers.push(await explain(user, String(id)));

  for (const { user, record, sees, index: differences } of answers) {
    expect(sees, `${user.id} ${record}`).toBe(found.get(user.id)?.has(record));
    expect(differences).toEqual([]);
  }
  const denied = answers.find(({ sees, because }) => !sees && because.length > 1);
  expect(denied?.because[0]).toContain("is none of those who see the record");
  expect(denied?.because.join("\n")).toContain("Holders of View All or Modify All on Account");
});

it("says that a user is inactive, that a record is unknown, and that the index is behind", async () => {
  const [inactive = ""] = row(`SELECT "Id" FROM "User" WHERE "IsActive" = 0`);
  const accounts = simulator.org.database
    .rows(`SELECT "Id" FROM "Account" WHERE "IsDeleted" = 0`)
    .map(([id]) => String(id));
  const [stranger = "", account = ""] =
    [...found]
      .filter(([, ids]) => [...ids].some((id) => id.startsWith("001")))
      .map(([user, ids]) => [user, accounts.find((id) => !ids.has(id))] as const)
      .find(([, id]) => id !== undefined) ?? [];

  expect((await explain(inactive, account)).because.join()).toContain("is not active");
  expect((await explain(stranger, "001000000000000AAA")).because.join()).toContain("does not exist");
  const levels = {
    AccountAccessLevel: "Read",
    OpportunityAccessLevel: "None",
    CaseAccessLevel: "None",
    ContactAccessLevel: "None",
  };
  const share = { AccountId: account, UserOrGroupId: stranger, ...levels };
  const { status, body } = await admin.rest("POST", "sobjects/AccountShare", share);
  expect(status, JSON.stringify(body)).toBe(201);
  const ahead = await explain(stranger, account);
  expect(ahead).toMatchObject({ sees: true });
  expect(ahead.index.join()).toContain("does not find the document: an access control sync will update it");
  await expect(explain("nobody@example.org", account)).rejects.toThrow("Salesforce has no user nobody@example.org");
});
