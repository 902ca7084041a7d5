import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import type { FileFacts, RecordFacts, ShareFacts } from "../../../src/access/record-facts.ts";
import { OrgDescription } from "../../../src/salesforce/describe/org-description.ts";
import type { SalesforceHttp } from "../../../src/salesforce/client/http.ts";
import type { SalesforceClient } from "../../../src/salesforce/client/salesforce-client.ts";
import { readSharingFacts, type ReadSharingFacts } from "../../../src/salesforce/sharing/read-sharing-facts.ts";
import { fileLinkTable, fileTable, shareTable } from "../../../src/salesforce/sharing/record-tables.ts";
import { TableReader } from "../../../src/salesforce/sharing/table-reader.ts";
import { indexOrg, seenPairs } from "../../access/index-org.ts";
import { sharingCases } from "../../sharing-cases/all-sharing-cases.ts";
import { mastersOf, type ObjectName, type SharingCase } from "../../sharing-cases/sharing-case.ts";
import { salesforceClient } from "../../support/salesforce.ts";
import { RestClient } from "../simulator/rest-client.ts";
import { caseObjects } from "../simulator/sharing/case-objects.ts";
import { loadCase } from "../simulator/sharing/load-case.ts";
import { emptyProfiles } from "../simulator/sharing/load-people.ts";
import { CaseOrg, caseObjectNames } from "../simulator/sharing/loaded-case.ts";

// The golden cases, loaded into the simulated org and read back: users find what the cases say. Cases with hundreds of records are left to
// the computation's own test.

const never = new AbortController().signal;
const cases = sharingCases.filter(
  ({ computationOnly, facts }) => computationOnly === undefined && Object.keys(facts.records).length < 100,
);

let simulator: RunningSimulator;
let admin: RestClient;
let http: SalesforceHttp;
let client: SalesforceClient;
let org: OrgDescription;
const shared = new Map<string, string>();

beforeAll(async () => {
  simulator = await startSimulator({ size: "100", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await emptyProfiles(new CaseOrg({ simulator, admin, serial: "profiles", shared }));
  ({ client, http } = salesforceClient(simulator.url, {
    clientId: "simulator-admin",
    clientSecret: "simulator-admin",
  }));
});

afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await simulator.stop();
});

const short = (id: unknown): string | null => (typeof id === "string" ? id.slice(0, 15) : null);

async function loaded(sharingCase: SharingCase): Promise<CaseOrg> {
  admin.version = sharingCase.facts.apiVersion === 66 ? "66.0" : "67.0";
  const caseOrg = new CaseOrg({ simulator, admin, serial: String(sharingCases.indexOf(sharingCase)), shared });
  await loadCase(caseOrg, sharingCase);
  org = await OrgDescription.create(client, never);
  return caseOrg;
}

async function readFacts({ facts }: SharingCase): Promise<ReadSharingFacts> {
  const { withoutHierarchies = [], unreadable = [] } = facts;
  const known = unreadable.includes("Grant Access Using Hierarchies") ? [] : caseObjectNames;
  const read = await readSharingFacts({
    client,
    org,
    objects: caseObjectNames,
    fieldObjects: [],
    relatedObjects: [],
    hierarchies: new Map(known.map((name) => [name, !withoutHierarchies.includes(name)])),
    signal: never,
  });
  const hidden = {
    ...(unreadable.includes("RestrictionRule") && { restrictionRules: undefined }),
    ...(unreadable.includes("UserLogin") && { userLogins: undefined }),
    ...(unreadable.includes("Territory2Model") && { territoryModels: undefined }),
  };
  return { ...read, facts: { ...read.facts, ...hidden } };
}

async function readRecords(caseOrg: CaseOrg, { facts }: SharingCase): Promise<RecordFacts[]> {
  const byObject = Map.groupBy(Object.entries(facts.records), ([, { object }]) => object);
  const found: RecordFacts[] = [];
  for (const [object, named] of byObject) {
    const ids = named.map(([name]) => caseOrg.id(name));
    const shares = await sharesOf(object);
    const rows = await admin.records(
      `SELECT ${fieldsOf(object).join(",")} FROM ${object} WHERE Id IN ('${ids.join("','")}')`,
    );
    for (const row of rows) {
      const id = short(row["Id"]) ?? "";
      found.push({
        id,
        object,
        ownerId: short(row["OwnerId"]),
        accountId: short(row["AccountId"]),
        isPrivate: row["IsPrivate"] === true,
        masterIds: masterFields(object).map((field) => short(row[field])),
        shares: shares === "no share table" ? shares : (shares.get(id) ?? []),
      });
    }
  }
  return found;
}

const masterFields = (object: ObjectName): string[] =>
  (mastersOf[object] ?? []).map((master) => `${master.replace(/__c$/u, "")}__c`);

function fieldsOf(object: ObjectName): string[] {
  const masters = masterFields(object);
  const account = ["Contact", "Opportunity", "Case"].includes(object) ? ["AccountId"] : [];
  return [
    "Id",
    ...(masters.length > 0 ? masters : ["OwnerId"]),
    ...account,
    ...(object === "Opportunity" ? ["IsPrivate"] : []),
  ];
}

async function sharesOf(object: string): Promise<Map<string, ShareFacts[]> | "no share table"> {
  const table = shareTable(object);
  if (!org.find(table.object)) return "no share table";
  const found = new Map<string, ShareFacts[]>();
  const tables = new TableReader({ client, org, signal: never });
  await tables.readPages(table, {}, (rows) => {
    for (const { recordId, share } of rows) found.set(recordId, [...(found.get(recordId) ?? []), share]);
  });
  expect(tables.unread).toEqual([]);
  return found;
}

async function readFiles(caseOrg: CaseOrg, { facts }: SharingCase): Promise<FileFacts[]> {
  const ids = Object.keys(facts.files ?? {}).map((name) => short(caseOrg.id(name)));
  const tables = new TableReader({ client, org, signal: never });
  const files = (await tables.read(fileTable)) ?? [];
  const links = (await tables.read(fileLinkTable)) ?? [];
  expect(tables.unread).toEqual([]);
  return files
    .filter((file) => ids.includes(file.id))
    .map((file) => ({ ...file, links: links.filter(({ fileId }) => fileId === file.id).map(({ link }) => link) }));
}

describe.each(cases.map((sharingCase) => [sharingCase.title, sharingCase] as const))("%s", (_, sharingCase) => {
  test("as read from the org", async () => {
    const caseOrg = await loaded(sharingCase);
    const { facts, unread } = await readFacts(sharingCase);
    const records = await readRecords(caseOrg, sharingCase);
    const files = await readFiles(caseOrg, sharingCase);
    const seen = seenPairs(indexOrg({ facts, records, files }, { now: simulator.org.clock.now() }));
    const { users, records: named, files: namedFiles = {} } = sharingCase.facts;
    const pairs = Object.keys(users).flatMap((user) =>
      [...Object.keys(named), ...Object.keys(namedFiles)]
        .filter((record) => seen.has(`${short(caseOrg.id(user)) ?? ""} ${short(caseOrg.id(record)) ?? ""}`))
        .map((record) => `${user} sees ${record}`),
    );
    const expected = Object.entries(sharingCase.answers).flatMap(([record, { read = [] }]) =>
      read.map((user) => `${user} sees ${record}`),
    );

    expect(unread).toEqual([]);
    expect(pairs.sort()).toEqual(expected.sort());
  });
});

describe("tables that the integration user may not read", () => {
  test("are named with the permission that is missing, and open nothing", async () => {
    const [staff] = await admin.records<{ Username: string }>(
      "SELECT Username FROM User WHERE IsActive = true AND Profile.Name = 'Standard User' LIMIT 1",
    );
    const { facts, unread } = await readAs(staff?.Username ?? "");
    const permissions = new Map(unread.map(({ object, permission }) => [object, permission]));

    expect(permissions.get("UserLogin")).toBe("Manage Users");
    expect(permissions.get("PermissionSet")).toBe("View Setup and Configuration");
    expect(permissions.get("RestrictionRule")).toBe("View Restriction and Scoping Rules");
    expect(facts).toMatchObject({
      userLogins: undefined,
      permissionSets: undefined,
      restrictionRules: undefined,
    });
    expect(facts.groups?.length).toBeGreaterThan(0);
  });
});

describe("the links of all files", () => {
  test("are read with Query All Files only", async () => {
    const integration = salesforceClient(simulator.url);
    const description = await OrgDescription.create(integration.client, never);
    const tables = new TableReader({ client: integration.client, org: description, signal: never });
    const links = await tables.read(fileLinkTable);
    await integration.http[Symbol.asyncDispose]();

    expect(links).toBeUndefined();
    expect(tables.unread).toMatchObject([{ object: "ContentDocumentLink", permission: "Query All Files" }]);
  });
});

async function readAs(username: string): Promise<ReadSharingFacts> {
  const { token } = await RestClient.signInAs(simulator, username);
  const opened = salesforceClient(simulator.url, { token });
  try {
    const description = await OrgDescription.create(opened.client, never);
    const options = {
      client: opened.client,
      org: description,
      objects: ["Lead"],
      fieldObjects: [],
      relatedObjects: [],
      hierarchies: new Map<string, boolean>(),
    };
    return await readSharingFacts({ ...options, signal: never });
  } finally {
    await opened.http[Symbol.asyncDispose]();
  }
}
