import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSchema } from "../schema/schema.ts";
import { isView } from "../schema/views.ts";
import { ShareKeeper } from "../sharing/share-keeper.ts";
import { SharingSettings } from "../sharing/sharing-settings.ts";
import { OrgDatabase } from "../storage/org-database.ts";
import { generateOrg } from "./generate-org.ts";
import { countsFor, recordCount } from "./org-size.ts";

const schema = createSchema();
let folder: string;
let org: OrgDatabase;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "generate-"));
  org = new OrgDatabase(path.join(folder, "org.sqlite"), { cacheMegabytes: 8 });
  generateOrg(org, schema, { records: 300, seed: "1" });
});

afterAll(async () => {
  org.close();
  await rm(folder, { recursive: true });
});

async function hashOf(name: string, seed: string): Promise<string> {
  const file = path.join(folder, name);
  const database = new OrgDatabase(file, { cacheMegabytes: 8 });
  generateOrg(database, schema, { records: 120, seed });
  database.close();
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

const values = (sql: string) => org.rows(sql).map(([value]) => value);

test("the same seed and size give the same bytes, another seed gives others", async () => {
  const [first, second, other] = [await hashOf("a", "x"), await hashOf("b", "x"), await hashOf("c", "y")];

  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test.each([
  ["tiny", 300],
  ["small", 5000],
  ["medium", 180_000],
  ["large", 1_000_000],
  ["777", 777],
])("%s is %i records of the six standard objects and the custom objects", (size, records) => {
  const { accounts, contacts, opportunities, leads, campaigns, cases, projects, milestones, installations, surveys } =
    countsFor(recordCount(size));

  expect(
    accounts + contacts + opportunities + leads + campaigns + cases + projects + milestones + installations + surveys,
  ).toBe(records);
});

test.each(["", "99", "5000001", "-5", "1e3", "huge", "constructor"])("%j is not a size", (size) => {
  expect(() => recordCount(size)).toThrow("Unknown size");
});

describe("the tiny org has", () => {
  test.each([
    "Account",
    "Contact",
    "Opportunity",
    "Lead",
    "Campaign",
    "Case",
    "Project__c",
    "Milestone__c",
    "Installation__c",
    "Survey_Response__c",
    "Task",
    "Event",
    "Contract",
    "Product2",
    "Knowledge__kav",
    "EmailMessage",
    "CaseComment",
    "FeedItem",
    "FeedComment",
    "Territory2",
  ])("%s", (object) => {
    expect(org.number(`SELECT count(*) FROM "${object}"`)).toBeGreaterThan(1);
  });

  test("every kind of user", () => {
    expect(new Set(values(`SELECT "UserType" FROM "User"`))).toEqual(
      new Set([
        "Standard",
        "CsnOnly",
        "PowerPartner",
        "PowerCustomerSuccess",
        "CspLitePortal",
        "Guest",
        "AutomatedProcess",
      ]),
    );
    expect(org.number(`SELECT count(*) FROM "User" WHERE "IsActive" = 0`)).toBeGreaterThan(0);
    expect(org.number(`SELECT count(*) FROM "UserLogin" WHERE "IsFrozen" = 1`)).toBeGreaterThan(0);
  });

  test("every type of group, and groups that contain each other", () => {
    expect(new Set(values(`SELECT "Type" FROM "Group"`))).toEqual(
      new Set([
        "Regular",
        "Queue",
        "Role",
        "RoleAndSubordinates",
        "RoleAndSubordinatesInternal",
        "Organization",
        "Manager",
        "ManagerAndSubordinatesInternal",
        "Territory",
        "TerritoryAndSubordinates",
        "PRMOrganization",
        "AllCustomerPortal",
      ]),
    );
    expect(
      org.number(
        `SELECT count(*) FROM "GroupMember" a JOIN "GroupMember" b ON a."GroupId" = b."UserOrGroupId" AND a."UserOrGroupId" = b."GroupId"`,
      ),
    ).toBe(2);
  });

  test("a file on several records and a file with an earlier version", () => {
    const links = org
      .rows(
        `SELECT count(*) FROM "ContentDocumentLink" WHERE substr("LinkedEntityId", 1, 3) != '005' GROUP BY "ContentDocumentId"`,
      )
      .map(([count]) => Number(count));
    expect(Math.max(...links)).toBeGreaterThanOrEqual(3);
    expect(org.number(`SELECT count(*) FROM "ContentVersion" WHERE "IsLatest" = 0`)).toBeGreaterThan(0);
  });

  test("person accounts, converted leads, deleted rows, a contact without an account", () => {
    expect(
      org.number(`SELECT count(*) FROM "Lead" WHERE "IsConverted" = 1 AND "ConvertedAccountId" IS NOT NULL`),
    ).toBeGreaterThan(0);
    expect(org.number(`SELECT count(*) FROM "Contact" WHERE "AccountId" IS NULL`)).toBeGreaterThan(0);
  });

  test("texts in several scripts, with emoji", () => {
    const text = values(
      `SELECT "Description" FROM "Lead" UNION ALL SELECT "Description" FROM "Case" UNION ALL SELECT "Description" FROM "Account"`,
    ).join(" ");

    expect(text).toMatch(/[äöüß]/u);
    expect(text).toMatch(/[\u3040-\u30ff]/u);
    expect(text).toMatch(/\p{Emoji_Presentation}/u);
  });

  test("right-to-left texts, and texts of more than 20,000 characters", () => {
    const texts = values(
      `SELECT "Description" FROM "Lead" UNION ALL SELECT "Description" FROM "Case" UNION ALL SELECT "Description" FROM "Account"`,
    ).map(String);

    expect(texts.join(" ")).toMatch(/\p{Script=Hebrew}|\p{Script=Arabic}/u);
    expect(Math.max(...texts.map(({ length }) => length))).toBeGreaterThan(20_000);
  });

  test("names of 255 characters, empty fields, several record types", () => {
    expect(org.number(`SELECT max(length("Name")) FROM "Account"`)).toBe(255);
    expect(org.number(`SELECT count(*) FROM "Account" WHERE "Industry" IS NULL`)).toBeGreaterThan(0);
    expect(org.number(`SELECT count(DISTINCT "RecordTypeId") FROM "Account"`)).toBeGreaterThan(1);
  });

  test("a custom object with 200 fields of its own", () => {
    const own = schema.get("Survey_Response__c").fields.filter(({ name }) => name.endsWith("__c"));

    expect(own).toHaveLength(200);
  });

  test("merged records", () => {
    expect(
      org.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 1 AND "MasterRecordId" IS NOT NULL`),
    ).toBeGreaterThan(0);
  });

  test("the share rows that follow from owners, teams, territories and children, and no others", () => {
    const changes: string[] = [];
    const keeper = new ShareKeeper(org, new SharingSettings(org), {
      insert: (share) => void changes.push(`${share} lacks a row`),
      update: (share, id) => void changes.push(`${share} ${id} has another level`),
      remove: (share, id) => void changes.push(`${share} ${id} follows from nothing`),
    });

    keeper.refreshAll();

    expect(changes).toEqual([]);
    expect(org.number(`SELECT count(*) FROM "AccountShare" WHERE "RowCause" = 'ImplicitParent'`)).toBeGreaterThan(20);
  });

  test("no live contact, opportunity or case of a deleted account", () => {
    for (const child of ["Contact", "Opportunity", "Case"]) {
      expect(
        org.number(
          `SELECT count(*) FROM "${child}" c JOIN "Account" a ON a."Id" = c."AccountId" WHERE c."IsDeleted" = 0 AND a."IsDeleted" = 1`,
        ),
      ).toBe(0);
    }
  });

  test.each([
    [
      "internal users without Read on cases",
      `"User" u WHERE u."UserType" = 'Standard' AND u."ProfileId" IN (SELECT s."ProfileId" FROM "PermissionSet" s WHERE s."Name" = 'X_profile_sales')`,
    ],
    [
      "partners with a portal role and the account of their contact",
      `"User" u JOIN "UserRole" r ON r."Id" = u."UserRoleId" AND r."PortalType" = 'Partner' JOIN "Contact" c ON c."Id" = u."ContactId" AND c."AccountId" = u."AccountId"`,
    ],
    ["queues without access for superiors", `"Group" WHERE "Type" = 'Queue' AND "DoesIncludeBosses" = 0`],
    ["queues with access for superiors", `"Group" WHERE "Type" = 'Queue' AND "DoesIncludeBosses" = 1`],
    [
      "groups and roles in queues",
      `"GroupMember" m JOIN "Group" q ON q."Id" = m."GroupId" AND q."Type" = 'Queue' WHERE m."UserOrGroupId" LIKE '00G%'`,
    ],
    ["several permission set groups with muting", `(SELECT 1 FROM "MutingPermissionSet" LIMIT 1 OFFSET 1)`],
    ["libraries with groups", `"ContentWorkspaceMember" WHERE "MemberType" = 'G'`],
    ["a public Chatter group", `"CollaborationGroup" WHERE "CollaborationType" = 'Public'`],
    ["links for shared users", `"ContentDocumentLink" WHERE "Visibility" = 'SharedUsers'`],
    ["an archived territory model", `"Territory2Model" WHERE "State" = 'Archived'`],
  ])("%s", (_, rows) => {
    expect(org.number(`SELECT count(*) FROM ${rows}`)).toBeGreaterThan(0);
  });

  test("references to existing rows only", () => {
    for (const object of schema.objects.filter((object) => !isView(object))) {
      for (const field of object.fields.filter(({ type, derived }) => type === "reference" && derived === undefined)) {
        for (const id of values(
          `SELECT DISTINCT "${field.name}" FROM "${object.name}" WHERE "${field.name}" IS NOT NULL`,
        )) {
          const target = schema.byPrefix(String(id).slice(0, 3));
          expect(field.referenceTo, `${object.name}.${field.name} = ${String(id)}`).toContain(target?.name);
          expect(org.number(`SELECT count(*) FROM "${target?.name ?? ""}" WHERE "Id" = ?`, [String(id)])).toBe(1);
        }
      }
    }
  });

  test("no timestamps after 2025", () => {
    for (const object of schema.objects.filter(
      (object) => object.fieldsByName.has("systemmodstamp") && !isView(object),
    )) {
      expect(org.number(`SELECT coalesce(max("SystemModstamp"), 0) FROM "${object.name}"`)).toBeLessThanOrEqual(
        Date.UTC(2026, 0, 1),
      );
    }
  });
});
