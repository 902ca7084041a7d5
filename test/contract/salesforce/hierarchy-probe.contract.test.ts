import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { SalesforceSharing } from "../../../src/salesforce/sharing/salesforce-sharing.ts";
import { FactTables } from "../../../src/sync/access/fact-tables.ts";
import { withHierarchies } from "../../../src/sync/access/probe-hierarchies.ts";
import { OrgEditor } from "../../support/org-editor.ts";
import { salesforceClient } from "../../support/salesforce.ts";

// "Grant Access Using Hierarchies" of custom objects, found out by questions about single users ("UserRecordAccess", Object Reference).

const object = "Project__c";
const signal = new AbortController().signal;

let simulator: RunningSimulator;
let salesforce: ReturnType<typeof salesforceClient>;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small", seed: "access" });
  salesforce = salesforceClient(simulator.url, { clientId: "simulator-admin", clientSecret: "simulator-admin" });
});

beforeEach(() => setSharing({ defaults: { [object]: { internal: "Private", external: "Private" } } }));

afterAll(async () => {
  await salesforce.http[Symbol.asyncDispose]();
  await simulator.stop();
});

async function setSharing(sharing: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(sharing);
  const { status } = await fetch(`${simulator.url}/__simulator/sharing`, { method: "POST", headers, body });
  expect(status).toBe(200);
}

async function probed(named: readonly string[] = []): Promise<{ flag: boolean | undefined; requests: number }> {
  using tables = new FactTables();
  const source = new SalesforceSharing({ client: salesforce.client, objectsWithHierarchies: named });
  const request = { objects: [object], fieldObjects: [], relatedObjects: [] };
  const { facts } = await source.readSharing(request, tables, signal);
  const before = salesforce.client.usage.calls;
  const { objects } = await withHierarchies(facts, { source, tables, options: { now: Date.now() }, signal });
  const flag = objects.find(({ name }) => name === object)?.grantsAccessUsingHierarchies;
  return { flag, requests: salesforce.client.usage.calls - before };
}

it("finds that an object grants access using hierarchies", async () => {
  await setSharing({ without_hierarchies: [] });
  const { flag, requests } = await probed();

  expect(flag).toBe(true);
  expect(requests).toBeLessThanOrEqual(4);
});

it("finds that an object does not grant access using hierarchies", async () => {
  await setSharing({ without_hierarchies: [object] });

  expect((await probed()).flag).toBe(false);
});

it("asks nothing about an object that the setting names", async () => {
  expect(await probed([object])).toEqual({ flag: true, requests: 0 });
});

it("does not know it of a public object, which all users see anyway", async () => {
  await setSharing({ without_hierarchies: [], defaults: { [object]: { internal: "Read", external: "Private" } } });

  expect(await probed()).toEqual({ flag: undefined, requests: 0 });
});

it("does not know it if Salesforce refuses the questions", async () => {
  await setSharing({ without_hierarchies: [] });
  const headers = { "content-type": "application/json" };
  const fault = { match: { path: "UserRecordAccess" }, status: 400, error_code: "INVALID_TYPE", message: "No." };
  await fetch(`${simulator.url}/__simulator/faults`, { method: "POST", headers, body: JSON.stringify([fault]) });

  const { flag, requests } = await probed();
  expect(flag).toBeUndefined();
  expect(requests).toBeGreaterThan(1);
  await fetch(`${simulator.url}/__simulator/faults`, { method: "DELETE" });
});

it("does not know it if the records belong to a single owner", async () => {
  await setSharing({ without_hierarchies: [] });
  const editor = await OrgEditor.open(simulator.url);
  const { records } = await editor.connection.query<{ Id: string; OwnerId: string }>(
    `SELECT Id, OwnerId FROM ${object}`,
  );
  for (const { Id } of records.filter(({ OwnerId }) => OwnerId !== records[0]?.OwnerId))
    await editor.update(object, Id, { OwnerId: records[0]?.OwnerId });

  expect(await probed()).toEqual({ flag: undefined, requests: 0 });
});
