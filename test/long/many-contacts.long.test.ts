import { Client } from "@elastic/elasticsearch";
import { expect, it } from "vitest";
import { startElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";
import { AccessWorld } from "../support/access-world.ts";

const contacts = 20_000;

it("a child's new owner costs fewer than ten documents on an account with 20,000 contacts", async () => {
  const [simulator, elasticsearch] = await Promise.all([
    startSimulator({ size: "600", seed: "contacts", objects: caseObjects }),
    startElasticsearch({ major: 9 }),
  ]);
  const client = new Client({ node: elasticsearch.url });
  try {
    const admin = await RestClient.signIn(simulator, "simulator-admin");
    const defaults = { Account: "Private", Opportunity: "Private", Contact: "ControlledByParent" };
    expect((await admin.control("POST", "sharing", { defaults })).status).toBe(200);
    const [opportunity, account] = (
      simulator.org.database.rows(
        `SELECT "Id", "AccountId" FROM "Opportunity" WHERE "IsPrivate" = 0 AND "IsDeleted" = 0 AND "AccountId" IS NOT NULL`,
      )[0] ?? []
    ).map(String);
    for (let start = 0; start < contacts; start += 200) {
      const records = Array.from({ length: 200 }, (_, index) => ({
        attributes: { type: "Contact" },
        LastName: `Contact ${start + index}`,
        AccountId: account,
      }));
      const { status } = await admin.rest("POST", "composite/sobjects", { records });
      expect(status).toBe(200);
    }
    const world = new AccessWorld({ simulator, client, elasticsearchUrl: elasticsearch.url, index: "contacts" });
    await world.sync("full");
    const before = await world.compare();
    const [newOwner] = [...before.found].find(
      ([user, found]) =>
        found.size > 0 &&
        !found.has(account ?? "") &&
        simulator.org.database.rows(`SELECT 1 FROM "User" WHERE "Id" = '${user}' AND "UserType" = 'Standard'`).length >
          0,
    ) ?? [""];
    const { status } = await admin.rest("PATCH", `sobjects/Opportunity/${opportunity ?? ""}`, { OwnerId: newOwner });
    expect(status).toBe(204);

    const { objects } = await world.sync("access_control");
    const after = await world.compare();

    expect(before).toMatchObject({ grants: [], denials: [] });
    expect(after).toMatchObject({ grants: [], denials: [] });
    const gained = [...(after.found.get(newOwner) ?? [])].filter((id) => before.found.get(newOwner)?.has(id) !== true);
    expect(gained.filter((id) => id.startsWith("003")).length).toBeGreaterThanOrEqual(contacts);
    const { identities: _, ...documents } = objects;
    expect(Object.values(documents).reduce((sum, { written }) => sum + written, 0)).toBeLessThan(10);
  } finally {
    await client.close();
    await simulator.stop();
    await elasticsearch.stop();
  }
}, 300_000);
