import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";

// Object Reference, "UserRecordAccess". Its error codes are not confirmed.

interface AccessRow {
  readonly RecordId: string;
  readonly HasReadAccess: boolean;
  readonly HasEditAccess: boolean;
  readonly HasDeleteAccess: boolean;
  readonly HasTransferAccess: boolean;
  readonly HasAllAccess: boolean;
  readonly MaxAccessLevel: string;
}

let simulator: RunningSimulator;
let admin: RestClient;
let staff: { Id: string; Username: string }[];

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  admin = new RestClient(simulator);
  await admin.control("POST", "reset");
  await admin.signIn("simulator-admin");
  staff = await admin.records(
    "SELECT Id, Username FROM User WHERE IsActive = true AND Profile.Name = 'Standard User' ORDER BY Username",
  );
});

afterAll(() => simulator.stop());

const signIn = (username: string) => RestClient.signInAs(simulator, username);
const user = (index: number) => staff[index] ?? { Id: "", Username: "" };

async function accessOf(userId: string, recordId: string): Promise<AccessRow | undefined> {
  const [row] = await admin.records<AccessRow>(
    `SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, HasTransferAccess, HasAllAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '${userId}' AND RecordId = '${recordId}'`,
  );
  return row;
}

async function create(object: string, values: object): Promise<string> {
  return ((await admin.rest("POST", `sobjects/${object}`, values)).body as { id: string }).id;
}

describe("UserRecordAccess", () => {
  test("names the levels of an owner, of a share, of View All and of Modify All", async () => {
    const account = await create("Account", { Name: "Shared", OwnerId: user(0).Id });
    const child = { OpportunityAccessLevel: "None", CaseAccessLevel: "None", ContactAccessLevel: "None" };
    const share = { AccountId: account, UserOrGroupId: user(1).Id, AccountAccessLevel: "Edit", ...child };
    await create("AccountShare", share);
    const [integration] = await admin.records<{ Id: string }>(
      "SELECT Id FROM User WHERE Username = 'simulator@simulated.example'",
    );
    const [administrator] = await admin.records<{ Id: string }>(
      "SELECT Id FROM User WHERE Username = 'admin@simulated.example'",
    );

    // The profile of the owner does not grant Delete.
    expect(await accessOf(user(0).Id, account)).toMatchObject({
      HasReadAccess: true,
      HasEditAccess: true,
      HasDeleteAccess: false,
      HasTransferAccess: true,
      HasAllAccess: false,
      MaxAccessLevel: "Transfer",
    });
    expect(await accessOf(user(1).Id, account)).toMatchObject({
      HasReadAccess: true,
      HasEditAccess: true,
      HasTransferAccess: false,
      MaxAccessLevel: "Edit",
    });
    expect(await accessOf(integration?.Id ?? "", account)).toMatchObject({
      HasReadAccess: true,
      HasEditAccess: false,
      MaxAccessLevel: "Read",
    });
    expect(await accessOf(administrator?.Id ?? "", account)).toMatchObject({
      HasAllAccess: true,
      MaxAccessLevel: "All",
    });
  });

  test("leaves out records that the asking user does not read, and records that do not exist", async () => {
    const account = await create("Account", { Name: "Hidden", OwnerId: user(0).Id });
    const other = await signIn("sales-less");
    expect(other.token).toBe("");
    const asking = await signIn(user(1).Username);
    const statement = `SELECT RecordId FROM UserRecordAccess WHERE UserId = '${user(0).Id}' AND RecordId IN ('${account}', '001Fk00000ZZZZZ')`;

    const [access] = await admin.records<AccessRow>(
      `SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '${user(1).Id}' AND RecordId = '${account}'`,
    );
    expect(access?.HasReadAccess).toBe(false);
    expect(await admin.records(statement)).toMatchObject([{ RecordId: account }]);
    expect(await asking.records(statement)).toEqual([]);
  });

  test("takes 200 records, one user, one level as a filter, and the selected levels to sort by", async () => {
    const accounts = await admin.records<{ Id: string }>("SELECT Id FROM Account LIMIT 40");
    const ids = accounts.map(({ Id }) => `'${Id}'`).join(",");
    const where = `WHERE UserId = '${user(0).Id}' AND RecordId IN (${ids})`;

    const readable = await admin.records(`SELECT RecordId FROM UserRecordAccess ${where} AND HasReadAccess = true`);
    const sorted = await admin.records<AccessRow>(
      `SELECT RecordId, HasReadAccess FROM UserRecordAccess ${where} ORDER BY HasReadAccess DESC`,
    );

    const flags = sorted.map(({ HasReadAccess }) => HasReadAccess);
    expect(sorted).toHaveLength(accounts.length);
    expect(flags).toEqual([...flags].sort((a, b) => Number(b) - Number(a)));
    expect(readable).toHaveLength(flags.filter(Boolean).length);
  });

  const id = "001Fk0000000001";
  const many = Array.from({ length: 201 }, (_, index) => `'001Fk0000000${String(index).padStart(3, "0")}'`).join(",");
  test.each([
    ["no user", `SELECT RecordId FROM UserRecordAccess WHERE RecordId = '${id}'`],
    ["no record", `SELECT RecordId FROM UserRecordAccess WHERE UserId = '005Fk0000000001'`],
    ["no filter", "SELECT RecordId FROM UserRecordAccess"],
    [
      "several users",
      `SELECT RecordId FROM UserRecordAccess WHERE UserId IN ('005Fk0000000001', '005Fk0000000002') AND RecordId = '${id}'`,
    ],
    [
      "no RecordId",
      `SELECT HasReadAccess FROM UserRecordAccess WHERE UserId = '005Fk0000000001' AND RecordId = '${id}'`,
    ],
    [
      "a level besides RecordId with a filter",
      `SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '005Fk0000000001' AND RecordId = '${id}' AND HasReadAccess = true`,
    ],
    ["OR", `SELECT RecordId FROM UserRecordAccess WHERE UserId = '005Fk0000000001' OR RecordId = '${id}'`],
    [
      "an order that is not selected",
      `SELECT RecordId FROM UserRecordAccess WHERE UserId = '005Fk0000000001' AND RecordId = '${id}' ORDER BY HasReadAccess`,
    ],
    ["a count", `SELECT COUNT() FROM UserRecordAccess WHERE UserId = '005Fk0000000001' AND RecordId = '${id}'`],
    ["201 records", `SELECT RecordId FROM UserRecordAccess WHERE UserId = '005Fk0000000001' AND RecordId IN (${many})`],
    ["a semi-join", `SELECT Id FROM User WHERE Id IN (SELECT UserId FROM UserRecordAccess)`],
  ])("is refused with %s", async (_, statement) => {
    expect(await admin.query(statement)).toMatchObject({
      status: 400,
      body: [{ errorCode: expect.stringMatching(/^(MALFORMED_QUERY|EXCEEDED_ID_LIMIT)$/u) as string }],
    });
  });

  test("cannot be written or read by the Bulk API", async () => {
    const job = await admin.rest("POST", "jobs/query", {
      operation: "query",
      query: `SELECT RecordId FROM UserRecordAccess WHERE UserId = '${user(0).Id}' AND RecordId = '${id}'`,
    });

    expect(job).toMatchObject({ status: 400, body: [{ errorCode: "INVALIDENTITY" }] });
    expect((await admin.rest("POST", "sobjects/UserRecordAccess", {})).status).toBe(400);
  });
});

describe("UserRecordAccess as a parent of records (API 30.0 and later)", () => {
  test("answers for the running user", async () => {
    const client = await signIn(user(0).Username);
    const campaigns = await client.records<{ UserRecordAccess: Record<string, unknown> }>(
      "SELECT Id, Name, UserRecordAccess.HasReadAccess, UserRecordAccess.HasDeleteAccess, UserRecordAccess.MaxAccessLevel FROM Campaign",
    );

    expect(campaigns.length).toBeGreaterThan(0);
    expect(campaigns.map((row) => row.UserRecordAccess["HasReadAccess"])).toEqual(campaigns.map(() => true));
    expect(campaigns[0]?.UserRecordAccess["attributes"]).toMatchObject({ type: "UserRecordAccess" });
    expect(new Set(campaigns.map((row) => row.UserRecordAccess["HasDeleteAccess"]))).toEqual(new Set([false]));
  });

  test("has neither UserId nor RecordId", async () => {
    for (const field of ["UserId", "RecordId"]) {
      expect(await admin.query(`SELECT UserRecordAccess.${field} FROM Account`)).toMatchObject({
        status: 400,
        body: [{ errorCode: "INVALID_FIELD" }],
      });
    }
  });
});
