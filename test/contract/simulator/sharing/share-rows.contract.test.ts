import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "../rest-client.ts";
import { shareDifferences } from "./share-differences.ts";

// Share rows follow from owners, teams, territories and children on every change (Object Reference, "AccountShare"; "Implicit Sharing").

let simulator: RunningSimulator;
let admin: RestClient;
let people: string[];

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  admin = new RestClient(simulator);
  await admin.control("POST", "reset");
  await admin.signIn("simulator-admin");
  const users = await admin.records<{ Id: string }>(
    "SELECT Id FROM User WHERE IsActive = true AND UserType = 'Standard' AND UserRoleId != null ORDER BY Username",
  );
  people = users.map(({ Id }) => Id);
});

afterAll(() => simulator.stop());

const person = (index: number) => people[index] ?? "";
const create = async (object: string, values: object) => idOf(await admin.rest("POST", `sobjects/${object}`, values));
const update = async (object: string, id: string, values: object) =>
  expect((await admin.rest("PATCH", `sobjects/${object}/${id}`, values)).status).toBe(204);
const remove = async (object: string, id: string) =>
  expect((await admin.rest("DELETE", `sobjects/${object}/${id}`)).status).toBe(204);

/** The rows of a record as "cause principal". */
async function causes(object: string, id: string): Promise<string[]> {
  const rows = await admin.records<{ RowCause: string; UserOrGroupId: string }>(
    `SELECT RowCause, UserOrGroupId FROM ${object}Share WHERE ${object}Id = '${id}'`,
  );
  return rows.map(({ RowCause, UserOrGroupId }) => `${RowCause} ${UserOrGroupId}`).sort();
}

const opportunity = (AccountId: string, OwnerId: string) => ({
  Name: "Deal",
  StageName: "Prospecting",
  CloseDate: "2030-01-01",
  AccountId,
  OwnerId,
});
const noChildLevels = { OpportunityAccessLevel: "None", CaseAccessLevel: "None", ContactAccessLevel: "None" };

describe("rows of an account and its children", () => {
  test("follow the owners of children, their accounts and their removal", async () => {
    const [first, second] = [
      await create("Account", { Name: "First", OwnerId: person(0) }),
      await create("Account", { Name: "Second", OwnerId: person(0) }),
    ];
    const deal = await create("Opportunity", opportunity(first, person(1)));
    const made = await causes("Account", first);
    await update("Opportunity", deal, { OwnerId: person(2) });
    const given = await causes("Account", first);
    await update("Opportunity", deal, { AccountId: second });
    const moved = [await causes("Account", first), await causes("Account", second)];
    await remove("Opportunity", deal);
    const deleted = await causes("Account", second);
    await admin.control("POST", "undelete", { ids: [deal] });

    expect(made).toEqual([`ImplicitParent ${person(1)}`, `Owner ${person(0)}`]);
    expect(given).toEqual([`ImplicitParent ${person(2)}`, `Owner ${person(0)}`]);
    expect(moved).toEqual([[`Owner ${person(0)}`], [`ImplicitParent ${person(2)}`, `Owner ${person(0)}`]]);
    expect(deleted).toEqual([`Owner ${person(0)}`]);
    expect(await causes("Account", second)).toEqual(moved[1]);
    expect(await causes("Opportunity", deal)).toEqual([`Owner ${person(2)}`]);
    expect(shareDifferences(simulator.org)).toEqual([]);
  });

  test("come back with an undeleted account, manual ones too", async () => {
    const account = await create("Account", { Name: "Back", OwnerId: person(0) });
    const share = { AccountId: account, UserOrGroupId: person(1), AccountAccessLevel: "Read", ...noChildLevels };
    await create("AccountShare", share);
    const before = await causes("Account", account);
    await remove("Account", account);
    const during = await causes("Account", account);
    await admin.control("POST", "undelete", { ids: [account] });

    expect(during).toEqual([]);
    expect(await causes("Account", account)).toEqual(before);
  });

  test("follow a merge", async () => {
    const [master, other] = [
      await create("Account", { Name: "Master", OwnerId: person(0) }),
      await create("Account", { Name: "Other", OwnerId: person(1) }),
    ];
    await create("Opportunity", opportunity(other, person(2)));
    await admin.control("POST", "merge", { master, others: [other] });

    expect(await causes("Account", master)).toEqual([`ImplicitParent ${person(2)}`, `Owner ${person(0)}`]);
    expect(shareDifferences(simulator.org)).toEqual([]);
  });

  test("follow teams, and lose manual rows and keep others when the owner changes", async () => {
    const account = await create("Account", { Name: "Team", OwnerId: person(0) });
    const member = await create("AccountTeamMember", {
      AccountId: account,
      UserId: person(1),
      AccountAccessLevel: "Edit",
      OpportunityAccessLevel: "Read",
    });
    const project = await create("Project__c", { Name: "P", OwnerId: person(0) });
    const shared = { ParentId: project, AccessLevel: "Read" };
    await create("Project__Share", { ...shared, UserOrGroupId: person(1) });
    await create("Project__Share", { ...shared, UserOrGroupId: person(2), RowCause: "Reviewer__c" });
    await admin.control("POST", "rule-shares", [{ record: project, to: person(3) }]);
    await update("Project__c", project, { OwnerId: person(4) });
    const rows = await admin.records<{ RowCause: string }>(
      `SELECT RowCause FROM Project__Share WHERE ParentId = '${project}'`,
    );
    const before = await causes("Account", account);
    await update("AccountTeamMember", member, { AccountAccessLevel: "Read" });
    const [row] = await admin.records<{ AccountAccessLevel: string }>(
      `SELECT AccountAccessLevel FROM AccountShare WHERE AccountId = '${account}' AND RowCause = 'Team'`,
    );
    await remove("AccountTeamMember", member);

    expect(rows.map(({ RowCause }) => RowCause).sort()).toEqual(["Owner", "Reviewer__c", "Rule"]);
    expect(before).toEqual([`Owner ${person(0)}`, `Team ${person(1)}`]);
    expect(row?.AccountAccessLevel).toBe("Read");
    expect(await causes("Account", account)).toEqual([`Owner ${person(0)}`]);
  });

  test("lose the account or opportunity team when the owner changes (OwnerChangeOptions)", async () => {
    const account = await create("Account", { Name: "Team", OwnerId: person(0) });
    const deal = await create("Opportunity", opportunity(account, person(0)));
    await create("AccountTeamMember", { AccountId: account, UserId: person(1), AccountAccessLevel: "Edit" });
    await create("OpportunityTeamMember", { OpportunityId: deal, UserId: person(2), OpportunityAccessLevel: "Edit" });
    const before = [await causes("Account", account), await causes("Opportunity", deal)];
    await update("Opportunity", deal, { OwnerId: person(3) });
    await update("Account", account, { OwnerId: person(3) });

    expect(before[0]).toContain(`Team ${person(1)}`);
    expect(before[1]).toContain(`Team ${person(2)}`);
    expect(await causes("Account", account)).toEqual([`Owner ${person(3)}`]);
    expect(await causes("Opportunity", deal)).toEqual([`Owner ${person(3)}`]);
    expect(await admin.records(`SELECT Id FROM AccountTeamMember WHERE AccountId = '${account}'`)).toEqual([]);
    expect(shareDifferences(simulator.org)).toEqual([]);
  });

  test("follow the role of the owner and the levels of the role", async () => {
    const role = await create("UserRole", { Name: "Closed", OpportunityAccessForAccountOwner: "None" });
    const account = await create("Account", { Name: "Role", OwnerId: person(0) });
    const level = async () =>
      (
        await admin.records<{ OpportunityAccessLevel: string }>(
          `SELECT OpportunityAccessLevel FROM AccountShare WHERE AccountId = '${account}' AND RowCause = 'Owner'`,
        )
      )[0]?.OpportunityAccessLevel;
    await update("User", person(0), { UserRoleId: role });
    const closed = await level();
    await update("UserRole", role, { OpportunityAccessForAccountOwner: "Edit" });

    expect(closed).toBe("None");
    expect(await level()).toBe("Edit");
  });

  test("follow territories and the levels of a territory", async () => {
    const account = await create("Account", { Name: "Territory", OwnerId: person(0) });
    const [territory] = await admin.records<{ Id: string }>("SELECT Id FROM Territory2 WHERE Name = 'Germany'");
    const association = await create("ObjectTerritory2Association", {
      ObjectId: account,
      Territory2Id: territory?.Id,
    });
    await update("Territory2", territory?.Id ?? "", { AccountAccessLevel: "Edit" });
    const [row] = await admin.records<{ AccountAccessLevel: string; UserOrGroup: { Type: string } }>(
      `SELECT AccountAccessLevel, UserOrGroup.Type FROM AccountShare WHERE AccountId = '${account}' AND RowCause = 'Territory2AssociationManual'`,
    );
    await remove("ObjectTerritory2Association", association);

    expect(row).toMatchObject({ AccountAccessLevel: "Edit", UserOrGroup: { Type: "Territory" } });
    expect(await causes("Account", account)).toEqual([`Owner ${person(0)}`]);
  });

  test("lose team and shares when an opportunity becomes private (Object Reference, Opportunity)", async () => {
    const account = await create("Account", { Name: "Private", OwnerId: person(0) });
    const deal = await create("Opportunity", opportunity(account, person(0)));
    const team = { OpportunityId: deal, UserId: person(1), OpportunityAccessLevel: "Read" };
    await create("OpportunityTeamMember", team);
    await create("OpportunityShare", {
      OpportunityId: deal,
      UserOrGroupId: person(2),
      OpportunityAccessLevel: "Edit",
    });
    await update("Opportunity", deal, { IsPrivate: true });

    expect(await causes("Opportunity", deal)).toEqual([`Owner ${person(0)}`]);
    expect(await causes("Account", account)).toEqual([`Owner ${person(0)}`]);
    expect(await admin.records(`SELECT Id FROM OpportunityTeamMember WHERE OpportunityId = '${deal}'`)).toEqual([]);
  });
});

describe("Salesforce refuses", () => {
  const accountShare = async (values: object) => {
    const account = await create("Account", { Name: "A", OwnerId: person(0) });
    const share = { AccountId: account, UserOrGroupId: person(1), AccountAccessLevel: "Read", ...noChildLevels };
    return admin.rest("POST", "sobjects/AccountShare", { ...share, ...values });
  };

  test.each([
    ["the level All", { AccountAccessLevel: "All" }],
    ["the level None", { AccountAccessLevel: "None" }],
    ["a row of a sharing rule", { RowCause: "Rule" }],
    ["a row of the owner", { RowCause: "Owner" }],
    ["an Apex reason on a standard object", { RowCause: "Reviewer__c" }],
  ])("a share with %s", async (_, values) => {
    expect((await accountShare(values)).status).toBe(400);
  });

  test("a second share for the same user, and a share that grants no more than the default", async () => {
    const account = await create("Account", { Name: "A", OwnerId: person(0) });
    const share = { AccountId: account, UserOrGroupId: person(1), AccountAccessLevel: "Read", ...noChildLevels };
    await create("AccountShare", share);
    const campaign = await create("Campaign", { Name: "C", OwnerId: person(0) });
    const read = { CampaignId: campaign, UserOrGroupId: person(1), CampaignAccessLevel: "Read" };

    expect(await admin.rest("POST", "sobjects/AccountShare", share)).toMatchObject({
      status: 400,
      body: [{ errorCode: "DUPLICATE_VALUE" }],
    });
    expect((await admin.rest("POST", "sobjects/CampaignShare", read)).status).toBe(400);
  });

  // Object Reference, "AccountShare": only manual rows of standard objects can be edited and deleted. Salesforce article 000380273 has the code.
  test.each([
    ["AccountShare", "Owner"],
    ["AccountShare", "Team"],
    ["AccountShare", "ImplicitParent"],
    ["AccountShare", "Territory2AssociationManual"],
    ["OpportunityShare", "Team"],
    ["CaseShare", "Team"],
  ])("changes and deletions of rows of %s with the cause %s, which it keeps itself", async (table, cause) => {
    const [row] = await admin.records<{ Id: string }>(`SELECT Id FROM ${table} WHERE RowCause = '${cause}' LIMIT 1`);
    const level = table.replace("Share", "AccessLevel");
    const answers = [
      await admin.rest("DELETE", `sobjects/${table}/${row?.Id ?? ""}`),
      await admin.rest("PATCH", `sobjects/${table}/${row?.Id ?? ""}`, { [level]: "Read" }),
    ];

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "INSUFFICIENT_ACCESS_OR_READONLY" }] });
    }
    expect(await admin.records(`SELECT Id FROM ${table} WHERE Id = '${row?.Id ?? ""}'`)).toHaveLength(1);
  });

  test("owners that are public groups or inactive users", async () => {
    const [group] = await admin.records<{ Id: string }>("SELECT Id FROM Group WHERE Type = 'Regular' LIMIT 1");
    const [former] = await admin.records<{ Id: string }>("SELECT Id FROM User WHERE IsActive = false LIMIT 1");

    for (const OwnerId of [group?.Id, former?.Id]) {
      expect((await admin.rest("POST", "sobjects/Case", { Subject: "x", OwnerId })).status).toBe(400);
    }
  });
});

describe("organization-wide defaults", () => {
  test("make and remove share tables, and show in EntityDefinition and Organization", async () => {
    const before = await admin.query("SELECT Id FROM ContactShare");
    await admin.control("POST", "sharing", {
      defaults: { Contact: "Private", Lead: { internal: "Read", external: "Private" } },
    });
    const [contact] = await admin.records<Record<string, string>>(
      "SELECT InternalSharingModel, ExternalSharingModel FROM EntityDefinition WHERE QualifiedApiName = 'Contact'",
    );
    const [organization] = await admin.records<Record<string, string>>(
      "SELECT DefaultContactAccess, DefaultLeadAccess FROM Organization",
    );
    const owners = await admin.records("SELECT Id FROM ContactShare WHERE RowCause = 'Owner'");
    const contacts = await admin.records("SELECT Id FROM Contact");

    expect(before).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_TYPE" }] });
    expect(contact).toMatchObject({ InternalSharingModel: "Private", ExternalSharingModel: "Private" });
    expect(organization).toMatchObject({ DefaultContactAccess: "None", DefaultLeadAccess: "Read" });
    expect(owners).toHaveLength(contacts.length);
    expect((await admin.query("SELECT Id FROM LeadShare")).status).toBe(200);
    expect(shareDifferences(simulator.org)).toEqual([]);

    await admin.control("POST", "sharing", { defaults: { Contact: "ControlledByParent" } });
    expect((await admin.query("SELECT Id FROM ContactShare")).status).toBe(400);
    expect(shareDifferences(simulator.org)).toEqual([]);
  });

  test("store the access of account owners to children if the org does so", async () => {
    await admin.control("POST", "sharing", { implicit_child_rows: "stored" });

    const rows = await admin.records("SELECT Id FROM OpportunityShare WHERE RowCause = 'ImplicitChild'");
    expect(rows.length).toBeGreaterThan(5);
    expect(shareDifferences(simulator.org)).toEqual([]);
  });

  test.each([
    [{ defaults: { Lead: { internal: "Private", external: "Read" } } }, /wider/u],
    [{ defaults: { Lead: "Sometimes" } }, /must be one of/u],
    [{ defaults: { Lead: "ControlledByParent" } }, /only contacts/u],
    [{ defaults: { Milestone__c: "Private" } }, /no default/u],
    [{ without_hierarchies: ["Lead"] }, /not a custom object/u],
    [{ implicit_child_rows: "both" }, /must be one of/u],
    [{ default: {} }, /Unknown member/u],
  ])("refuse %j", async (body, message) => {
    const answer = await admin.control("POST", "sharing", body);

    expect(answer.status).toBe(400);
    expect((answer.body as { error: string }).error).toMatch(message);
  });
});
