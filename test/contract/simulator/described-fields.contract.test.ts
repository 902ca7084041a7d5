import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// Replicating clients, such as Singer taps and Airbyte, select all fields that describe names.

let simulator: RunningSimulator;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  admin = await RestClient.signIn(simulator, "simulator-admin");
});

afterAll(() => simulator.stop());

/** The objects whose queries require a filter. */
const filters: Readonly<Record<string, string>> = {
  FieldDefinition: " WHERE EntityDefinition.QualifiedApiName = 'Account'",
};

async function fieldsOf(object: string): Promise<string[]> {
  const { body } = await admin.rest("GET", `sobjects/${object}/describe`);
  return (body as { fields: { name: string }[] }).fields.map(({ name }) => name);
}

test("every object returns exactly the fields that its describe result names", async () => {
  const { sobjects } = (await admin.rest("GET", "sobjects")).body as {
    sobjects: { name: string; queryable: boolean }[];
  };
  const queryable = sobjects.filter((object) => object.queryable && object.name !== "UserRecordAccess");
  const empty: string[] = [];
  for (const { name } of queryable) {
    const fields = await fieldsOf(name);
    const [record] = await admin.records(`SELECT ${fields.join(",")} FROM ${name}${filters[name] ?? ""} LIMIT 1`);
    if (record === undefined) empty.push(name);
    else expect([name, ...Object.keys(record).sort()]).toEqual([name, ...["attributes", ...fields].sort()]);
  }

  expect(queryable.length).toBeGreaterThan(70);
  expect(empty.length).toBeLessThan(10);
});

test("a profile and a permission set have the same permissions, and a profile has its license", async () => {
  const [profile, set] = [await fieldsOf("Profile"), await fieldsOf("PermissionSet")];
  const permissions = (names: readonly string[]) => names.filter((name) => name.startsWith("Permissions")).sort();
  const rows = await admin.records<{ UserLicense: { Name: string } | null }>("SELECT UserLicense.Name FROM Profile");

  expect(permissions(profile)).toEqual(permissions(set));
  expect(permissions(profile)).toContain("PermissionsViewAllData");
  expect(rows.every(({ UserLicense }) => UserLicense !== null)).toBe(true);
});
