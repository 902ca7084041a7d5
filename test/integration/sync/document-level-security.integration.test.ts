import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import type { RunReport } from "../../../src/sync/report.ts";
import { AccessComparison, signInUsers, type SignedInUser } from "../../support/access-comparison.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { OrgEditor } from "../../support/org-editor.ts";
import { allDocuments, syncProduct } from "../../support/product.ts";

// For each of twenty users, the identity's own query on a real Elasticsearch finds what Salesforce returns when that user signs in and
// queries each object and the files, and nothing else.

const prefix = uniqueIndexPrefix();
const index = `${prefix}access`;
const custom = ["Installation__c", "Milestone__c", "Project__c", "Survey_Response__c"];
const objects = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case", ...custom, "ContentDocument"];
const configuration = {
  client_id: "simulator-admin",
  client_secret: "simulator-admin",
  use_document_level_security: true,
  sync_custom_objects: true,
  custom_objects_to_sync: "*",
};

let simulator: RunningSimulator;
let client: Client;
let editor: OrgEditor;
let users: SignedInUser[];
let comparison: AccessComparison;
let documents: ReadonlySet<string>;

const sync = (type: "full" | "access_control"): Promise<RunReport> =>
  syncProduct({
    salesforceUrl: simulator.url,
    elasticsearchUrl: inject("elasticsearchUrl"),
    index,
    type,
    configuration,
  });

/** What access.md leaves hidden, and the report names: what View All Data and public Chatter groups open of files, and sharing sets. */
const hidden = (user: SignedInUser, id: string): boolean =>
  user.type === "CspLitePortal" || (id.startsWith("069") && (viewsAllData.has(user.id) || publicFiles.has(id)));

let viewsAllData: ReadonlySet<string>;
let publicFiles: ReadonlySet<string>;

async function differences(): Promise<{ grants: string[]; denials: string[]; pairs: number }> {
  return comparison.differences(users, { documents, hidden });
}

/** Documents and identities that a run wrote. */
function writesOf({ objects: counts }: RunReport): { documents: number; identities: number } {
  const written = Object.entries(counts).filter(([name]) => name !== "identities");
  return {
    documents: written.reduce((sum, [, { written: documentsWritten }]) => sum + documentsWritten, 0),
    identities: counts["identities"]?.written ?? 0,
  };
}

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "small", seed: "access" });
  editor = await OrgEditor.open(simulator.url);
  users = await signInUsers(simulator, 20);
  comparison = new AccessComparison({ elasticsearch: client, index, objects });
  viewsAllData = new Set(
    await idsOf("SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.PermissionsViewAllData = true"),
  );
  publicFiles = new Set(
    await idsOf(
      "SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId IN (SELECT Id FROM CollaborationGroup WHERE CollaborationType = 'Public')",
    ),
  );
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

/** The values of a query's only column. */
async function idsOf(soql: string): Promise<string[]> {
  const { records } = await editor.connection.query<Record<string, string>>(soql);
  return records.flatMap(({ attributes: _, ...columns }) => Object.values(columns));
}

describe("document-level security", () => {
  it("gives each of twenty users what Salesforce shows to that user", async () => {
    const full = await sync("full");
    const access = await sync("access_control");

    expect(full).toMatchObject({ status: "completed", error: null });
    expect(access).toMatchObject({ status: "completed", error: null });
    expect(full.objects["identities"]?.source).toBeGreaterThan(20);
    expect(writesOf(full).identities).toBe(full.objects["identities"]?.source);
    expect(writesOf(access)).toEqual({ documents: 0, identities: 0 });
    documents = new Set((await allDocuments(client, index)).keys());
    const { grants, denials, pairs } = await differences();
    expect(grants).toEqual([]);
    expect(denials).toEqual([]);
    expect(users).toHaveLength(20);
    expect(pairs).toBeGreaterThan(20_000);
    expect(pairs).toBeLessThan(documents.size * users.length * 0.8);
  });

  it("embeds nothing that some readers of a document may not see", async () => {
    const all = [...(await allDocuments(client, index)).values()];
    const embedded = (name: string): unknown[] =>
      all.flatMap((document) => (document[name] === undefined || document[name] === null ? [] : [document[name]]));
    const comments = embedded("CaseComments").flatMap((list) => (list as { records: { Id: string }[] }).records);
    const published = await idsOf("SELECT Id FROM CaseComment WHERE IsPublished = true");

    expect(embedded("ContentDocumentLinks")).toEqual([]);
    expect(embedded("Opportunities")).toEqual([]);
    for (const name of ["Account", "Parent", "ConvertedAccount", "ConvertedOpportunity", "ConvertedContact"])
      for (const parent of embedded(name)) expect(Object.keys(parent as object)).toEqual(["Id"]);
    expect(comments.length).toBeGreaterThan(0);
    expect(comments.filter(({ Id }) => !published.includes(Id))).toEqual([]);
    for (const mail of embedded("EmailMessages").flatMap((list) => (list as { records: object[] }).records))
      expect(mail).not.toHaveProperty("Status", "5");
  });

  it("puts access tokens on every document, and writes nothing if nothing changed", async () => {
    const { count } = await client.count({ index, query: { exists: { field: "_allow_access_control" } } });
    const full = await sync("full");
    const access = await sync("access_control");

    expect(count).toBe(documents.size);
    expect(writesOf(full)).toEqual({ documents: 0, identities: 0 });
    expect(writesOf(access)).toEqual({ documents: 0, identities: 0 });
  });
});

const levels = {
  AccountAccessLevel: "Read",
  OpportunityAccessLevel: "Read",
  CaseAccessLevel: "Read",
  ContactAccessLevel: "None",
};

describe("after a change and an access control sync, users find what Salesforce shows to them", () => {
  let reader: SignedInUser;
  let before: ReadonlySet<string>;

  const foundByReader = async (): Promise<ReadonlySet<string>> => (await comparison.found(reader)) ?? new Set();

  beforeAll(async () => {
    const found = users.find(({ id, type }) => type === "Standard" && !viewsAllData.has(id));
    if (found === undefined) throw new Error("The org has no ordinary user.");
    reader = found;
    before = await foundByReader();
  });

  /** Syncs, compares, and returns what the reader finds now and did not find before, and the other way. */
  async function followed(): Promise<{ more: string[]; less: string[]; writes: ReturnType<typeof writesOf> }> {
    const report = await sync("access_control");
    expect(report).toMatchObject({ status: "completed", error: null });
    expect(await differences()).toMatchObject({ grants: [], denials: [] });
    const now = await foundByReader();
    const more = [...now].filter((id) => !before.has(id));
    const less = [...before].filter((id) => !now.has(id));
    before = now;
    return { more, less, writes: writesOf(report) };
  }

  it("a share made and deleted", async () => {
    const account = [...documents].find((id) => id.startsWith("001") && !before.has(id)) ?? "";
    const share = await editor.create("AccountShare", { AccountId: account, UserOrGroupId: reader.id, ...levels });

    const made = await followed();
    await editor.remove("AccountShare", share);
    const deleted = await followed();

    expect(made.more).toContain(account);
    expect(deleted.less).toEqual(made.more);
    expect(made.writes.documents).toBeGreaterThan(0);
    expect(made.writes.documents).toBeLessThan(50);
  });

  it("an owner given away", async () => {
    const opportunity = [...documents].find((id) => id.startsWith("006") && !before.has(id)) ?? "";
    const [owner = ""] = await idsOf(`SELECT OwnerId FROM Opportunity WHERE Id = '${opportunity}'`);
    await editor.update("Opportunity", opportunity, { OwnerId: reader.id });

    const given = await followed();
    await editor.update("Opportunity", opportunity, { OwnerId: owner });
    const taken = await followed();

    expect(given.more).toContain(opportunity);
    expect(taken.less).toEqual(given.more);
  });

  it("a role moved, at the cost of identities alone", async () => {
    const [role = ""] = await idsOf(`SELECT UserRoleId FROM User WHERE Id = '${reader.id}'`);
    const [parent = ""] = await idsOf(`SELECT ParentRoleId FROM UserRole WHERE Id = '${role}'`);
    const [top = ""] = await idsOf("SELECT Id FROM UserRole WHERE ParentRoleId = null AND PortalType = 'None'");
    const moved = await idsOf(`SELECT Id FROM UserRole WHERE ParentRoleId = '${parent}' AND Id != '${role}' LIMIT 1`);
    await editor.update("UserRole", moved[0] ?? "", { ParentRoleId: role });

    const below = await followed();
    await editor.update("UserRole", moved[0] ?? "", { ParentRoleId: top });
    const away = await followed();

    expect(below.more.length).toBeGreaterThan(0);
    expect(away.less).toEqual(below.more);
    expect(below.writes.documents).toBe(0);
    expect(below.writes.identities).toBeGreaterThan(0);
  });

  it("a group's member added and removed, at the cost of identities alone", async () => {
    const group = await editor.create("Group", { Name: "Newcomers", DeveloperName: "Newcomers", Type: "Regular" });
    const account = [...documents].find((id) => id.startsWith("001") && !before.has(id)) ?? "";
    await editor.create("AccountShare", { AccountId: account, UserOrGroupId: group, ...levels });
    await followed();
    const member = await editor.create("GroupMember", { GroupId: group, UserOrGroupId: reader.id });

    const added = await followed();
    await editor.remove("GroupMember", member);
    const removed = await followed();

    expect(added.more).toContain(account);
    expect(removed.less).toEqual(added.more);
    expect(added.writes.documents).toBe(0);
  });

  it("a permission set assigned and removed, at the cost of identities alone", async () => {
    const sets = await idsOf(
      "SELECT ParentId FROM ObjectPermissions WHERE PermissionsViewAllRecords = true AND SobjectType IN ('Account', 'Case', 'Lead', 'Opportunity', 'Project__c') AND Parent.IsOwnedByProfile = false AND Parent.Type = 'Regular'",
    );
    const own = await idsOf(`SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${reader.id}'`);
    const set = sets.find((id) => !own.includes(id)) ?? "";
    const assignment = await editor.create("PermissionSetAssignment", {
      AssigneeId: reader.id,
      PermissionSetId: set,
    });

    const assigned = await followed();
    await editor.remove("PermissionSetAssignment", assignment);
    const removed = await followed();

    expect(assigned.more.length).toBeGreaterThan(0);
    expect(removed.less).toEqual(assigned.more);
    expect(assigned.writes.documents).toBe(0);
  });

  it("a user deactivated loses the identity", async () => {
    await editor.update("User", reader.id, { IsActive: false });

    const { objects: counts } = await sync("access_control");

    expect(counts["identities"]).toMatchObject({ deleted: 1 });
    expect(await comparison.found(reader)).toBeUndefined();
  });
});
