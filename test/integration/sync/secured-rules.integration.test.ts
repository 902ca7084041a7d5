import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import type { RunReport } from "../../../src/sync/report.ts";
import { AccessComparison, signInUsers, type SignedInUser } from "../../support/access-comparison.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { OrgEditor } from "../../support/org-editor.ts";
import { allDocuments, syncProduct } from "../../support/product.ts";

// Advanced sync rules with document-level security: users find what Salesforce shows to them, and read in it only what they may see.

const prefix = uniqueIndexPrefix();
const index = `${prefix}rules`;
const objects = ["Contact", "Case", "Task", "ContentDocument"];
const query = (text: string): { query: string; language: string } => ({ query: text, language: "SOQL" });

let simulator: RunningSimulator;
let client: Client;
let users: SignedInUser[];
let comparison: AccessComparison;
let editor: OrgEditor;
let report: RunReport;

const sync = (type: "full" | "access_control"): Promise<RunReport> =>
  syncProduct({
    salesforceUrl: simulator.url,
    elasticsearchUrl: inject("elasticsearchUrl"),
    index,
    type,
    configuration: {
      client_id: "simulator-admin",
      client_secret: "simulator-admin",
      use_document_level_security: true,
    },
    connector: {
      sync_rules: {
        advanced: [
          query("SELECT Name, Account.Name, Owner.Name FROM Contact"),
          // The same contacts again: the first rule decides what they contain.
          query("SELECT Name, Title FROM Contact LIMIT 5"),
          query("SELECT Subject, (SELECT CommentBody FROM CaseComments) FROM Case"),
          query("SELECT Subject, What.Name FROM Task"),
        ],
      },
    },
  });

async function setDefaults(defaults: Record<string, { internal: string; external: string }>): Promise<void> {
  const { status } = await fetch(`${simulator.url}/__simulator/sharing`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ defaults }),
  });
  expect(status).toBe(200);
}

/** The contacts' documents. */
async function contacts(): Promise<Record<string, unknown>[]> {
  const documents = await allDocuments(client, index);
  return [...documents.values()].filter((document) => document["object_type"] === "Contact");
}

const accountsOf = (documents: readonly Record<string, unknown>[]): Record<string, unknown>[] =>
  documents.flatMap(({ Account: account }) => (account ? [account as Record<string, unknown>] : []));

async function viewersOfAllData(): Promise<Set<string>> {
  const { records } = await editor.connection.query<{ AssigneeId: string }>(
    "SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.PermissionsViewAllData = true",
  );
  return new Set(records.map(({ AssigneeId }) => AssigneeId));
}

async function letReadersOfContactsReadAccounts(): Promise<void> {
  const sets = async (object: string): Promise<string[]> => {
    const { records } = await editor.connection.query<{ ParentId: string }>(
      `SELECT ParentId FROM ObjectPermissions WHERE SobjectType = '${object}' AND PermissionsRead = true`,
    );
    return records.map(({ ParentId }) => ParentId);
  };
  const known = new Set(await sets("Account"));
  for (const ParentId of (await sets("Contact")).filter((id) => !known.has(id)))
    await editor.create("ObjectPermissions", { ParentId, SobjectType: "Account", PermissionsRead: true });
}

/** The number of contacts that each user finds, without the users who find none. */
async function contactsFound(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const user of users) {
    const found = [...((await comparison.found(user)) ?? [])].filter((id) => id.startsWith("003"));
    if (found.length > 0) counts.set(user.id, found.length);
  }
  return counts;
}

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "small", seed: "access" });
  editor = await OrgEditor.open(simulator.url);
  users = await signInUsers(simulator, 20);
  comparison = new AccessComparison({ elasticsearch: client, index, objects });
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

it("brings no name of an account that some readers of contacts may not see", async () => {
  await setDefaults({ Account: { internal: "Private", external: "Private" } });
  report = await sync("full");

  expect(report).toMatchObject({ status: "completed", error: null });
  expect(report.warnings.join("\n")).toMatch(
    /Contact: these fields stay out of the documents, because .*\d+ users? may not see every Account/,
  );
  const found = await contacts();
  expect(accountsOf(found).length).toBeGreaterThan(10);
  expect(accountsOf(found).every((account) => Object.keys(account).join() === "Id")).toBe(true);
  expect(found.every(({ Owner: owner }) => typeof (owner as { Name: unknown }).Name === "string")).toBe(true);
  expect(found.some((document) => "Title" in document)).toBe(false);
});

it("shows each user what Salesforce shows, but tasks only with View All Data", async () => {
  const viewers = await viewersOfAllData();
  const documents = new Set((await allDocuments(client, index)).keys());
  const { grants, denials, pairs } = await comparison.differences(users, {
    documents,
    // What View All Data and public Chatter groups open of files stays hidden.
    hidden: (user, id) =>
      user.type === "CspLitePortal" || id.startsWith("069") || (id.startsWith("00T") && !viewers.has(user.id)),
  });

  expect({ grants, denials }).toEqual({ grants: [], denials: [] });
  expect(pairs).toBeGreaterThan(1000);
  expect(report.warnings.join("\n")).toMatch(/Sharing of an object is not evaluated: .*Task/);
});

it("embeds published comments of cases only", async () => {
  const published = await editor.connection.query<{ CommentBody: string }>(
    "SELECT CommentBody FROM CaseComment WHERE IsPublished = true",
  );
  const bodies = new Set(published.records.map(({ CommentBody }) => CommentBody));
  const embedded = [...(await allDocuments(client, index)).values()].flatMap(({ CaseComments: comments }) =>
    ((comments as { records: { CommentBody: string }[] } | null)?.records ?? []).map(({ CommentBody }) => CommentBody),
  );

  expect(embedded.length).toBeGreaterThan(10);
  expect(embedded.every((body) => bodies.has(body))).toBe(true);
  expect(
    (await editor.connection.query("SELECT Id FROM CaseComment WHERE IsPublished = false")).totalSize,
  ).toBeGreaterThan(0);
});

it("brings names of accounts while every reader of contacts sees every account, and takes them back in steps", async () => {
  await letReadersOfContactsReadAccounts();
  await setDefaults({ Account: { internal: "Read", external: "Read" } });
  await sync("full");
  expect(accountsOf(await contacts()).every(({ Name }) => typeof Name === "string")).toBe(true);
  const before = await contactsFound();

  await setDefaults({ Account: { internal: "Private", external: "Private" } });
  expect(await sync("access_control")).toMatchObject({ status: "completed" });
  const between = await contactsFound();
  await sync("full");
  const after = await contactsFound();

  expect(before.size).toBeGreaterThan(2);
  // Only View All opens every account: these users keep the documents that name accounts.
  expect([...between.keys()].length).toBeLessThan(before.size);
  expect([...after.keys()]).toEqual(expect.arrayContaining([...between.keys()]));
  expect(after.size).toBeGreaterThan(between.size);
  expect(accountsOf(await contacts()).some((account) => "Name" in account)).toBe(false);
});
