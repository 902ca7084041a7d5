import { deflateSync, gzipSync } from "node:zlib";
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
  idOf(await client.rest("POST", "sobjects/Account", { Name: "Records test", ...body }));

interface Stamps {
  readonly CreatedDate: string;
  readonly LastModifiedDate: string;
  readonly SystemModstamp: string;
}

const stampsOf = async (object: string, id: string) =>
  (
    await client.records<Stamps>(
      `SELECT CreatedDate, LastModifiedDate, SystemModstamp FROM ${object} WHERE Id = '${id}'`,
      "queryAll",
    )
  )[0];

type Refused = [what: string, object: string, body: unknown, status: number, code: string, fields?: string[]];

describe("a write is refused (Status Codes, SOAP API Developer Guide)", () => {
  const refused: Refused[] = [
    ["a missing name", "Account", {}, 400, "REQUIRED_FIELD_MISSING", ["Name"]],
    ["several missing fields", "Opportunity", { Name: "x" }, 400, "REQUIRED_FIELD_MISSING", ["StageName", "CloseDate"]],
    ["an unknown field", "Account", { Name: "x", Nme: "y" }, 400, "INVALID_FIELD"],
    [
      "a field that cannot be written",
      "Account",
      { Name: "x", CreatedDate: "2020-01-01T00:00:00Z" },
      400,
      "INVALID_FIELD_FOR_INSERT_UPDATE",
      ["CreatedDate"],
    ],
    [
      "a formula",
      "Project__c",
      { Name: "x", Account_Industry__c: "y" },
      400,
      "INVALID_FIELD_FOR_INSERT_UPDATE",
      ["Account_Industry__c"],
    ],
    ["a text over the maximum length", "Account", { Name: "x".repeat(256) }, 400, "STRING_TOO_LONG", ["Name"]],
    [
      "an invalid e-mail address",
      "Contact",
      { LastName: "x", Email: "nobody" },
      400,
      "INVALID_EMAIL_ADDRESS",
      ["Email"],
    ],
    ["an id of the wrong length", "Contact", { LastName: "x", AccountId: "001" }, 400, "MALFORMED_ID", ["AccountId"]],
    [
      "an id with wrong check characters",
      "Contact",
      { LastName: "x", AccountId: "001Fk000000000mZZZ" },
      400,
      "MALFORMED_ID",
      ["AccountId"],
    ],
    [
      "an id of another object",
      "Contact",
      { LastName: "x", AccountId: "003Fk000000000m" },
      400,
      "FIELD_INTEGRITY_EXCEPTION",
      ["AccountId"],
    ],
    [
      "the id of no record",
      "Contact",
      { LastName: "x", AccountId: "001Fk0000ZZZZZZ" },
      400,
      "INVALID_CROSS_REFERENCE_KEY",
    ],
    [
      "a value outside a restricted picklist",
      "Installation__c",
      { Name: "x", State__c: "Lost" },
      400,
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      ["State__c"],
    ],
    ["a text in a number field", "Account", { Name: "x", NumberOfEmployees: "many" }, 400, "JSON_PARSER_ERROR"],
    [
      "a whole number of more than 32 bits",
      "Account",
      { Name: "x", NumberOfEmployees: 2_147_483_648 },
      400,
      "JSON_PARSER_ERROR",
    ],
    [
      "a date with trailing words",
      "Opportunity",
      { Name: "x", StageName: "Prospecting", CloseDate: "2026-02-03 or so" },
      400,
      "JSON_PARSER_ERROR",
    ],
    ["an impossible time", "Installation__c", { Name: "x", Service_Time__c: "25:00" }, 400, "JSON_PARSER_ERROR"],
    [
      "an impossible date",
      "Opportunity",
      { Name: "x", StageName: "Prospecting", CloseDate: "2026-02-30" },
      400,
      "JSON_PARSER_ERROR",
    ],
    [
      "a number outside the field's range",
      "Installation__c",
      { Name: "x", Rating__c: 1000 },
      400,
      "NUMBER_OUTSIDE_VALID_RANGE",
      ["Rating__c"],
    ],
    [
      "an unknown share type",
      "ContentDocumentLink",
      { ContentDocumentId: "069Fk000000000mIAA", LinkedEntityId: "001Fk000000000mIAA", ShareType: "Z" },
      400,
      "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
      ["ShareType"],
    ],
    [
      "bytes that are not base64",
      "ContentVersion",
      { PathOnClient: "a.txt", VersionData: "!!!" },
      400,
      "JSON_PARSER_ERROR",
    ],
    ["a body that is not JSON", "Account", "{", 400, "JSON_PARSER_ERROR"],
    ["a list instead of an object", "Account", [], 400, "JSON_PARSER_ERROR"],
    ["an unknown object", "Nothing", { Name: "x" }, 404, "NOT_FOUND"],
    ["an object that cannot be written", "CaseFeed", { Body: "x" }, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"],
  ];

  test.each(refused)("for %s", async (...[, object, body, status, code, fields]: Refused) => {
    const answer = await client.rest("POST", `sobjects/${object}`, body);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject([
      { errorCode: code, message: expect.any(String) as string, ...(fields === undefined ? {} : { fields }) },
    ]);
  });

  test("for a duplicate external id", async () => {
    const first = await createAccount({ ERP_Number__c: "ONCE" });
    const answer = await client.rest("POST", "sobjects/Account", { Name: "again", ERP_Number__c: "ONCE" });

    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "DUPLICATE_VALUE" }] });
    expect(JSON.stringify(answer.body)).toContain(first);
  });

  test("with 415 for another content type than JSON, and with 413 for a body over the limit", async () => {
    const xml = await client.call("POST", "/services/data/v62.0/sobjects/Account", "<Account/>", {
      "content-type": "text/plain",
    });
    const large = await client.call(
      "POST",
      "/services/data/v62.0/sobjects/Account",
      `{"Name":"${"x".repeat(53 * 1024 * 1024)}"}`,
    );

    expect(xml.status).toBe(415);
    expect(large.status).toBe(413);
  });

  test("for a body that is nested too deeply (unconfirmed)", async () => {
    const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const part = `{"method":"POST","url":"/services/data/v62.0/sobjects/Account","referenceId":"a","body":{"Name":${nested}}}`;
    const answer = await client.call("POST", "/services/data/v62.0/composite", `{"compositeRequest":[${part}]}`);

    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "JSON_PARSER_ERROR" }] });
  });

  test("for malformed and unknown ids in the path, and ids of another object", async () => {
    const malformed = await client.rest("GET", "sobjects/Account/abc");
    const check = await client.rest("GET", "sobjects/Account/001Fk000000000mZZZ");
    const other = await client.rest("GET", "sobjects/Account/003Fk000000000m");
    const unknown = await client.rest("DELETE", "sobjects/Account/001Fk0000ZZZZZZ");

    // A part that has not the length of an id can only be the name of an external id field.
    expect(malformed).toMatchObject({ status: 404, body: [{ errorCode: "NOT_FOUND" }] });
    expect(check).toMatchObject({ status: 400, body: [{ errorCode: "MALFORMED_ID" }] });
    expect([other.status, unknown.status]).toEqual([404, 404]);
  });

  test("SQL in values is stored as text", async () => {
    const evil = `x'); DROP TABLE "Account"; --`;
    const id = await createAccount({ Name: evil });
    const found = await client.records(`SELECT Name FROM Account WHERE Name = '${evil.replaceAll("'", "\\'")}'`);
    const path = await client.rest("GET", `sobjects/Account/ERP_Number__c/${encodeURIComponent(evil)}`);

    expect(found).toMatchObject([{ Name: evil }]);
    expect(path.status).toBe(404);
    expect((await client.rest("GET", `sobjects/Account/${id}`)).status).toBe(200);
  });
});

describe("compression (REST API, Compression Headers)", () => {
  const post = (body: Buffer, coding: string) =>
    fetch(`${simulator.url}/services/data/v62.0/sobjects/Account`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${client.token}`,
        "content-type": "application/json",
        "content-encoding": coding,
      },
      body: new Uint8Array(body),
    });

  test("of requests can be gzip or deflate; others are refused (codes unconfirmed)", async () => {
    const record = Buffer.from('{"Name":"Compressed"}');
    const zipped = await post(gzipSync(record), "gzip");
    const deflated = await post(deflateSync(record), "deflate");
    const broken = await post(record, "gzip");
    const unknown = await post(record, "br");
    const bomb = await post(gzipSync(Buffer.alloc(60 * 1024 * 1024)), "gzip");

    expect([zipped, deflated, broken, unknown, bomb].map(({ status }) => status)).toEqual([201, 201, 400, 415, 413]);
  });

  test("of responses is gzip or deflate if the request accepts it", async () => {
    const codings = [];
    for (const accepted of ["gzip", "deflate", "gzip;q=0", "identity"]) {
      const answer = await client.call("GET", "/services/data/v62.0/sobjects", undefined, {
        "accept-encoding": accepted,
      });
      codings.push(answer.headers.get("content-encoding"));
      expect(answer.body).toMatchObject({ encoding: "UTF-8" });
    }

    expect(codings).toEqual(["gzip", "deflate", null, null]);
  });
});

describe("upsert (REST API, Upsert a Record)", () => {
  test("creates a record, then updates it, by its external id", async () => {
    const first = await client.rest("PATCH", "sobjects/Account/ERP_Number__c/UP-1", { Name: "Upserted" });
    const second = await client.rest("PATCH", "sobjects/Account/ERP_Number__c/UP-1", { Industry: "Energy" });

    expect(first).toMatchObject({ status: 201, body: { created: true, success: true } });
    expect(second).toMatchObject({ status: 200, body: { created: false } });
    expect((await client.rest("GET", "sobjects/Account/ERP_Number__c/UP-1?fields=Name,Industry")).body).toMatchObject({
      Name: "Upserted",
      Industry: "Energy",
    });
  });

  test("returns 300 with a list if several records have the external id", async () => {
    for (const code of ["A", "B"]) await client.rest("POST", "sobjects/Product2", { Name: code, ExternalId: "TWICE" });

    const answer = await client.rest("PATCH", "sobjects/Product2/ExternalId/TWICE", { Name: "which" });

    expect(answer.status).toBe(300);
    expect(answer.body).toHaveLength(2);
  });
});

describe("timestamps (Object Reference, System Fields)", () => {
  test("change with every update, in whole seconds, except CreatedDate", async () => {
    await client.control("POST", "clock", { at: "2027-03-01T10:00:00Z", frozen: true });
    await client.signIn();
    const id = await createAccount();
    await client.control("POST", "clock", { at: "2027-03-01T10:05:00Z", frozen: true });
    await client.rest("PATCH", `sobjects/Account/${id}`, { Industry: "Energy" });

    expect(await stampsOf("Account", id)).toMatchObject({
      CreatedDate: "2027-03-01T10:00:00.000+0000",
      LastModifiedDate: "2027-03-01T10:05:00.000+0000",
      SystemModstamp: "2027-03-01T10:05:00.000+0000",
    });
  });

  test("do not change with the source of a formula, a child or a share (Formula fields are computed on read)", async () => {
    const account = await createAccount({ Industry: "Energy" });
    const project = idOf(await client.rest("POST", "sobjects/Project__c", { Name: "p", Account__c: account }));
    const before = [await stampsOf("Account", account), await stampsOf("Project__c", project)];
    await client.control("POST", "clock", { advance_seconds: 600 });

    idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Child", AccountId: account }));
    const [user] = await client.records<{ Id: string }>(
      "SELECT Id FROM User WHERE Username = 'admin@simulated.example'",
    );
    idOf(
      await client.rest("POST", "sobjects/AccountShare", {
        AccountId: account,
        UserOrGroupId: user?.Id,
        AccountAccessLevel: "Read",
        OpportunityAccessLevel: "None",
        CaseAccessLevel: "None",
        ContactAccessLevel: "None",
        RowCause: "Manual",
      }),
    );
    const stampsAfterChild = await stampsOf("Account", account);
    await client.rest("PATCH", `sobjects/Account/${account}`, { Industry: "Banking" });
    const [read] = await client.records(`SELECT Account_Industry__c FROM Project__c WHERE Id = '${project}'`);

    expect(stampsAfterChild).toEqual(before[0]);
    expect(await stampsOf("Project__c", project)).toEqual(before[1]);
    expect(read?.["Account_Industry__c"]).toBe("Banking");
  });

  test("are those of the beginning of a transaction that commits later (replication, open transactions)", async () => {
    await client.control("POST", "clock", { at: "2027-04-01T10:00:00Z", frozen: true });
    await client.signIn();
    await client.control("POST", "transactions", {
      visible_after_seconds: 300,
      writes: [{ method: "POST", url: "/services/data/v62.0/sobjects/Account", body: { Name: "Late" } }],
    });
    const before = await client.records("SELECT Id FROM Account WHERE Name = 'Late'");
    const window = "start=2027-04-01T09:50:00Z&end=2027-04-01T10:10:00Z";
    const covered = await client.rest("GET", `sobjects/Account/updated?${window}`);
    await client.control("POST", "clock", { at: "2027-04-01T10:06:00Z", frozen: true });
    const after = await client.records("SELECT SystemModstamp FROM Account WHERE Name = 'Late'");

    expect(before).toEqual([]);
    expect(covered.body).toMatchObject({ latestDateCovered: "2027-04-01T10:00:00.000+0000" });
    expect(after).toMatchObject([{ SystemModstamp: "2027-04-01T10:00:00.000+0000" }]);
  });

  test("the stage of an opportunity sets its probability and the fields derived from it (Object Reference, Opportunity)", async () => {
    const id = idOf(
      await client.rest("POST", "sobjects/Opportunity", {
        Name: "o",
        StageName: "Closed Won",
        CloseDate: "2027-01-01",
        Amount: 200,
      }),
    );

    expect((await client.rest("GET", `sobjects/Opportunity/${id}`)).body).toMatchObject({
      Probability: 100,
      IsClosed: true,
      IsWon: true,
      ExpectedRevenue: 200,
      ForecastCategoryName: "Closed",
    });
  });
});
