import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "../rest-client.ts";

// Writes require the access that UserRecordAccess names: Edit, Delete, Transfer (Object Reference, "UserRecordAccess"). The status codes are
// those of the SOAP API Developer Guide, "Status Codes"; their HTTP status is not confirmed.

const readonlyError = [
  { errorCode: "INSUFFICIENT_ACCESS_OR_READONLY", message: "insufficient access rights on object id" },
];

let simulator: RunningSimulator;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  admin = new RestClient(simulator);
  await admin.control("POST", "reset");
  await admin.signIn("simulator-admin");
  await admin.control("POST", "sharing", {
    defaults: { Account: "Private", Opportunity: "Private", Case: "Private", Project__c: "Private" },
  });
});

afterAll(() => simulator.stop());

const create = async (object: string, values: object) => idOf(await admin.rest("POST", `sobjects/${object}`, values));

interface Person {
  readonly id: string;
  readonly client: RestClient;
}

/** A user without a role whose permission set grants these permissions on these objects. */
async function person(name: string, objects: Record<string, readonly string[]>): Promise<Person> {
  const [profile] = await admin.records<{ Id: string }>("SELECT Id FROM Profile WHERE Name = 'Chatter Free User'");
  const set = await create("PermissionSet", { Name: `set_${name}`, Label: name, PermissionsApiEnabled: true });
  for (const [SobjectType, permissions] of Object.entries(objects)) {
    const flags = Object.fromEntries(permissions.map((permission) => [`Permissions${permission}`, true]));
    await create("ObjectPermissions", { ParentId: set, SobjectType, ...flags, ...readEverything });
  }
  const id = await create("User", {
    Username: `${name}@writes.example`,
    LastName: name,
    Email: `${name}@writes.example`,
    Alias: name.slice(0, 8),
    CommunityNickname: name,
    TimeZoneSidKey: "GMT",
    LocaleSidKey: "en_US",
    LanguageLocaleKey: "en_US",
    EmailEncodingKey: "UTF-8",
    ProfileId: profile?.Id,
  });
  await create("PermissionSetAssignment", { AssigneeId: id, PermissionSetId: set });
  return { id, client: await RestClient.signInAs(simulator, `${name}@writes.example`) };
}

const readEverything = { PermissionsRead: true, PermissionsViewAllFields: true };
const all = { Account: ["Create", "Edit", "Delete"], Contact: ["Create", "Edit", "Delete"] };

const noChildLevels = { OpportunityAccessLevel: "None", CaseAccessLevel: "None", ContactAccessLevel: "None" };

async function share(AccountId: string, UserOrGroupId: string, AccountAccessLevel: string): Promise<void> {
  await create("AccountShare", { AccountId, UserOrGroupId, AccountAccessLevel, ...noChildLevels });
}

describe("a user with an account", () => {
  test.each([
    ["of another owner", undefined, { update: 404, delete: 404, transfer: 404 }],
    ["shared for reading", "Read", { update: 400, delete: 400, transfer: 400 }],
    ["shared for editing", "Edit", { update: 204, delete: 400, transfer: 400 }],
    ["of the user", "owner", { update: 204, transfer: 204, delete: 404 }],
  ])("%s writes as far as the access goes", async (_, level, expected) => {
    const user = await person("writer", all);
    const other = await person("other", all);
    const account = await create("Account", { Name: "A", OwnerId: level === "owner" ? user.id : other.id });
    if (level === "Read" || level === "Edit") await share(account, user.id, level);
    const path = `sobjects/Account/${account}`;
    const answers = {
      update: await user.client.rest("PATCH", path, { Site: "B" }),
      transfer: await user.client.rest("PATCH", path, { OwnerId: level === "owner" ? other.id : user.id }),
      delete: await user.client.rest("DELETE", path),
    };

    for (const [name, answer] of Object.entries(answers)) {
      expect([name, answer.status]).toEqual([name, expected[name as keyof typeof expected]]);
      if (answer.status === 400) expect(answer.body).toMatchObject(readonlyError);
    }
  });

  test("of the user can be deleted only with Delete on the object", async () => {
    const able = await person("able", all);
    const unable = await person("unable", { Account: ["Edit"] });
    const [first, second] = [
      await create("Account", { Name: "A", OwnerId: able.id }),
      await create("Account", { Name: "B", OwnerId: unable.id }),
    ];

    expect((await able.client.rest("DELETE", `sobjects/Account/${first}`)).status).toBe(204);
    expect(await unable.client.rest("DELETE", `sobjects/Account/${second}`)).toMatchObject({
      status: 400,
      body: readonlyError,
    });
    expect(await admin.records(`SELECT Id FROM Account WHERE Id = '${second}'`)).toHaveLength(1);
  });

  test("cannot change it without Edit on the object, nor create without Create", async () => {
    const reader = await person("reader", { Account: [] });
    const account = await create("Account", { Name: "A", OwnerId: reader.id });

    expect(await reader.client.rest("PATCH", `sobjects/Account/${account}`, { Site: "B" })).toMatchObject({
      status: 400,
      body: readonlyError,
    });
    expect(await reader.client.rest("POST", "sobjects/Account", { Name: "New" })).toMatchObject({
      status: 400,
      body: [{ errorCode: "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message: "entity type cannot be inserted: Account" }],
    });
  });

  test("gets the same refusals in collections and bulk jobs", async () => {
    const user = await person("writer", all);
    const other = await person("other", all);
    const account = await create("Account", { Name: "A", OwnerId: other.id });
    await share(account, user.id, "Read");
    const record = { attributes: { type: "Account" }, Id: account, Site: "B" };
    const updated = await user.client.rest("PATCH", "composite/sobjects", { records: [record] });
    const removed = await user.client.rest("DELETE", `composite/sobjects?ids=${account}`);
    const job = await user.client.rest("POST", "jobs/ingest", { object: "Account", operation: "delete" });
    const path = `/services/data/v62.0/jobs/ingest/${(job.body as { id: string }).id}`;
    await user.client.call("PUT", `${path}/batches`, `Id\n${account}\n`, { "content-type": "text/csv" });
    await user.client.call("PATCH", path, { state: "UploadComplete" });
    await admin.control("POST", "clock", { advance_seconds: 5 });
    await user.client.call("GET", path);
    const failed = await user.client.call("GET", `${path}/failedResults`);

    for (const { body } of [updated, removed]) {
      expect(body).toMatchObject([{ success: false, errors: [{ statusCode: "INSUFFICIENT_ACCESS_OR_READONLY" }] }]);
    }
    expect(failed.body).toContain("INSUFFICIENT_ACCESS_OR_READONLY:insufficient access rights on object id");
  });
});

describe("a record that refers to others", () => {
  const crossReference = {
    status: 400,
    body: [
      {
        errorCode: "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        message: "insufficient access rights on cross-reference id",
      },
    ],
  };

  test("can only refer to records that the user can read", async () => {
    const user = await person("writer", all);
    const hidden = await create("Account", { Name: "Hidden" });
    const own = await create("Account", { Name: "Own", OwnerId: user.id });
    const made = await user.client.rest("POST", "sobjects/Contact", { LastName: "C", AccountId: own });

    expect(await user.client.rest("POST", "sobjects/Contact", { LastName: "C", AccountId: hidden })).toMatchObject(
      crossReference,
    );
    expect(await user.client.rest("PATCH", `sobjects/Contact/${idOf(made)}`, { AccountId: hidden })).toMatchObject(
      crossReference,
    );
  });

  test("needs Edit on its master: with it, details can be created, changed and deleted", async () => {
    const user = await person("writer", { Account: [], Project__c: [], Milestone__c: ["Create", "Edit", "Delete"] });
    const project = await create("Project__c", { Name: "P" });
    const masters = {
      Project__c: project,
      Account__c: await create("Account", { Name: "Own", OwnerId: user.id }),
    };
    await create("Project__Share", { ParentId: project, UserOrGroupId: user.id, AccessLevel: "Read" });
    const detail = await create("Milestone__c", masters);
    const write = async () => [
      await user.client.rest("POST", "sobjects/Milestone__c", masters),
      await user.client.rest("PATCH", `sobjects/Milestone__c/${detail}`, { Notes__c: "Changed" }),
      await user.client.rest("DELETE", `sobjects/Milestone__c/${detail}`),
    ];
    const refused = await write();
    const [row] = await admin.records<{ Id: string }>(
      `SELECT Id FROM Project__Share WHERE ParentId = '${project}' AND RowCause = 'Manual'`,
    );
    await admin.rest("PATCH", `sobjects/Project__Share/${row?.Id ?? ""}`, { AccessLevel: "Edit" });
    const allowed = await write();

    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(refused[0]).toMatchObject(crossReference);
    expect(allowed.map(({ status }) => status)).toEqual([201, 204, 204]);
  });

  test("is shared only by users with full access, and a team is changed only by users with Edit", async () => {
    const user = await person("writer", all);
    const other = await person("other", all);
    const [own, foreign] = [
      await create("Account", { Name: "Own", OwnerId: user.id }),
      await create("Account", { Name: "Foreign", OwnerId: other.id }),
    ];
    const row = (AccountId: string) => ({
      AccountId,
      UserOrGroupId: other.id,
      AccountAccessLevel: "Edit",
      ...noChildLevels,
    });
    const member = { AccountId: foreign, UserId: user.id, AccountAccessLevel: "Edit" };
    await share(foreign, user.id, "Read");
    const team = await user.client.rest("POST", "sobjects/AccountTeamMember", member);
    const [manual] = await admin.records<{ Id: string }>(
      `SELECT Id FROM AccountShare WHERE AccountId = '${foreign}' AND RowCause = 'Manual'`,
    );
    await admin.rest("PATCH", `sobjects/AccountShare/${manual?.Id ?? ""}`, { AccountAccessLevel: "Edit" });

    expect(team).toMatchObject(crossReference);
    expect(await user.client.rest("POST", "sobjects/AccountTeamMember", member)).toMatchObject({ status: 201 });
    expect(await user.client.rest("POST", "sobjects/AccountShare", row(foreign))).toMatchObject(crossReference);
    expect(await user.client.rest("DELETE", `sobjects/AccountShare/${manual?.Id ?? ""}`)).toMatchObject({
      status: 400,
      body: readonlyError,
    });
    expect(await user.client.rest("POST", "sobjects/AccountShare", row(own))).toMatchObject({
      status: 201,
      body: { success: true },
    });
  });
});

test("every user can change exactly the records to which UserRecordAccess grants Edit", async () => {
  const users = await admin.records<{ Id: string; Username: string }>(
    "SELECT Id, Username FROM User WHERE IsActive = true",
  );
  const found = { allowed: 0, refused: 0, hidden: 0 };
  for (const object of ["Account", "Opportunity", "Case", "Lead", "Project__c", "Milestone__c"]) {
    const rows = await admin.records<{ Id: string }>(`SELECT Id FROM ${object} LIMIT 25`);
    const list = rows.map(({ Id }) => `'${Id}'`).join(",");
    for (const { Id: userId, Username } of users) {
      const client = await RestClient.signInAs(simulator, Username);
      if ((await client.rest("GET", "limits")).status !== 200) continue;
      const answers = await admin.records<{ RecordId: string; HasReadAccess: boolean; HasEditAccess: boolean }>(
        `SELECT RecordId, HasReadAccess, HasEditAccess FROM UserRecordAccess WHERE UserId = '${userId}' AND RecordId IN (${list})`,
      );
      for (const { RecordId, HasReadAccess, HasEditAccess } of answers.slice(0, 12)) {
        const { status } = await client.rest("PATCH", `sobjects/${object}/${RecordId}`, {});
        const outcome = HasEditAccess ? "allowed" : HasReadAccess ? "refused" : "hidden";

        expect([userId, RecordId, status]).toEqual([
          userId,
          RecordId,
          { allowed: 204, refused: 400, hidden: 404 }[outcome],
        ]);
        found[outcome] += 1;
      }
    }
  }
  expect(Math.min(...Object.values(found))).toBeGreaterThan(20);
});
