import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;
let admin: RestClient;
let setId: string;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  client = new RestClient(simulator);
  await client.control("POST", "reset");
  await client.signIn();
  admin = await RestClient.signIn(simulator, "simulator-admin");
  const [set] = await admin.records<{ Id: string }>(
    "SELECT Id FROM PermissionSet WHERE Name = 'X_profile_integration'",
  );
  setId = set?.Id ?? "";
});

afterAll(() => simulator.stop());

const rowOf = async (object: string, where: string) => {
  const [row] = await admin.records<{ Id: string }>(
    `SELECT Id FROM ${object} WHERE ParentId = '${setId}' AND ${where}`,
  );
  return row?.Id ?? "";
};
const fieldNames = async (object: string) =>
  ((await client.rest("GET", `sobjects/${object}/describe`)).body as { fields: { name: string }[] }).fields.map(
    ({ name }) => name,
  );

describe("an object that the user may not read (ObjectPermissions)", () => {
  beforeEach(async () => {
    await admin.rest(
      "DELETE",
      `sobjects/ObjectPermissions/${await rowOf("ObjectPermissions", "SobjectType = 'Lead'")}`,
    );
  });

  test("is refused like an object that does not exist", async () => {
    const hidden = [await client.query("SELECT Id FROM Lead"), await client.rest("GET", "sobjects/Lead/describe")];
    const unknown = [await client.query("SELECT Id FROM Laed"), await client.rest("GET", "sobjects/Laed/describe")];

    expect(JSON.stringify(hidden.map(({ body }) => body)).replaceAll("Lead", "Laed")).toBe(
      JSON.stringify(unknown.map(({ body }) => body)),
    );
    expect(hidden.map(({ status }) => status)).toEqual([400, 404]);
  });

  test("is missing from the list of objects, from relationships and from searches", async () => {
    const { sobjects } = (await client.rest("GET", "sobjects")).body as { sobjects: { name: string }[] };
    const campaign = (await client.rest("GET", "sobjects/Campaign/describe")).body as {
      childRelationships: { childSObject: string }[];
    };
    const search = await client.rest("GET", `search?q=${encodeURIComponent("FIND {example} RETURNING Lead(Id)")}`);
    const parent = await client.query("SELECT Lead.Name FROM CampaignMember");

    expect(sobjects.map(({ name }) => name)).not.toContain("Lead");
    expect(campaign.childRelationships.map(({ childSObject }) => childSObject)).not.toContain("Lead");
    expect(search).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_TYPE" }] });
    expect(parent).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_FIELD" }] });
  });

  test("is visible again when the permission is granted", async () => {
    idOf(
      await admin.rest("POST", "sobjects/ObjectPermissions", {
        ParentId: setId,
        SobjectType: "Lead",
        PermissionsRead: true,
      }),
    );

    expect((await client.query("SELECT Id FROM Lead")).status).toBe(200);
  });

  test("hides its shares, comments and e-mails too, if it is the case", async () => {
    await admin.rest(
      "PATCH",
      `sobjects/ObjectPermissions/${await rowOf("ObjectPermissions", "SobjectType = 'Case'")}`,
      { PermissionsRead: false },
    );

    for (const object of ["Case", "CaseShare", "CaseComment", "EmailMessage", "CaseFeed"]) {
      expect(await client.query(`SELECT Id FROM ${object}`)).toMatchObject({
        status: 400,
        body: [{ errorCode: "INVALID_TYPE" }],
      });
    }
  });
});

describe("a field that the user may not read (FieldPermissions)", () => {
  beforeEach(async () => {
    await admin.rest(
      "DELETE",
      `sobjects/FieldPermissions/${await rowOf("FieldPermissions", "Field = 'Account.AnnualRevenue'")}`,
    );
  });

  test("is unknown in queries, filters, ORDER BY and writes, and missing from describe and FIELDS()", async () => {
    for (const statement of [
      "SELECT AnnualRevenue FROM Account",
      "SELECT Id FROM Account WHERE AnnualRevenue > 5",
      "SELECT Id FROM Account ORDER BY AnnualRevenue",
      "SELECT Account.AnnualRevenue FROM Contact",
      "SELECT MAX(AnnualRevenue) FROM Account",
    ]) {
      expect(await client.query(statement)).toMatchObject({
        status: 400,
        body: [
          { errorCode: "INVALID_FIELD", message: expect.stringContaining("No such column 'AnnualRevenue'") as string },
        ],
      });
    }
    const [all] = await client.records("SELECT FIELDS(ALL) FROM Account LIMIT 1");
    const write = await client.rest("POST", "sobjects/Account", { Name: "x", AnnualRevenue: 5 });

    expect(await fieldNames("Account")).not.toContain("AnnualRevenue");
    expect(all).not.toHaveProperty("AnnualRevenue");
    expect(write).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_FIELD" }] });
    expect((await admin.query("SELECT AnnualRevenue FROM Account LIMIT 1")).status).toBe(200);
  });

  test("hides the components of an address too", async () => {
    await admin.rest(
      "PATCH",
      `sobjects/FieldPermissions/${await rowOf("FieldPermissions", "Field = 'Account.BillingAddress'")}`,
      { PermissionsRead: false },
    );

    const names = await fieldNames("Account");
    expect(names).not.toContain("BillingAddress");
    expect(names).not.toContain("BillingCity");
    expect(names).toContain("ShippingCity");
  });

  test("is visible if View All Fields is granted on the object (v63)", async () => {
    await admin.rest(
      "PATCH",
      `sobjects/ObjectPermissions/${await rowOf("ObjectPermissions", "SobjectType = 'Account'")}`,
      { PermissionsViewAllFields: true },
    );

    expect(await fieldNames("Account")).toContain("AnnualRevenue");
  });

  test("is not in a cached page after the permission was removed", async () => {
    const statement = "SELECT Id, Industry FROM Account";
    const before = await client.query(statement);
    await admin.rest(
      "DELETE",
      `sobjects/FieldPermissions/${await rowOf("FieldPermissions", "Field = 'Account.Industry'")}`,
    );

    expect(before.status).toBe(200);
    expect((await client.query(statement)).status).toBe(400);
  });
});

describe("system permissions", () => {
  test("ContentDocumentLink requires a filter except with Query All Files (Object Reference, ContentDocumentLink)", async () => {
    const refused = await client.query("SELECT Id FROM ContentDocumentLink");
    await admin.rest("PATCH", `sobjects/PermissionSet/${setId}`, { PermissionsQueryAllFiles: true });

    expect(refused).toMatchObject({
      status: 400,
      body: [
        { errorCode: "MALFORMED_QUERY", message: expect.stringContaining("Implementation restriction") as string },
      ],
    });
    expect((await client.query("SELECT Id FROM ContentDocumentLink")).status).toBe(200);
  });

  test("setup objects require View Setup, View Roles and Manage Users", async () => {
    await admin.rest("PATCH", `sobjects/PermissionSet/${setId}`, {
      PermissionsViewSetup: false,
      PermissionsViewRoles: false,
      PermissionsManageUsers: false,
    });

    for (const object of ["PermissionSet", "ObjectPermissions", "PermissionSetAssignment", "UserRole", "UserLogin"]) {
      expect(await client.query(`SELECT Id FROM ${object}`)).toMatchObject({
        status: 400,
        body: [{ errorCode: "INVALID_TYPE" }],
      });
    }
  });

  test("View All Data grants Read on every object", async () => {
    await admin.rest(
      "DELETE",
      `sobjects/ObjectPermissions/${await rowOf("ObjectPermissions", "SobjectType = 'Lead'")}`,
    );
    await admin.rest("PATCH", `sobjects/PermissionSet/${setId}`, { PermissionsViewAllData: true });

    expect((await client.query("SELECT Id FROM Lead")).status).toBe(200);
  });

  test("all requests require API Enabled", async () => {
    await admin.rest("PATCH", `sobjects/PermissionSet/${setId}`, { PermissionsApiEnabled: false });

    expect(await client.rest("GET", "limits")).toMatchObject({
      status: 403,
      body: [{ errorCode: "API_DISABLED_FOR_ORG" }],
    });
  });
});

describe("share tables (Sharing a Record)", () => {
  test("have rows of every row cause and no SystemModstamp", async () => {
    const rows = await client.records<{ RowCause: string }>("SELECT RowCause FROM AccountShare");

    expect(new Set(rows.map(({ RowCause }) => RowCause))).toEqual(
      new Set([
        "Owner",
        "Manual",
        "Rule",
        "Team",
        "ImplicitParent",
        "PortalImplicit",
        "Territory",
        "Territory2AssociationManual",
      ]),
    );
    expect(await client.query("SELECT SystemModstamp FROM AccountShare")).toMatchObject({ status: 400 });
  });

  test.each(["ContactShare", "LeadShare", "Milestone__Share", "Survey_Response__Share"])(
    "%s does not exist: nothing is left to share",
    async (object) => {
      expect(await client.query(`SELECT Id FROM ${object}`)).toMatchObject({
        status: 400,
        body: [{ errorCode: "INVALID_TYPE" }],
      });
    },
  );

  test("follow a change of owner, which deletes manual shares", async () => {
    const [account] = await client.records<{ AccountId: string; UserOrGroupId: string }>(
      "SELECT AccountId, UserOrGroupId FROM AccountShare WHERE RowCause = 'Manual' AND Account.IsDeleted = false LIMIT 1",
    );
    const [other] = await client.records<{ Id: string }>(
      "SELECT Id FROM User WHERE UserType = 'Standard' AND IsActive = true LIMIT 1",
    );
    await admin.rest("PATCH", `sobjects/Account/${account?.AccountId ?? ""}`, { OwnerId: other?.Id });

    const shares = await client.records<{ RowCause: string; UserOrGroupId: string }>(
      `SELECT RowCause, UserOrGroupId FROM AccountShare WHERE AccountId = '${account?.AccountId ?? ""}'`,
    );
    expect(shares.filter(({ RowCause }) => RowCause === "Owner")).toMatchObject([{ UserOrGroupId: other?.Id }]);
    expect(shares.filter(({ RowCause }) => RowCause === "Manual")).toEqual([]);
  });
});
