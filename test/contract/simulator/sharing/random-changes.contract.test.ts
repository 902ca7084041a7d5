import { afterAll, beforeAll, expect, test } from "vitest";
import { RecordAccess } from "../../../../simulator/access/record-access.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RandomChanges } from "../../../support/random-changes.ts";
import { shareDifferences } from "./share-differences.ts";

// After any sequence of changes, the share rows are those that a computation from scratch gives, and every user sees what the definition grants.

const changes = 120;
const objects = ["Account", "Contact", "Opportunity", "Case", "Lead", "Project__c", "Milestone__c"];

let simulator: RunningSimulator;
let random: RandomChanges;

beforeAll(async () => {
  simulator = await startSimulator({ size: "150", seed: "changes" });
  random = await RandomChanges.open(simulator, "random-changes");
});

afterAll(() => simulator.stop());

const alive = `"IsDeleted" = 0`;

/** The users and records for which queries and the definition disagree. */
function disagreements(): string[] {
  const { org } = simulator;
  const found: string[] = [];
  for (const [userId] of org.database.rows(`SELECT "Id" FROM "User"`)) {
    const user = org.userAccess(String(userId));
    const access = new RecordAccess({ schema: org.schema, database: org.database, settings: org.sharing, user });
    for (const name of objects.filter((object) => user.on(org.schema.get(object)).read)) {
      const condition = org.visibility.condition(user, org.schema.get(name), "o")?.sql ?? "1";
      const rows = org.database.rows(`SELECT o."Id", ${condition} FROM "${name}" o WHERE o.${alive}`);
      for (const [id, visible] of rows) {
        if ((access.of(String(id))?.HasReadAccess === true) !== (Number(visible) === 1))
          found.push(`${user.id} ${String(id)}`);
      }
    }
  }
  return found;
}

test(`${changes} random changes leave no share row behind and no user with other records than the definition grants`, async () => {
  let done = 0;
  for (let index = 0; index < changes; index += 1) {
    const change = await random.one();
    if (change !== undefined) done += 1;
    if (index % 10 === 9) await random.undelete();
    expect(shareDifferences(simulator.org), `after ${change ?? "a refused change"}`).toEqual([]);
    if (index % 20 === 19) expect(disagreements(), `after ${change ?? "a refused change"}`).toEqual([]);
  }

  expect(done).toBeGreaterThan(changes / 2);
});
