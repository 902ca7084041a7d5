import jsforce from "jsforce";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { connect, refusal } from "./connect.ts";

interface CaseRow {
  readonly Id: string;
  readonly Owner: { readonly Name: string };
  readonly EmailMessages: {
    readonly totalSize: number;
    readonly records: readonly { readonly ParentId: string }[];
  } | null;
}

let simulator: RunningSimulator;
let connection: jsforce.Connection;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  connection = await connect(simulator);
});

afterAll(() => simulator.stop());

describe("jsforce", () => {
  test("signs in with client credentials (OAuth 2.0 Client Credentials Flow)", () => {
    expect(connection.accessToken).toMatch(/^00D\w{12}!/u);
    expect(connection.userInfo?.organizationId).toMatch(/^00D/u);
  });

  test("cannot sign in with a wrong secret", async () => {
    const answer = await refusal(connect(simulator, { clientSecret: "wrong" }));

    expect(answer.name).toBe("invalid_client");
  });

  test("reads parents and children of a record (SOQL reference, Relationship Queries)", async () => {
    const result = await connection.query<CaseRow>(
      "SELECT Id, Subject, Owner.Name, (SELECT Id, ParentId FROM EmailMessages) FROM Case WHERE CaseNumber = '00001004'",
    );

    const [record] = result.records;
    expect(record?.EmailMessages?.totalSize).toBe(30);
    expect(record?.EmailMessages?.records[0]?.ParentId).toBe(record?.Id);
    expect(record?.Owner.Name).toBeTypeOf("string");
  });

  test("reads all pages of parents and children (REST API, Query More Results)", async () => {
    await fetch(`${simulator.url}/__simulator/limits`, { method: "POST", body: '{"child_page_size":7}' });

    const result = await connection.query<CaseRow>(
      "SELECT Id, (SELECT Id FROM EmailMessages) FROM Case ORDER BY CaseNumber",
      {
        autoFetch: true,
        headers: { "Sforce-Query-Options": "batchSize=200" },
      },
    );
    const count = await connection.query("SELECT COUNT() FROM EmailMessage WHERE Parent.IsDeleted = false");

    const emails = result.records.reduce((sum, record) => sum + (record.EmailMessages?.records.length ?? 0), 0);
    expect(emails).toBe(count.totalSize);
    await fetch(`${simulator.url}/__simulator/limits`, { method: "POST", body: '{"child_page_size":500}' });
  });

  test("searches with SOSL (SOSL reference, Syntax)", async () => {
    const [account] = (await connection.query("SELECT Id, Name FROM Account WHERE IsPersonAccount = false LIMIT 1"))
      .records;
    const word = String(account?.["Name"]).split(/\W+/u)[0] ?? "";

    const found = await connection.search(`FIND {${word}} IN NAME FIELDS RETURNING Account(Id, Name)`);

    expect(found.searchRecords.map(({ Id }) => Id)).toContain(account?.Id);
  });

  test("creates, reads, updates and deletes a record (REST API, sObject Rows)", async () => {
    const created = await connection.sobject("Account").create({ Name: "Contract test" });
    const id = created.id ?? "";
    await connection.sobject("Account").update({ Id: id, Industry: "Banking" });
    const read = await connection.sobject("Account").retrieve(id);
    await connection.sobject("Account").destroy(id);
    const gone = await refusal(connection.sobject("Account").retrieve(id));
    const all = await connection.query(`SELECT Id, IsDeleted FROM Account WHERE Id = '${id}'`, { scanAll: true });

    expect(read).toMatchObject({ Name: "Contract test", Industry: "Banking" });
    expect(gone.errorCode).toBe("ENTITY_IS_DELETED");
    expect(all.records).toMatchObject([{ Id: id, IsDeleted: true }]);
  });

  test("describes the fields that the user may read (REST API, sObject Describe)", async () => {
    const described = await connection.describe("Contact");
    const all = await connection.describeGlobal();

    expect(described.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(["Id", "Email", "MailingAddress"]));
    expect(all.sobjects.map(({ name }) => name)).toEqual(expect.arrayContaining(["Account", "Project__c", "CaseFeed"]));
  });

  test("reads the bytes of a file (REST API, sObject Blob Retrieve)", async () => {
    const [version] = (
      await connection.query(
        "SELECT Id, ContentSize, VersionData FROM ContentVersion WHERE FileExtension = 'pdf' LIMIT 1",
      )
    ).records;

    const response = await fetch(`${simulator.url}${String(version?.["VersionData"])}`, {
      headers: { authorization: `Bearer ${String(connection.accessToken)}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());

    expect(bytes.length).toBe(version?.["ContentSize"]);
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("signs in with user name, password and security token, and signs out (oauth2)", async () => {
    const own = new jsforce.Connection({
      version: "62.0",
      oauth2: { clientId: "simulator", clientSecret: "simulator", loginUrl: simulator.url },
    });
    const user = await own.login("admin@simulated.example", "simulatorTOKEN");
    const before = await own.query("SELECT COUNT() FROM Account");
    const token = own.accessToken ?? "";
    await own.oauth2.revokeToken(token);
    const revoked = await fetch(`${simulator.url}/services/data/v62.0/limits`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(user.id).toMatch(/^005/u);
    expect(before.totalSize).toBeGreaterThan(0);
    expect(revoked.status).toBe(401);
  });

  test("upserts, reads several records at once and reads changes", async () => {
    const upserted = await connection
      .sobject("Account")
      .upsert({ ERP_Number__c: "JS-1", Name: "By jsforce" }, "ERP_Number__c");
    const many = await connection.sobject("Account").create([{ Name: "Many 1" }, { Name: "Many 2" }]);
    const ids = many.map(({ id }) => id ?? "");
    const read = await connection.sobject("Account").retrieve(ids);
    const now = Date.now();
    const changed = await connection
      .sobject("Account")
      .updated(new Date(now - 600_000).toISOString(), new Date(now + 600_000).toISOString());
    await connection.sobject("Account").destroy(ids);
    const deleted = await connection
      .sobject("Account")
      .deleted(new Date(now - 600_000).toISOString(), new Date(now + 600_000).toISOString());

    expect(upserted.success).toBe(true);
    expect(read.map((record) => record["Name"] as string)).toEqual(["Many 1", "Many 2"]);
    expect(changed.ids).toEqual(expect.arrayContaining(ids));
    expect(deleted.deletedRecords.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  test("reads the API usage (Sforce-Limit-Info)", async () => {
    await connection.query("SELECT COUNT() FROM Account");
    const limits = await connection.limits();

    expect(connection.limitInfo.apiUsage?.limit).toBe(500_000);
    expect(limits["DailyApiRequests"]?.Max).toBe(500_000);
  });

  test("signs in, merges and empties the recycle bin with SOAP (SOAP API, Core Calls)", async () => {
    const own = new jsforce.Connection({ version: "62.0", loginUrl: simulator.url });
    await own.login("admin@simulated.example", "simulatorTOKEN");
    const [master, loser] = (await own.sobject("Account").create([{ Name: "Master" }, { Name: "Loser" }])).map(
      ({ id }) => id ?? "",
    );
    const merged = await own.soap.merge({
      masterRecord: { type: "Account", Id: master },
      recordToMergeIds: [loser ?? ""],
    });
    const gone = await own.query(`SELECT MasterRecordId FROM Account WHERE Id = '${loser ?? ""}'`, { scanAll: true });
    await own.soap.emptyRecycleBin([loser ?? ""]);
    const after = await own.query(`SELECT Id FROM Account WHERE Id = '${loser ?? ""}'`, { scanAll: true });
    const wrong = await refusal(own.login("admin@simulated.example", "wrong"));

    expect(merged).toMatchObject({ success: true, id: master, mergedRecordIds: [loser] });
    expect(gone.records).toMatchObject([{ MasterRecordId: master }]);
    expect(after.records).toEqual([]);
    expect(wrong.message).toContain("INVALID_LOGIN");
  });
});
