import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldHistories } from "../../../simulator/schema/objects/histories.ts";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// The records of a new org from the size `small` on were created, changed and deleted through the days before its start.

let simulator: RunningSimulator;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
  admin = await RestClient.signIn(simulator, "simulator-admin");
});

afterAll(() => simulator.stop());

const hour = 3_600_000;
const before = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString().replace(/\.\d+Z$/u, "Z");

async function count(statement: string, resource = "query"): Promise<number> {
  return ((await admin.query(`SELECT COUNT() FROM ${statement}`, resource)).body as { totalSize: number }).totalSize;
}

describe.each(["Account", "Contact", "Opportunity", "Case", "Project__c"])("records of %s", (object) => {
  const since = (field: string, age: number) => count(`${object} WHERE ${field} > ${before(age)}`);

  test("were changed in the last hour, the last 15 days and the last 60 days", async () => {
    const [lastHour, days15, days60] = [
      await since("SystemModstamp", hour),
      await since("SystemModstamp", 15 * 24 * hour),
      await since("SystemModstamp", 61 * 24 * hour),
    ];

    expect(lastHour).toBeGreaterThan(0);
    expect(days15).toBeGreaterThan(lastHour);
    expect(days60).toBeGreaterThan(days15);
    expect(days60).toBeLessThan(await count(object));
  });

  test("were created in the last 15 days and in the last 60 days", async () => {
    const [days15, days60] = [await since("CreatedDate", 15 * 24 * hour), await since("CreatedDate", 61 * 24 * hour)];

    expect(days15).toBeGreaterThan(0);
    expect(days60).toBeGreaterThan(days15);
    expect(days60).toBeLessThan(await count(object));
  });
});

test("accounts were deleted in the last 15 days", async () => {
  const range = `start=${encodeURIComponent(before(14.9 * 24 * hour))}&end=${encodeURIComponent(before(0))}`;
  const { body } = await admin.rest("GET", `sobjects/Account/deleted/?${range}`);

  expect((body as { deletedRecords: unknown[] }).deletedRecords.length).toBeGreaterThan(0);
});

test("no record that is not deleted belongs to a deleted account", async () => {
  for (const object of ["Contact", "Opportunity", "Case"]) {
    expect(await count(`${object} WHERE IsDeleted = false AND Account.IsDeleted = true`, "queryAll")).toBe(0);
  }
  expect(await count("Account WHERE IsDeleted = true", "queryAll")).toBeGreaterThan(0);
});

test.each(fieldHistories)("the changes in $history lie between the creation and the last change", (history) => {
  const { database } = simulator.org;
  const contradictions = database.number(
    `SELECT count(*) FROM "${history.history}" h JOIN "${history.object}" o ON o."Id" = h."${history.parentField}"
      WHERE h."CreatedDate" < o."CreatedDate" OR h."CreatedDate" > o."LastModifiedDate"
        OR (h."Field" = 'created' AND h."CreatedDate" <> o."CreatedDate")`,
  );

  expect(contradictions).toBe(0);
  if (["OpportunityFieldHistory", "CaseHistory", "Project__History"].includes(history.history)) {
    expect(database.number(`SELECT count(*) FROM "${history.history}"`)).toBeGreaterThan(10);
  }
});
