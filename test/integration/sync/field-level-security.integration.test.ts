import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import type { RunReport } from "../../../src/sync/report.ts";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessComparison, signInUsers, type SignedInUser } from "../../support/access-comparison.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { OrgEditor } from "../../support/org-editor.ts";
import { allDocuments, syncProduct } from "../../support/product.ts";

// A document contains only fields that each user who finds it may read in Salesforce.

const prefix = uniqueIndexPrefix();
const index = `${prefix}fields`;
const objects = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case", "Project__c"];

let simulator: RunningSimulator;
let client: Client;
let editor: OrgEditor;
let users: SignedInUser[];
let comparison: AccessComparison;

let full: RunReport;

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
      sync_custom_objects: true,
      custom_objects_to_sync: "Project__c",
    },
  });

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "small", seed: "access" });
  editor = await OrgEditor.open(simulator.url);
  users = await signInUsers(simulator, 20);
  comparison = new AccessComparison({ elasticsearch: client, index, objects });
  // The last of them: no administrator.
  for (const row of await rowsOf(
    users.findLast(({ type }) => type === "Standard"),
    "Contact.Email",
  ))
    await editor.remove("FieldPermissions", row.Id);
  full = await sync("full");
  expect(full).toMatchObject({ status: "completed", error: null });
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

/** The rows that let a user read a field. */
function rowsOf(user: SignedInUser | undefined, field: string): Promise<{ Id: string }[]> {
  return editor.connection
    .query<{ Id: string }>(
      `SELECT Id FROM FieldPermissions WHERE Field = '${field}' AND ParentId IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${user?.id ?? ""}')`,
    )
    .then(({ records }) => records);
}

/** A user who finds accounts and reads this field of them by permission sets. */
async function readerOf(field: string): Promise<SignedInUser> {
  for (const user of users) {
    const finds = [...((await comparison.found(user)) ?? [])].some((id) => id.startsWith("001"));
    if (finds && (await rowsOf(user, `Account.${field}`)).length > 0) return user;
  }
  throw new Error(`No user reads Account.${field} by a permission set.`);
}

/** The fields that Salesforce shows, by object. An object that the user may not read has none. */
async function fieldsShownTo(rest: RestClient): Promise<Map<string, Set<string>>> {
  const shown = new Map<string, Set<string>>();
  for (const object of objects) {
    const { body } = await rest.rest("GET", `sobjects/${object}/describe`);
    const { fields = [] } = body as { fields?: { name: string }[] };
    shown.set(object, new Set(fields.map(({ name }) => name)));
  }
  return shown;
}

/** The fields with values in documents that a user finds and that Salesforce does not show to the user. */
async function fieldsNotShown(): Promise<string[]> {
  const documents = await allDocuments(client, index);
  const all = await fieldsShownTo(await RestClient.signIn(simulator, "simulator-admin"));
  const found = new Set<string>();
  for (const user of users) {
    const shown = await fieldsShownTo(user.client);
    for (const id of (await comparison.found(user)) ?? []) {
      const document = documents.get(id) ?? {};
      const object = String(document["object_type"]);
      for (const [field, value] of Object.entries(document)) {
        if (value === null || all.get(object)?.has(field) !== true || shown.get(object)?.has(field) === true) continue;
        found.add(`${user.name} finds ${object}.${field}`);
      }
    }
  }
  return [...found];
}

/** The number of an object's documents with a value of a field. */
async function withField(object: string, field: string): Promise<number> {
  const filter = [{ term: { object_type: object } }, { exists: { field } }];
  return (await client.count({ index, query: { bool: { filter } } })).count;
}

it("leaves out of the documents what some of their readers may not see, and says so", async () => {
  expect(full.warnings.join()).toMatch(
    /Contact: these fields stay out of the documents, because \d+ users? may not read Contact.Email/u,
  );
  expect(await withField("Contact", "Email")).toBe(0);
  expect(await fieldsNotShown()).toEqual([]);
});

it("hides an object's documents from a user who lost a field, until they are written without the field", async () => {
  const field = "Rating";
  const accounts = async (): Promise<string[]> =>
    [...((await comparison.found(reader)) ?? [])].filter((id) => id.startsWith("001")).sort();
  const reader = await readerOf(field);
  const before = await accounts();
  expect(before.length).toBeGreaterThan(0);
  expect(await withField("Account", field)).toBeGreaterThan(0);

  for (const row of await rowsOf(reader, `Account.${field}`)) await editor.remove("FieldPermissions", row.Id);
  const narrowed = await sync("access_control");
  expect(narrowed.warnings.join()).toContain(`may not read Account.${field}`);
  expect(await accounts()).toEqual([]);
  expect(await fieldsNotShown()).toEqual([]);

  const written = await sync("full");
  expect(written.warnings.join()).toContain(`may not read Account.${field}`);
  expect(await withField("Account", field)).toBe(0);
  expect(await accounts()).toEqual(before);
  expect(await fieldsNotShown()).toEqual([]);
});
