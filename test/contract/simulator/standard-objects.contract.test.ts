import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

// Objects that every org has (Object Reference, the page of each object).

let simulator: RunningSimulator;
let client: RestClient;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
  admin = await RestClient.signIn(simulator, "simulator-admin");
});

afterAll(() => simulator.stop());

interface Describe {
  readonly fields: readonly { readonly name: string; readonly nillable: boolean }[];
}

describe("authors (System Fields)", () => {
  test("are never empty, and describe says so", async () => {
    const { sobjects } = (await admin.rest("GET", "sobjects")).body as {
      sobjects: { name: string; queryable: boolean }[];
    };
    const empty: string[] = [];
    for (const { name } of sobjects.filter(({ queryable }) => queryable)) {
      const { fields } = (await admin.rest("GET", `sobjects/${name}/describe`)).body as Describe;
      for (const field of fields.filter(({ name: field }) => ["CreatedById", "LastModifiedById"].includes(field))) {
        const { body } = await admin.query(`SELECT COUNT() FROM ${name} WHERE ${field.name} = null`, "queryAll");
        if (field.nillable || (body as { totalSize: number }).totalSize !== 0) empty.push(`${name}.${field.name}`);
      }
    }

    expect(empty).toEqual([]);
  });
});

describe("Profile", () => {
  test("has the permissions of its permission set, also after a change, and a license", async () => {
    const profile = async () =>
      (
        await admin.records(
          "SELECT Name, PermissionsApiEnabled, PermissionsViewAllData, UserLicense.Name FROM Profile WHERE Name = 'Standard User'",
        )
      )[0];
    expect(await profile()).toMatchObject({
      PermissionsApiEnabled: true,
      PermissionsViewAllData: false,
      UserLicense: { Name: "Salesforce" },
    });
    const [set] = await admin.records("SELECT Id FROM PermissionSet WHERE Name = 'X_profile_standard'");
    await admin.rest("PATCH", `sobjects/PermissionSet/${String(set?.["Id"])}`, { PermissionsViewAllData: true });

    expect(await profile()).toMatchObject({ PermissionsViewAllData: true });
    expect((await admin.query("SELECT COUNT() FROM Profile WHERE PermissionsViewAllData = true")).body).toMatchObject({
      totalSize: 2,
    });
  });

  test("licenses count the active users of their profiles", async () => {
    const records = await admin.records("SELECT Name, UsedLicenses FROM UserLicense");
    const users = await admin.records(
      "SELECT Profile.UserLicense.Name name, COUNT(Id) users FROM User WHERE IsActive = true GROUP BY Profile.UserLicense.Name",
    );

    expect(records.map(({ Name, UsedLicenses }) => [Name, UsedLicenses]).sort()).toEqual(
      users.map(({ name, users: count }) => [name, count]).sort(),
    );
  });
});

describe("price books", () => {
  test("have entries for products; opportunities have products of them", async () => {
    const [opportunity] = await client.records<{ OpportunityLineItems: { records: Record<string, unknown>[] } }>(
      "SELECT Id, (SELECT Name, Quantity, UnitPrice, Discount, TotalPrice, ListPrice, Product2.Name, PricebookEntry.Pricebook2.IsStandard FROM OpportunityLineItems) FROM Opportunity WHERE HasOpportunityLineItem = true LIMIT 1",
    );
    const [item] = opportunity?.OpportunityLineItems.records ?? [];

    const numbers = item as { Quantity: number; UnitPrice: number; Discount: number | null; TotalPrice: number };
    expect(numbers.TotalPrice).toBeCloseTo(
      (numbers.Quantity * numbers.UnitPrice * (100 - (numbers.Discount ?? 0))) / 100,
      5,
    );
    expect(item).toMatchObject({
      Name: (item as { Product2: { Name: string } }).Product2.Name,
      ListPrice: numbers.UnitPrice,
      PricebookEntry: { Pricebook2: { IsStandard: true } },
    });
  });

  test("a new product of an opportunity sets HasOpportunityLineItem", async () => {
    const opportunity = idOf(
      await admin.rest("POST", "sobjects/Opportunity", {
        Name: "Lines",
        StageName: "Prospecting",
        CloseDate: "2026-02-01",
      }),
    );
    const flag = async () =>
      (await admin.records(`SELECT HasOpportunityLineItem FROM Opportunity WHERE Id = '${opportunity}'`))[0]?.[
        "HasOpportunityLineItem"
      ];
    const before = await flag();
    await admin.rest("POST", "sobjects/OpportunityLineItem", {
      OpportunityId: opportunity,
      Quantity: 2,
      UnitPrice: 10,
    });

    expect([before, await flag()]).toEqual([false, true]);
  });
});

describe("attachments and notes", () => {
  test("are children of records; the body of an attachment is read by its own resource (sObject Blob Retrieve)", async () => {
    const [attachment] = await client.records<{ Id: string; Body: string; BodyLength: number; Parent: object }>(
      "SELECT Id, Body, BodyLength, Parent.Name FROM Attachment LIMIT 1",
    );
    const body = await client.call("GET", attachment?.Body ?? "");

    expect(attachment?.Body).toBe(`/services/data/v62.0/sobjects/Attachment/${attachment?.Id ?? ""}/Body`);
    expect(attachment?.Parent).toMatchObject({ attributes: { type: "Name" } });
    expect(String(body.body)).toHaveLength(attachment?.BodyLength ?? 0);
    expect((await client.query("SELECT COUNT() FROM Note WHERE Parent.Type = 'Account'")).body).toMatchObject({
      totalSize: expect.any(Number) as number,
    });
  });

  test("can be created with a body in base64, and go with their parent", async () => {
    const account = idOf(await admin.rest("POST", "sobjects/Account", { Name: "With attachment" }));
    const attachment = idOf(
      await admin.rest("POST", "sobjects/Attachment", {
        ParentId: account,
        Name: "a.txt",
        Body: Buffer.from("twelve bytes").toString("base64"),
      }),
    );
    const [record] = await admin.records(`SELECT BodyLength FROM Attachment WHERE ParentId = '${account}'`);
    const bytes = await admin.rest("GET", `sobjects/Attachment/${attachment}/Body`);
    await admin.rest("DELETE", `sobjects/Account/${account}`);
    const gone = await admin.rest("GET", `sobjects/Attachment/${attachment}/Body`);

    expect(record).toMatchObject({ BodyLength: 12 });
    expect(bytes.body).toBe("twelve bytes");
    expect(gone.status).toBe(404);
  });
});

describe("field histories", () => {
  test("have rows for the creation and for each change of a tracked field, with ids and names of owners", async () => {
    const [user] = await admin.records(
      "SELECT Id, Name FROM User WHERE IsActive = true AND UserRoleId != null LIMIT 1",
    );
    const id = idOf(await admin.rest("POST", "sobjects/Account", { Name: "Before", Rating: "Cold" }));
    await admin.rest("PATCH", `sobjects/Account/${id}`, { Name: "After", Rating: "Cold", Site: "untracked" });
    await admin.rest("PATCH", `sobjects/Account/${id}`, { OwnerId: user?.["Id"] });

    const rows = await admin.records(
      `SELECT Field, OldValue, NewValue, DataType FROM AccountHistory WHERE AccountId = '${id}'`,
    );
    expect(rows.map(({ Field, NewValue }) => [Field, NewValue])).toEqual([
      ["created", null],
      ["Name", "After"],
      ["Owner", user?.["Id"]],
      ["Owner", user?.["Name"]],
    ]);
    expect(rows[1]).toMatchObject({ OldValue: "Before", DataType: "Text" });
  });

  test("of generated opportunities show an earlier stage", async () => {
    const [opportunity] = await client.records<{
      Histories: { records: Record<string, unknown>[] };
      StageName: string;
    }>(
      "SELECT StageName, (SELECT OldValue, NewValue, CreatedBy.Name FROM Histories WHERE Field = 'StageName') FROM Opportunity WHERE Id IN (SELECT OpportunityId FROM OpportunityFieldHistory)",
    );

    const [change] = opportunity?.Histories.records ?? [];
    expect(change).toMatchObject({ NewValue: opportunity?.StageName });
    expect(change?.["OldValue"]).not.toBe(opportunity?.StageName);
  });
});

describe("related lists", () => {
  test.each([
    ["OpenActivities", "IsClosed = false"],
    ["ActivityHistories", "IsClosed = true"],
  ])("%s of an account and a contact have their tasks", async (relationship, condition) => {
    const [task] = await client.records<{ Id: string; WhatId: string; WhoId: string }>(
      `SELECT Id, WhatId, WhoId FROM Task WHERE What.Type = 'Account' AND Who.Type = 'Contact' AND ${condition} LIMIT 1`,
    );
    for (const [object, id] of [
      ["Account", task?.WhatId],
      ["Contact", task?.WhoId],
    ]) {
      const [parent] = await client.records<Record<string, { records: { Id: string }[] }>>(
        `SELECT (SELECT Id, Subject, IsTask, Status FROM ${relationship} ORDER BY ActivityDate ASC, LastModifiedDate DESC LIMIT 500) FROM ${object ?? ""} WHERE Id = '${id ?? ""}'`,
      );

      expect(parent?.[relationship]?.records).toContainEqual(expect.objectContaining({ Id: task?.Id, IsTask: true }));
    }
  });

  test("AttachedContentDocuments of a record are its files", async () => {
    const accounts = await client.records<{
      AttachedContentDocuments: { records: { ContentDocumentId: string; Title: string }[] } | null;
      ContentDocumentLinks: { records: { ContentDocumentId: string }[] } | null;
    }>(
      "SELECT (SELECT ContentDocumentId, Title, FileExtension, ContentSize FROM AttachedContentDocuments), (SELECT ContentDocumentId FROM ContentDocumentLinks) FROM Account",
    );

    const ids = (list: { records: { ContentDocumentId: string }[] } | null) =>
      (list?.records ?? []).map(({ ContentDocumentId }) => ContentDocumentId).sort();
    const linked = accounts.filter(({ ContentDocumentLinks }) => ContentDocumentLinks !== null);
    expect(linked.length).toBeGreaterThan(0);
    for (const { AttachedContentDocuments, ContentDocumentLinks } of accounts) {
      expect(ids(AttachedContentDocuments)).toEqual(ids(ContentDocumentLinks));
    }
  });

  test.each(["ActivityHistory", "OpenActivity", "AttachedContentDocument"])(
    "%s cannot be queried by itself",
    async (object) => {
      expect(await client.query(`SELECT Id FROM ${object}`)).toMatchObject({
        status: 400,
        body: [{ errorCode: "INVALID_TYPE_FOR_OPERATION" }],
      });
      expect((await client.rest("GET", `sobjects/${object}/describe`)).body).toMatchObject({ queryable: false });
    },
  );
});

describe("setup", () => {
  test("queues name the objects that they may own", async () => {
    const records = await client.records(
      "SELECT Queue.Name, SobjectType FROM QueueSobject WHERE Queue.Type = 'Queue' AND SobjectType = 'Case'",
    );

    expect(records.map(({ Queue }) => (Queue as { Name: string }).Name).sort()).toEqual([
      "First Level",
      "Second Level",
    ]);
  });

  test("permission sets give access to custom permissions", async () => {
    const [access] = await admin.records(
      "SELECT Parent.Profile.Name, SetupEntityType, SetupEntityId FROM SetupEntityAccess WHERE SetupEntityType = 'CustomPermission'",
    );
    const [permission] = await admin.records("SELECT Id, DeveloperName FROM CustomPermission");

    expect(access).toMatchObject({
      Parent: { Profile: { Name: "Standard User" } },
      SetupEntityId: permission?.["Id"],
    });
  });
});

describe("bulk jobs (Get Information About a Query Job)", () => {
  test.each([
    ["Account", true],
    ["AccountHistory", true],
    ["AccountShare", true],
    ["Project__c", true],
    ["Group", false],
    ["Organization", false],
  ])("for %s say whether PK chunking is supported: %s", async (object, supported) => {
    const job = await client.rest("POST", "jobs/query", { operation: "query", query: `SELECT Id FROM ${object}` });
    const { id } = job.body as { id: string };

    expect(job.status).toBe(200);
    expect((await client.rest("GET", `jobs/query/${id}`)).body).toMatchObject({ isPkChunkingSupported: supported });
  });

  test("have the time of their last change", async () => {
    await client.control("POST", "clock", { at: "2026-03-01T00:00:00Z", frozen: true });
    await client.control("POST", "limits", { bulk_job_seconds: 30 });
    const job = await client.rest("POST", "jobs/query", { operation: "query", query: "SELECT Id FROM Account" });
    await client.control("POST", "clock", { at: "2026-03-01T00:05:00Z", frozen: true });
    const done = await client.rest("GET", `jobs/query/${(job.body as { id: string }).id}`);

    expect(job.body).toMatchObject({ systemModstamp: "2026-03-01T00:00:00.000+0000" });
    expect(done.body).toMatchObject({ state: "JobComplete", systemModstamp: "2026-03-01T00:00:30.000+0000" });
  });
});
