import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

beforeEach(async () => {
  await client.control("POST", "clock", { real: true });
  await client.signIn();
});

afterAll(() => simulator.stop());

const createAccount = async (body: Record<string, unknown> = {}) =>
  idOf(await client.rest("POST", "sobjects/Account", { Name: "Life test", ...body }));

describe("deleting (SOAP API: delete, undelete, merge; Recycle Bin)", () => {
  test("moves a record and its children to the recycle bin, and undelete restores them", async () => {
    const account = await createAccount();
    const contact = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Goes along", AccountId: account }));
    const child = await createAccount({ ParentId: account });

    expect((await client.rest("DELETE", `sobjects/Account/${account}`)).status).toBe(204);
    expect((await client.rest("GET", `sobjects/Contact/${contact}`)).body).toMatchObject([
      { errorCode: "ENTITY_IS_DELETED" },
    ]);
    expect((await client.rest("GET", `sobjects/Account/${child}`)).body).toMatchObject({ ParentId: null });
    expect(await client.records(`SELECT IsDeleted FROM Contact WHERE Id = '${contact}'`, "queryAll")).toMatchObject([
      { IsDeleted: true },
    ]);
    expect(await client.records(`SELECT Id FROM Contact WHERE Id = '${contact}'`)).toEqual([]);

    await client.control("POST", "undelete", { ids: [account] });

    expect((await client.rest("GET", `sobjects/Contact/${contact}`)).body).toMatchObject({
      AccountId: account,
      IsDeleted: false,
    });
    expect((await client.rest("GET", `sobjects/Account/${child}`)).body).toMatchObject({ ParentId: account });
  });

  test("deletes details with their master (Master-Detail Relationship)", async () => {
    const account = await createAccount();
    const project = idOf(await client.rest("POST", "sobjects/Project__c", { Name: "p" }));
    const milestone = idOf(
      await client.rest("POST", "sobjects/Milestone__c", { Project__c: project, Account__c: account }),
    );

    await client.rest("DELETE", `sobjects/Project__c/${project}`);

    expect((await client.rest("GET", `sobjects/Milestone__c/${milestone}`)).status).toBe(404);
  });

  test("refuses to delete an account with cases (DELETE_FAILED)", async () => {
    const account = await createAccount();
    idOf(await client.rest("POST", "sobjects/Case", { Subject: "c", AccountId: account }));

    expect(await client.rest("DELETE", `sobjects/Account/${account}`)).toMatchObject({
      status: 400,
      body: [{ errorCode: "DELETE_FAILED" }],
    });
  });

  test("moves children on a merge and sets MasterRecordId of the deleted record (Merge, MasterRecordId)", async () => {
    const [winner, loser] = [await createAccount(), await createAccount()];
    const contact = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Moves", AccountId: loser }));

    await client.control("POST", "merge", { master: winner, others: [loser] });

    expect((await client.rest("GET", `sobjects/Contact/${contact}`)).body).toMatchObject({ AccountId: winner });
    expect(
      await client.records(`SELECT MasterRecordId FROM Account WHERE Id = '${loser}' AND IsDeleted = true`, "queryAll"),
    ).toMatchObject([{ MasterRecordId: winner }]);
  });

  test("undeletes by SOAP with a result for each id (SOAP API, undelete)", async () => {
    const account = await createAccount();
    await client.rest("DELETE", `sobjects/Account/${account}`);
    const envelope = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Header><SessionHeader><sessionId>${client.token}</sessionId></SessionHeader></soapenv:Header><soapenv:Body><undelete><ids>${account}</ids><ids>${account.slice(0, 14)}</ids></undelete></soapenv:Body></soapenv:Envelope>`;
    const answer = await client.call("POST", "/services/Soap/u/62.0", envelope, { "content-type": "text/xml" });

    expect(String(answer.body)).toContain(`<id>${account}</id><success>true</success>`);
    expect(String(answer.body)).toContain("<statusCode>MALFORMED_ID</statusCode>");
    expect((await client.rest("GET", `sobjects/Account/${account}`)).body).toMatchObject({ IsDeleted: false });
  });

  test("deletes records permanently on a purge", async () => {
    const account = await createAccount();
    await client.rest("DELETE", `sobjects/Account/${account}`);
    await client.control("POST", "purge");

    expect(await client.records(`SELECT Id FROM Account WHERE Id = '${account}'`, "queryAll")).toEqual([]);
    expect((await client.rest("GET", `sobjects/Account/${account}`)).body).toMatchObject([{ errorCode: "NOT_FOUND" }]);
  });
});

describe("replication (REST API, sObject Get Updated and Get Deleted)", () => {
  // A purge in another test would bar the windows of these.
  beforeAll(async () => {
    await client.control("POST", "reset");
    await client.signIn();
  });

  const at = (minutes: number) => new Date(simulator.org.clock.now() + minutes * 60_000).toISOString();

  test("returns the records that changed or were deleted in a window", async () => {
    const id = await createAccount();
    const gone = await createAccount();
    await client.rest("DELETE", `sobjects/Account/${gone}`);
    const window = `start=${at(-5)}&end=${at(5)}`;
    const updated = await client.rest("GET", `sobjects/Account/updated/?${window}`);
    const deleted = await client.rest("GET", `sobjects/Account/deleted/?${window}`);

    expect((updated.body as { ids: string[] }).ids).toContain(id);
    expect((updated.body as { ids: string[] }).ids).not.toContain(gone);
    expect((deleted.body as { deletedRecords: { id: string }[] }).deletedRecords.map((record) => record.id)).toContain(
      gone,
    );
    expect(deleted.body).toMatchObject({
      earliestDateAvailable: expect.stringMatching(/\+0000$/u) as string,
      latestDateCovered: expect.stringMatching(/\+0000$/u) as string,
    });
  });

  test.each([
    ["an end before the start", 0, -10, "updated"],
    ["less than a minute", 0, 0, "updated"],
    ["more than 30 days back", -31 * 1440, 0, "updated"],
    ["more than 15 days back", -16 * 1440, 0, "deleted"],
  ])("refuses %s with INVALID_REPLICATION_DATE", async (...[, start, end, resource]) => {
    const answer = await client.rest("GET", `sobjects/Account/${resource}?start=${at(start)}&end=${at(end)}`);

    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_REPLICATION_DATE" }] });
  });

  test("refuses windows that begin before a purge, and objects that are not replicateable", async () => {
    await client.control("POST", "purge");
    const purged = await client.rest("GET", `sobjects/Account/deleted?start=${at(-60)}&end=${at(5)}`);
    const share = await client.rest("GET", `sobjects/AccountShare/updated?start=${at(-60)}&end=${at(5)}`);

    expect(purged).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_REPLICATION_DATE" }] });
    expect(share).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_TYPE_FOR_OPERATION" }] });
  });

  test("lags with latestDateCovered by the org's replication lag", async () => {
    await client.control("POST", "limits", { replication_lag_seconds: 3600 });
    const answer = await client.rest("GET", `sobjects/Account/updated?start=${at(-120)}&end=${at(0)}`);
    await client.control("POST", "limits", { replication_lag_seconds: 0 });

    expect(Date.parse((answer.body as { latestDateCovered: string }).latestDateCovered)).toBeLessThanOrEqual(
      Date.now() - 3_600_000,
    );
  });
});

describe("files (Object Reference, ContentVersion; REST API, Insert or Update Blob Data)", () => {
  test("have a document and links from the first version on, and a second version becomes the latest", async () => {
    const account = await createAccount();
    const bytes = Buffer.from("The quick brown fox");
    const first = idOf(
      await client.rest("POST", "sobjects/ContentVersion", {
        PathOnClient: "fox.txt",
        VersionData: bytes.toString("base64"),
        FirstPublishLocationId: account,
      }),
    );
    const [version] = await client.records<{ ContentDocumentId: string }>(
      `SELECT ContentDocumentId, ContentSize, FileExtension, IsLatest FROM ContentVersion WHERE Id = '${first}'`,
    );
    const document = version?.ContentDocumentId ?? "";
    const second = idOf(
      await client.rest("POST", "sobjects/ContentVersion", {
        PathOnClient: "fox.txt",
        VersionData: "Zm94",
        ContentDocumentId: document,
      }),
    );

    expect(version).toMatchObject({ ContentSize: bytes.length, FileExtension: "txt", IsLatest: true });
    expect(
      await client.records(
        `SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${account}' AND ContentDocumentId = '${document}'`,
      ),
    ).toHaveLength(1);
    expect(await client.records(`SELECT IsLatest FROM ContentVersion WHERE Id = '${first}'`)).toMatchObject([
      { IsLatest: false },
    ]);
    expect((await client.rest("GET", `sobjects/ContentDocument/${document}`)).body).toMatchObject({
      LatestPublishedVersionId: second,
      ContentSize: 3,
    });
  });

  test("keep the bytes of a multipart upload of 11 MB", async () => {
    const data = Buffer.alloc(11 * 1024 * 1024, "0123456789abcdef\r\n--");
    const form = new FormData();
    form.append("entity_content", new Blob(['{"PathOnClient":"large.bin"}'], { type: "application/json" }));
    form.append("VersionData", new Blob([data], { type: "application/octet-stream" }), "large.bin");
    const created = await fetch(`${simulator.url}/services/data/v62.0/sobjects/ContentVersion`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.token}` },
      body: form,
    });
    const { id } = (await created.json()) as { id: string };
    const read = await fetch(`${simulator.url}/services/data/v62.0/sobjects/ContentVersion/${id}/VersionData`, {
      headers: { authorization: `Bearer ${client.token}` },
    });

    expect(created.status).toBe(201);
    expect(Buffer.from(await read.arrayBuffer()).equals(data)).toBe(true);
  });
});
