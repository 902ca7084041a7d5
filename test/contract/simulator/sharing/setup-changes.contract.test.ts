import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "../rest-client.ts";

// What Salesforce makes of changed users, roles, groups, territories and permission set groups (Object Reference, the page of each object).

let simulator: RunningSimulator;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  admin = new RestClient(simulator);
  await admin.control("POST", "reset");
  await admin.signIn("simulator-admin");
});

afterAll(() => simulator.stop());

const create = async (object: string, values: object) => idOf(await admin.rest("POST", `sobjects/${object}`, values));
const update = async (object: string, id: string, values: object) =>
  expect((await admin.rest("PATCH", `sobjects/${object}/${id}`, values)).status).toBe(204);

async function first(object: string, where: string): Promise<string> {
  const [row] = await admin.records<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${where} LIMIT 1`);
  return row?.Id ?? "";
}

async function newUser(values: object): Promise<string> {
  return create("User", {
    Username: "new@simulated.example",
    LastName: "New",
    Email: "new@simulated.example",
    Alias: "new",
    CommunityNickname: "new",
    TimeZoneSidKey: "GMT",
    LocaleSidKey: "en_US",
    LanguageLocaleKey: "en_US",
    EmailEncodingKey: "UTF-8",
    ...values,
  });
}

describe("a new user", () => {
  test("is active, has a login, the type of the profile and the permission set of the profile", async () => {
    const profile = await first("Profile", "Name = 'Standard User'");
    const id = await newUser({ ProfileId: profile });
    const [user] = await admin.records(`SELECT UserType, IsActive FROM User WHERE Id = '${id}'`);
    const assignments = await admin.records(
      `SELECT IsActive, PermissionSet.ProfileId FROM PermissionSetAssignment WHERE AssigneeId = '${id}'`,
    );

    expect(user).toMatchObject({ UserType: "Standard", IsActive: true });
    expect(await admin.records(`SELECT Id FROM UserLogin WHERE UserId = '${id}'`)).toHaveLength(1);
    expect(assignments).toMatchObject([{ IsActive: true, PermissionSet: { ProfileId: profile } }]);
  });

  test("of a partner profile belongs to the account of the contact", async () => {
    const { contact, account } = await company("Acme", await ownerWithRole());
    const id = await external("Partner Community User", contact);
    const [user] = await admin.records(`SELECT UserType, AccountId, IsPortalEnabled FROM User WHERE Id = '${id}'`);

    expect(user).toMatchObject({ UserType: "PowerPartner", AccountId: account, IsPortalEnabled: true });
  });

  test("has manager groups once there is a manager", async () => {
    const manager = await newUser({ ProfileId: await first("Profile", "Name = 'Standard User'") });
    const report = await first("User", "ManagerId != null");
    const before = await admin.records(`SELECT Id FROM Group WHERE RelatedId = '${manager}'`);
    await update("User", report, { ManagerId: manager });
    const groups = await admin.records<{ Type: string }>(`SELECT Type FROM Group WHERE RelatedId = '${manager}'`);

    expect(before).toEqual([]);
    expect(groups.map(({ Type }) => Type).sort()).toEqual(["Manager", "ManagerAndSubordinatesInternal"]);
  });

  test("loses manual shares, not ownership, when deactivated", async () => {
    const id = await newUser({ ProfileId: await first("Profile", "Name = 'Standard User'") });
    const project = await create("Project__c", { Name: "P" });
    const own = await create("Project__c", { Name: "Own", OwnerId: id });
    await create("Project__Share", { ParentId: project, UserOrGroupId: id, AccessLevel: "Read" });
    await update("User", id, { IsActive: false });

    const shares = await admin.records(`SELECT ParentId, RowCause FROM Project__Share WHERE UserOrGroupId = '${id}'`);
    expect(shares).toMatchObject([{ ParentId: own, RowCause: "Owner" }]);
  });
});

/** An active internal user with a role. */
const ownerWithRole = () => first("User", "UserType = 'Standard' AND IsActive = true AND UserRoleId != null");

async function company(Name: string, OwnerId: string): Promise<{ account: string; contact: string }> {
  const account = await create("Account", { Name, OwnerId });
  return { account, contact: await create("Contact", { LastName: "Person", AccountId: account }) };
}

const external = async (profile: string, ContactId: string, values: object = {}) =>
  newUser({ ProfileId: await first("Profile", `Name = '${profile}'`), ContactId, ...values });

// Salesforce Help, "Partner User Roles"; Salesforce articles 005167124 (roles of external users) and 000385901 (owners without role).
describe("the first external user of an account", () => {
  interface Role {
    readonly Id: string;
    readonly Name: string;
    readonly ParentRoleId: string;
    readonly PortalRole: string;
    readonly PortalAccountOwnerId: string;
  }
  const rolesOf = (account: string) =>
    admin.records<Role>(
      `SELECT Id, Name, ParentRoleId, PortalRole, PortalType, PortalAccountOwnerId FROM UserRole WHERE PortalAccountId = '${account}' ORDER BY Name`,
    );
  const roleOf = async (id: string) =>
    (await admin.records<{ UserRoleId: string | null }>(`SELECT UserRoleId FROM User WHERE Id = '${id}'`))[0]
      ?.UserRoleId;

  test.each([
    ["Partner Community User", "Partner", "Partner"],
    ["Customer Community Plus User", "Customer", "CustomerPortal"],
    ["Customer Portal Manager", "Customer", "CustomerPortal"],
  ])("with the profile %s makes a line of roles below the role of the account's owner", async (profile, word, type) => {
    const owner = await ownerWithRole();
    const { account, contact } = await company("Acme", owner);
    const user = await external(profile, contact);
    const [executive, manager, worker] = await rolesOf(account);
    const groups = await admin.records<{ Type: string }>(
      `SELECT Type FROM Group WHERE RelatedId = '${worker?.Id ?? ""}' ORDER BY Type`,
    );
    const [share] = await admin.records(
      `SELECT UserOrGroup.Type FROM AccountShare WHERE AccountId = '${account}' AND RowCause = 'PortalImplicit'`,
    );

    expect(executive).toMatchObject({ Name: `Acme ${word} Executive`, ParentRoleId: await roleOf(owner) });
    expect(manager).toMatchObject({ Name: `Acme ${word} Manager`, ParentRoleId: executive?.Id });
    expect(worker).toMatchObject({ Name: `Acme ${word} User`, ParentRoleId: manager?.Id, PortalRole: "Worker" });
    expect(worker).toMatchObject({ PortalType: type, PortalAccountOwnerId: owner });
    expect(groups.map(({ Type }) => Type)).toEqual(["Role", "RoleAndSubordinates"]);
    expect(share).toBeDefined();
    expect(await roleOf(user)).toBe(worker?.Id);
  });

  test("makes as many roles as the org's settings say, and the next user makes none", async () => {
    await admin.control("POST", "sharing", { portal_roles: 2 });
    const { account, contact } = await company("Acme", await ownerWithRole());
    await external("Partner Community User", contact);
    const roles = await rolesOf(account);
    const second = await create("Contact", { LastName: "Second", AccountId: account });
    const names = { Username: "second@simulated.example", CommunityNickname: "second", Alias: "second" };
    await external("Partner Community User", second, { ...names, UserRoleId: roles[0]?.Id });

    expect(roles.map(({ Name }) => Name)).toEqual(["Acme Partner Manager", "Acme Partner User"]);
    expect(await rolesOf(account)).toEqual(roles);
  });

  test("gets no role if the user is a high-volume user", async () => {
    const { account, contact } = await company("Acme", await ownerWithRole());
    const user = await external("Customer Community User", contact);

    expect(await rolesOf(account)).toEqual([]);
    expect(await roleOf(user)).toBeNull();
  });

  test("is refused if the account's owner has no role", async () => {
    const owner = await newUser({ ProfileId: await first("Profile", "Name = 'Standard User'") });
    const { contact } = await company("Acme", owner);
    const answer = await admin.rest("POST", "sobjects/User", {
      Username: "partner@simulated.example",
      LastName: "Partner",
      Email: "partner@simulated.example",
      Alias: "partner",
      CommunityNickname: "partner",
      TimeZoneSidKey: "GMT",
      LocaleSidKey: "en_US",
      LanguageLocaleKey: "en_US",
      EmailEncodingKey: "UTF-8",
      ProfileId: await first("Profile", "Name = 'Partner Community User'"),
      ContactId: contact,
    });

    expect(answer).toMatchObject({
      status: 400,
      body: [{ errorCode: "UNKNOWN_EXCEPTION", message: "portal account owner must have a role" }],
    });
  });

  test("has roles that follow a new owner of the account, and a new role of the owner", async () => {
    const { account, contact } = await company("Acme", await ownerWithRole());
    await external("Partner Community User", contact);
    const role = await create("UserRole", { Name: "Channel" });
    const [, other] = await admin.records<{ Id: string; UserRoleId: string }>(
      "SELECT Id, UserRoleId FROM User WHERE UserType = 'Standard' AND IsActive = true AND UserRoleId != null LIMIT 2",
    );
    await update("Account", account, { OwnerId: other?.Id });
    const [moved] = await rolesOf(account);
    await update("User", other?.Id ?? "", { UserRoleId: role });
    const [followed] = await rolesOf(account);

    expect(moved).toMatchObject({ ParentRoleId: other?.UserRoleId, PortalAccountOwnerId: other?.Id });
    expect(followed).toMatchObject({ ParentRoleId: role });
  });
});

describe("roles, territories and groups", () => {
  test("a new role has its groups, which go with the role", async () => {
    const role = await create("UserRole", { Name: "New role" });
    const groups = await admin.records<{ Type: string }>(`SELECT Type FROM Group WHERE RelatedId = '${role}'`);
    await admin.rest("DELETE", `sobjects/UserRole/${role}`);

    expect(groups.map(({ Type }) => Type).sort()).toEqual([
      "Role",
      "RoleAndSubordinates",
      "RoleAndSubordinatesInternal",
    ]);
    expect(await admin.records(`SELECT Id FROM Group WHERE RelatedId = '${role}'`)).toEqual([]);
  });

  test("a role cannot be below itself, nor be deleted while it has users or roles", async () => {
    const upper = await create("UserRole", { Name: "Upper" });
    const lower = await create("UserRole", { Name: "Lower", ParentRoleId: upper });

    for (const ParentRoleId of [lower, upper]) {
      expect(await admin.rest("PATCH", `sobjects/UserRole/${upper}`, { ParentRoleId })).toMatchObject({
        status: 400,
        body: [{ errorCode: "CIRCULAR_DEPENDENCY" }],
      });
    }
    expect((await admin.rest("DELETE", `sobjects/UserRole/${upper}`)).status).toBe(400);
    expect((await admin.rest("POST", "sobjects/UserRole", { Name: "x", ParentRoleId: "00Exx0000000000" })).status).toBe(
      400,
    );
  });

  test("a new territory has its groups", async () => {
    const id = await create("Territory2", {
      Name: "New",
      DeveloperName: "New",
      Territory2TypeId: await first("Territory2Type", "Priority = 1"),
      Territory2ModelId: await first("Territory2Model", "State = 'Active'"),
    });

    expect(await admin.records(`SELECT Id FROM Group WHERE RelatedId = '${id}'`)).toHaveLength(2);
  });

  test("a group includes bosses unless it is told otherwise, and cannot contain itself or a member twice", async () => {
    const [outer, inner] = [
      await create("Group", { Name: "Outer", Type: "Regular" }),
      await create("Group", { Name: "Inner", Type: "Queue", DoesIncludeBosses: false }),
    ];
    const middle = await create("Group", { Name: "Middle", Type: "Regular" });
    await create("GroupMember", { GroupId: outer, UserOrGroupId: middle });
    const flags = await admin.records<{ DoesIncludeBosses: boolean }>(
      `SELECT DoesIncludeBosses FROM Group WHERE Id IN ('${outer}', '${inner}') ORDER BY Name DESC`,
    );

    expect(flags.map(({ DoesIncludeBosses }) => DoesIncludeBosses)).toEqual([true, false]);
    for (const [GroupId, UserOrGroupId] of [
      [outer, outer],
      [middle, outer],
      [outer, middle],
    ]) {
      expect((await admin.rest("POST", "sobjects/GroupMember", { GroupId, UserOrGroupId })).status).toBe(400);
    }
    expect((await admin.rest("POST", "sobjects/Group", { Name: "x", Type: "Role" })).status).toBe(400);
  });

  test("a deleted group takes its shares along", async () => {
    const group = await create("Group", { Name: "Team", Type: "Regular" });
    const project = await create("Project__c", { Name: "P" });
    await create("Project__Share", { ParentId: project, UserOrGroupId: group, AccessLevel: "Read" });
    await admin.rest("DELETE", `sobjects/Group/${group}`);

    expect(await admin.records(`SELECT RowCause FROM Project__Share WHERE ParentId = '${project}'`)).toMatchObject([
      { RowCause: "Owner" },
    ]);
  });
});

describe("permission set groups", () => {
  /** A group of one set with View All on leads. */
  async function group(): Promise<{ groupId: string; setId: string }> {
    const setId = await create("PermissionSet", { Name: "Leads", Label: "Leads" });
    const groupId = await create("PermissionSetGroup", { DeveloperName: "Lead_Group", MasterLabel: "Lead group" });
    const all = { PermissionsRead: true, PermissionsViewAllRecords: true };
    await create("ObjectPermissions", { ParentId: setId, SobjectType: "Lead", ...all });
    await create("PermissionSetGroupComponent", { PermissionSetGroupId: groupId, PermissionSetId: setId });
    return { groupId, setId };
  }
  const aggregated = (groupId: string) =>
    admin.records(
      `SELECT SobjectType, PermissionsRead, PermissionsViewAllRecords FROM ObjectPermissions WHERE ParentId IN (SELECT Id FROM PermissionSet WHERE PermissionSetGroupId = '${groupId}')`,
    );
  const statusOf = async (groupId: string) =>
    (await admin.records<{ Status: string }>(`SELECT Status FROM PermissionSetGroup WHERE Id = '${groupId}'`))[0]
      ?.Status;

  test("are Outdated after a change until Salesforce has aggregated their sets again", async () => {
    await admin.control("POST", "limits", { permission_set_group_seconds: 60 });
    const { groupId } = await group();
    const before = { status: await statusOf(groupId), objects: await aggregated(groupId) };
    await admin.control("POST", "clock", { advance_seconds: 90 });

    expect(before).toEqual({ status: "Outdated", objects: [] });
    expect(await statusOf(groupId)).toBe("Updated");
    expect(await aggregated(groupId)).toMatchObject([
      { SobjectType: "Lead", PermissionsRead: true, PermissionsViewAllRecords: true },
    ]);
  });

  test("leave out what is muted, and give an assigned user the rest", async () => {
    const { groupId } = await group();
    const muting = await create("MutingPermissionSet", { DeveloperName: "Mute", MasterLabel: "Mute" });
    await create("PermissionSetGroupComponent", { PermissionSetGroupId: groupId, PermissionSetId: muting });
    await create("ObjectPermissions", { ParentId: muting, SobjectType: "Lead", PermissionsViewAllRecords: true });
    const chatter = await first("User", "UserType = 'CsnOnly'");
    const assignment = { AssigneeId: chatter, PermissionSetGroupId: groupId };
    await create("PermissionSetAssignment", assignment);
    const [row] = await admin.records<{ PermissionSet: { Type: string } }>(
      `SELECT PermissionSet.Type FROM PermissionSetAssignment WHERE PermissionSetGroupId = '${groupId}'`,
    );

    expect(await aggregated(groupId)).toMatchObject([{ PermissionsRead: true, PermissionsViewAllRecords: false }]);
    expect(row?.PermissionSet.Type).toBe("Group");
    expect((await admin.rest("POST", "sobjects/PermissionSetAssignment", assignment)).status).toBe(400);
  });

  test("grant nothing any more after an assignment expires", async () => {
    const { setId } = await group();
    const [chatter] = await admin.records<{ Id: string; Username: string }>(
      "SELECT Id, Username FROM User WHERE UserType = 'CsnOnly'",
    );
    const until = new Date(simulator.org.clock.now() + 60_000).toISOString();
    await create("PermissionSetAssignment", {
      AssigneeId: chatter?.Id,
      PermissionSetId: setId,
      ExpirationDate: until,
    });
    const client = await RestClient.signInAs(simulator, chatter?.Username ?? "");
    const before = await client.query("SELECT Id FROM Lead");
    await admin.control("POST", "clock", { advance_seconds: 120 });

    expect(before.status).toBe(200);
    expect((await client.query("SELECT Id FROM Lead")).status).toBe(400);
  });
});
