import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { checkSharing } from "../../../src/salesforce/sharing/check-sharing.ts";
import type { CheckResult } from "../../../src/core/check-result.ts";
import { RestClient } from "../simulator/rest-client.ts";
import { salesforceClient } from "../../support/salesforce.ts";

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.stop());

const admin = (): Promise<RestClient> => RestClient.signIn(simulator, "simulator-admin");

async function checkAs(user: string): Promise<CheckResult[]> {
  const { token } = user === "administrator" ? await admin() : await RestClient.signInAs(simulator, user);
  const { client, http } = salesforceClient(simulator.url, { token });
  try {
    return await checkSharing(client, new AbortController().signal);
  } finally {
    await http[Symbol.asyncDispose]();
  }
}

it("an administrator can read all tables that decide who may see what", async () => {
  expect(await checkAs("administrator")).toEqual([
    { name: "Salesforce sharing", outcome: "ok", found: "can read who may see which record and file" },
  ]);
});

it("names each table that the integration user cannot read, the permission, and what stays hidden", async () => {
  const people = await (
    await admin()
  ).records<{ Username: string }>(
    "SELECT Username FROM User WHERE IsActive = true AND UserType = 'Standard' AND Profile.Name LIKE '%Sales%' LIMIT 1",
  );
  const results = await checkAs(people[0]?.Username ?? "");

  const assignments = results.find(({ found }) => found.startsWith("cannot read PermissionSetAssignment"));
  expect(assignments).toMatchObject({ outcome: "warning", expected: "View Setup and Configuration" });
  expect(assignments?.hint).toContain("Hidden without it: everything");
  const permissions = ["Manage Users", "Query All Files", "View Restriction and Scoping Rules"];
  expect(results.map(({ expected }) => expected)).toEqual(expect.arrayContaining(permissions));
  expect(results.every(({ outcome }) => outcome === "warning")).toBe(true);
});
