import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Random } from "../../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { systemClock, type Clock } from "../../../src/core/clock.ts";
import { caseObjects } from "../../contract/simulator/sharing/case-objects.ts";
import { idOf, RestClient } from "../../contract/simulator/rest-client.ts";
import { AccessWorld, effectOf, type AccessDifferences, type Effect } from "../../support/access-world.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { createDetails, permitDetails } from "../../support/random-access.ts";

// A change of access alone reaches the index with the next access control sync. After each, every user finds what Salesforce shows.

const prefix = uniqueIndexPrefix();
let client: Client;
let simulator: RunningSimulator;
let admin: RestClient;
let world: AccessWorld;
let before: AccessDifferences;

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "600", seed: "access changes", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  world = new AccessWorld({
    simulator,
    client,
    elasticsearchUrl: inject("elasticsearchUrl"),
    index: `${prefix}changes`,
  });
  const defaults = { Account: "Private", Opportunity: "Private", Case: "Private", Contact: "ControlledByParent" };
  await control("sharing", { defaults });
  await permitDetails(admin);
  await createDetails(simulator, new Random("details"));
  await world.sync("full");
  before = await world.compare();
  expect(before).toMatchObject({ grants: [], denials: [] });
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await deleteIndices(client, `.search-acl-filter-${prefix}`);
  await client.close();
});

async function control(resource: string, body: unknown): Promise<void> {
  const { status, body: answer } = await admin.control("POST", resource, body);
  expect(status, JSON.stringify(answer)).toBeLessThan(300);
}

const create = async (object: string, values: object): Promise<string> =>
  idOf(await admin.rest("POST", `sobjects/${object}`, values));

async function update(object: string, id: string, values: object): Promise<void> {
  const { status, body } = await admin.rest("PATCH", `sobjects/${object}/${id}`, values);
  expect(status, JSON.stringify(body)).toBe(204);
}

async function remove(object: string, id: string): Promise<void> {
  expect((await admin.rest("DELETE", `sobjects/${object}/${id}`)).status).toBe(204);
}

/** The values of the first row, as texts. */
function row(sql: string): string[] {
  const [found] = simulator.org.database.rows(sql);
  if (found === undefined) throw new Error(`No row: ${sql}`);
  return found.map(String);
}

const one = (sql: string): string => row(sql)[0] ?? "";

/** Syncs access, compares, and returns what has changed. */
async function effect(type: "full" | "access_control" = "access_control", clock?: Clock): Promise<Effect> {
  const report = await world.sync(type, clock);
  const now = await world.compare();
  expect(now).toMatchObject({ grants: [], denials: [] });
  const changed = effectOf(report, { before, now });
  before = now;
  return changed;
}

/** A standard user with a role who reads every kind of record and sees few of them. */
const clerk = (): string =>
  [...before.found]
    .filter(([user, found]) => {
      const [type, role] = row(`SELECT "UserType", coalesce("UserRoleId", '') FROM "User" WHERE "Id" = '${user}'`);
      const kinds = new Set([...found].map((id) => id.slice(0, 3)));
      return type === "Standard" && role !== "" && ["001", "003", "006", "500", "069"].every((kind) => kinds.has(kind));
    })
    .sort(([, a], [, b]) => a.size - b.size)[0]?.[0] ?? "";

/** A record that a user does not find. */
function unseen(object: string, user: string, where = "1"): string {
  const rows = simulator.org.database.rows(`SELECT "Id" FROM "${object}" WHERE "IsDeleted" = 0 AND ${where}`);
  const id = rows.map(([found]) => String(found)).find((found) => before.found.get(user)?.has(found) !== true);
  if (id === undefined) throw new Error(`The user sees every ${object}.`);
  return id;
}

/** An account with contacts, opportunities, details and a file, that a user does not find. */
const fullAccount = (user: string): string =>
  unseen(
    "Account",
    user,
    `"Id" IN (SELECT "AccountId" FROM "Contact") AND "Id" IN (SELECT "AccountId" FROM "Opportunity" WHERE "IsPrivate" = 0 AND "IsDeleted" = 0)`,
  );

const accountLevels = {
  AccountAccessLevel: "Read",
  OpportunityAccessLevel: "Read",
  CaseAccessLevel: "Read",
  ContactAccessLevel: "None",
};

describe("a change of records and their shares costs the documents concerned", () => {
  it("a member of an account team added and removed: the account, its contacts and opportunities", async () => {
    const user = clerk();
    const account = fullAccount(user);
    const contact = one(`SELECT "Id" FROM "Contact" WHERE "AccountId" = '${account}' AND "IsDeleted" = 0`);
    const member = await create("AccountTeamMember", { AccountId: account, UserId: user, ...accountLevels });

    const added = await effect();
    await remove("AccountTeamMember", member);
    const removed = await effect();

    expect(added.gained).toEqual(expect.arrayContaining([`${user} ${account}`, `${user} ${contact}`]));
    expect(removed.lost.sort()).toEqual(added.gained.sort());
    expect(added.documents).toBeGreaterThan(1);
    expect(added.documents).toBeLessThan(200);
  });

  it("members of an opportunity team and of a case team added and removed", async () => {
    const user = clerk();
    const [opportunity, request] = [unseen("Opportunity", user, `"IsPrivate" = 0`), unseen("Case", user)];
    const role = await create("CaseTeamRole", { Name: "Watcher", AccessLevel: "Read" });
    const members = [
      ["OpportunityTeamMember", { OpportunityId: opportunity, UserId: user, OpportunityAccessLevel: "Read" }],
      ["CaseTeamMember", { ParentId: request, MemberId: user, TeamRoleId: role }],
    ] as const;
    const made = await Promise.all(
      members.map(async ([object, values]) => [object, await create(object, values)] as const),
    );

    const added = await effect();
    for (const [object, id] of made) await remove(object, id);
    const removed = await effect();

    expect(added.gained).toEqual(expect.arrayContaining([`${user} ${opportunity}`, `${user} ${request}`]));
    expect(removed.lost).toEqual(expect.arrayContaining([`${user} ${opportunity}`, `${user} ${request}`]));
  });

  it("a new owner, with the manual shares that it drops, down to contacts, details and files", async () => {
    const user = clerk();
    const account = fullAccount(user);
    const owner = one(`SELECT "OwnerId" FROM "Account" WHERE "Id" = '${account}'`);
    const sharee = one(
      `SELECT "Id" FROM "User" WHERE "IsActive" = 1 AND "UserType" = 'Standard' AND "Id" NOT IN ('${user}', '${owner}') AND "UserRoleId" IS NOT NULL`,
    );
    const file = one(`SELECT "ContentDocumentId" FROM "ContentDocumentLink" WHERE "LinkedEntityId" LIKE '001%'`);
    await create("ContentDocumentLink", { ContentDocumentId: file, LinkedEntityId: account, ShareType: "V" });
    await create("AccountShare", { AccountId: account, UserOrGroupId: sharee, ...accountLevels });
    await effect("full");
    await update("Account", account, { OwnerId: user });

    const given = await effect();

    expect(given.gained).toEqual(expect.arrayContaining([`${user} ${account}`]));
    expect(given.gained.some((pair) => pair.startsWith(`${user} 003`))).toBe(true);
    expect(given.documents).toBeGreaterThan(1);
    const manual = simulator.org.database.rows(
      `SELECT 1 FROM "AccountShare" WHERE "AccountId" = '${account}' AND "RowCause" = 'Manual' AND "IsDeleted" = 0`,
    );
    expect(manual).toEqual([]);
  });

  it("an opportunity becomes private and public again", async () => {
    const [opportunity] = row(`SELECT "Id" FROM "Opportunity" WHERE "IsPrivate" = 0 AND "IsDeleted" = 0`);
    await update("Opportunity", opportunity ?? "", { IsPrivate: true });

    const hidden = await effect();
    await update("Opportunity", opportunity ?? "", { IsPrivate: false });
    const shown = await effect();

    expect(hidden.lost.length).toBeGreaterThan(0);
    expect(hidden.documents).toBeGreaterThan(0);
    expect(hidden.documents).toBeLessThan(20);
    // Shares that Salesforce has removed do not come back.
    expect(shown.gained.length).toBeGreaterThan(0);
    expect(hidden.lost).toEqual(expect.arrayContaining(shown.gained));
  });

  it("a contact moves to another account", async () => {
    const user = clerk();
    const member = fullAccount(user);
    await create("AccountShare", { AccountId: member, UserOrGroupId: user, ...accountLevels });
    await effect();
    const contact = unseen("Contact", user, `"AccountId" IS NOT NULL`);
    await update("Contact", contact, { AccountId: member });

    const moved = await effect();

    expect(moved.gained).toContain(`${user} ${contact}`);
    expect(moved.documents).toBeGreaterThan(0);
  });

  it("a child's new owner, up to the account and down to its contacts", async () => {
    const user = clerk();
    const account = fullAccount(user);
    const contact = one(`SELECT "Id" FROM "Contact" WHERE "AccountId" = '${account}' AND "IsDeleted" = 0`);
    const child = one(
      `SELECT "Id" FROM "Opportunity" WHERE "AccountId" = '${account}' AND "IsPrivate" = 0 AND "IsDeleted" = 0`,
    );
    await update("Opportunity", child, { OwnerId: user });

    const given = await effect();

    expect(given.gained).toEqual(
      expect.arrayContaining([`${user} ${child}`, `${user} ${account}`, `${user} ${contact}`]),
    );
  });

  it("a file linked, linked for internal users only, made private and unlinked", async () => {
    const user = clerk();
    const [account] = [...(before.found.get(user) ?? [])].filter((id) => id.startsWith("001"));
    const file = unseen("ContentDocument", user, `"SharingPrivacy" = 'N'`);
    const link = await create("ContentDocumentLink", {
      ContentDocumentId: file,
      LinkedEntityId: account,
      ShareType: "V",
      Visibility: "AllUsers",
    });
    const linked = await effect();
    await update("ContentDocumentLink", link, { Visibility: "InternalUsers" });
    const internal = await effect();
    await update("ContentDocument", file, { SharingPrivacy: "P" });
    const hidden = await effect();
    await update("ContentDocument", file, { SharingPrivacy: "N" });
    await effect();
    await remove("ContentDocumentLink", link);
    const unlinked = await effect();

    expect(linked.gained).toContain(`${user} ${file}`);
    expect(linked.documents).toBe(1);
    expect(internal.lost).not.toContain(`${user} ${file}`);
    expect(hidden.lost).toContain(`${user} ${file}`);
    expect(unlinked.lost).toContain(`${user} ${file}`);
    expect(unlinked.documents).toBe(1);
  });

  it("a person with another role, as an owner and as a sharee", async () => {
    const user = one(
      `SELECT u."Id" FROM "User" u JOIN "Account" a ON a."OwnerId" = u."Id" WHERE u."IsActive" = 1 AND u."UserType" = 'Standard' AND u."UserRoleId" IS NOT NULL`,
    );
    const old = one(`SELECT "UserRoleId" FROM "User" WHERE "Id" = '${user}'`);
    const other = one(
      `SELECT "Id" FROM "UserRole" WHERE "PortalType" = 'None' AND "Id" <> '${old}' AND "ParentRoleId" IS NOT NULL ORDER BY "Id" DESC`,
    );
    await update("User", user, { UserRoleId: other });

    const moved = await effect();

    expect(moved.gained.length + moved.lost.length).toBeGreaterThan(0);
    expect(moved.documents).toBeGreaterThan(0);
  });

  it("an account's owner whose role opens other children", async () => {
    const role = one(
      `SELECT u."UserRoleId" FROM "User" u JOIN "Account" a ON a."OwnerId" = u."Id" JOIN "Opportunity" o ON o."AccountId" = a."Id" WHERE u."UserRoleId" IS NOT NULL AND o."OwnerId" <> u."Id" AND o."IsPrivate" = 0`,
    );
    const level = one(`SELECT "OpportunityAccessForAccountOwner" FROM "UserRole" WHERE "Id" = '${role}'`);
    await update("UserRole", role, { OpportunityAccessForAccountOwner: level === "None" ? "Edit" : "None" });

    const changed = await effect();
    await update("UserRole", role, { OpportunityAccessForAccountOwner: level });
    await effect();

    expect(changed.documents).toBeGreaterThan(0);
  });

  it("two accounts merged, and an account deleted and restored", async () => {
    const accounts = simulator.org.database.rows(
      `SELECT "Id" FROM "Account" a WHERE "IsDeleted" = 0 AND EXISTS (SELECT 1 FROM "Contact" c WHERE c."AccountId" = a."Id") LIMIT 2`,
    );
    const [winner, loser] = accounts.map(([id]) => String(id));
    const deleted = one(
      `SELECT "Id" FROM "Account" a WHERE "IsDeleted" = 0 AND NOT EXISTS (SELECT 1 FROM "Opportunity" o WHERE o."AccountId" = a."Id") AND NOT EXISTS (SELECT 1 FROM "Case" c WHERE c."AccountId" = a."Id") AND EXISTS (SELECT 1 FROM "User" u WHERE u."Id" = a."OwnerId" AND u."UserType" = 'Standard' AND u."IsActive" = 1)`,
    );
    await control("merge", { master: winner, others: [loser] });
    const merged = await effect("full");
    await remove("Account", deleted);
    await effect("full");
    await control("undelete", { ids: [deleted] });
    const restored = await effect("full");

    expect(merged.documents).toBeGreaterThan(0);
    expect(restored.gained.some((pair) => pair.endsWith(deleted))).toBe(true);
  });

  it("contacts that are no longer controlled by their accounts", async () => {
    await control("sharing", { defaults: { Contact: "Private" } });
    const ended = await effect();
    await control("sharing", { defaults: { Contact: "ControlledByParent" } });
    const back = await effect();

    expect(ended.lost.length).toBeGreaterThan(0);
    expect(ended.documents).toBeGreaterThan(0);
    expect(back.gained.sort()).toEqual(ended.lost.sort());
  });
});

describe("a change of permissions, groups and defaults costs identities only", () => {
  it("an organization-wide default", async () => {
    await control("sharing", { defaults: { Case: { internal: "Read", external: "Private" } } });
    const opened = await effect();
    await control("sharing", { defaults: { Case: "Private" } });
    const closed = await effect();

    expect(opened.gained.length).toBeGreaterThan(0);
    expect(opened).toMatchObject({ documents: 0, lost: [] });
    expect(opened.identities).toBeGreaterThan(0);
    expect(closed.lost.sort()).toEqual(opened.gained.sort());
  });

  it("a restriction rule switched on and off", async () => {
    const rule = { object: "Installation__c", user_criteria: "$User.IsActive = true", record_filter: "Name = 'none'" };
    world.restricted = ["Installation__c"];
    await control("restriction-rules", [rule]);
    const on = await effect();
    world.restricted = [];
    await control("restriction-rules", []);
    const off = await effect();

    expect(on.lost.length).toBeGreaterThan(0);
    expect(on).toMatchObject({ documents: 0, gained: [] });
    expect(off.gained.sort()).toEqual(on.lost.sort());
  });

  it("a permission muted in a permission set group", async () => {
    const [muting, group] = row(
      `SELECT "PermissionSetId", "PermissionSetGroupId" FROM "PermissionSetGroupComponent" WHERE "PermissionSetId" LIKE '0QM%'`,
    );
    const object = one(
      `SELECT o."SobjectType" FROM "ObjectPermissions" o JOIN "PermissionSetGroupComponent" c ON c."PermissionSetId" = o."ParentId" WHERE c."PermissionSetGroupId" = '${group ?? ""}' AND o."PermissionsRead" = 1 AND o."SobjectType" NOT IN (SELECT "SobjectType" FROM "ObjectPermissions" WHERE "ParentId" = '${muting ?? ""}')`,
    );
    await create("ObjectPermissions", { ParentId: muting, SobjectType: object, PermissionsRead: true });
    await control("clock", { advance_seconds: 120 });

    const muted = await effect();

    expect(muted).toMatchObject({ documents: 0, gained: [] });
  });

  it("a territory model archived", async () => {
    // Only Setup archives a model.
    const { database } = simulator.org;
    database.run(`UPDATE "Territory2Model" SET "State" = 'Archived' WHERE "State" = 'Active'`, []);
    database.touch("Territory2Model");

    const archived = await effect();

    expect(archived.lost.length).toBeGreaterThan(0);
    expect(archived).toMatchObject({ documents: 0, gained: [] });
  });

  // The last one: the clocks stay ahead.
  it("an assignment that expires, by the clock alone", async () => {
    const user = clerk();
    const set = one(
      `SELECT o."ParentId" FROM "ObjectPermissions" o JOIN "PermissionSet" p ON p."Id" = o."ParentId" WHERE o."PermissionsViewAllRecords" = 1 AND p."IsOwnedByProfile" = 0 AND p."Type" = 'Regular' AND o."ParentId" NOT IN (SELECT "PermissionSetId" FROM "PermissionSetAssignment" WHERE "AssigneeId" = '${user}')`,
    );
    const day = 86_400_000;
    await create("PermissionSetAssignment", {
      AssigneeId: user,
      PermissionSetId: set,
      ExpirationDate: new Date(simulator.org.clock.now() + day / 2).toISOString(),
    });
    const assigned = await effect();
    await control("clock", { advance_seconds: 2 * 86_400 });
    admin = await RestClient.signIn(simulator, "simulator-admin");
    const expired = await effect("access_control", { ...systemClock, now: () => systemClock.now() + 2 * day });

    expect(assigned.gained.length).toBeGreaterThan(0);
    expect(assigned.documents).toBe(0);
    expect(assigned.warnings.join()).toContain("a permission set assignment expires at");
    expect(expired.lost.sort()).toEqual(assigned.gained.sort());
    expect(expired.documents).toBe(0);
  });
});
