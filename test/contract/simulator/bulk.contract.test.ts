import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { connect } from "./connect.ts";
import { RestClient } from "./rest-client.ts";

// Bulk API 2.0 and Bulk API Developer Guide, "Query Jobs". Codes of refusals are unconfirmed unless a document is named.

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

beforeEach(async () => {
  await client.control("POST", "clock", { real: true });
  await client.control("POST", "limits", { bulk_job_seconds: 0, bulk_page_rows: 50_000 });
  await client.signIn();
  client.version = "62.0";
});

afterAll(() => simulator.stop());

interface Job {
  readonly id: string;
  readonly state: string;
}

const create = async (query: string, more: Record<string, unknown> = {}) =>
  (await client.rest("POST", "jobs/query", { operation: "query", query, ...more })).body as Job;

describe("a query job (Bulk API 2.0, Query Jobs)", () => {
  test("changes from UploadComplete to InProgress to JobComplete and reports the number of records", async () => {
    await client.control("POST", "limits", { bulk_job_seconds: 90 });
    await client.control("POST", "clock", { frozen: true });
    const job = await create("SELECT Id FROM Contact");
    const states = [job.state];
    for (const seconds of [31, 31, 31]) {
      await client.control("POST", "clock", { advance_seconds: seconds, frozen: true });
      states.push(((await client.rest("GET", `jobs/query/${job.id}`)).body as Job).state);
    }
    const early = await client.rest("GET", `jobs/query/${job.id}`);

    expect(states).toEqual(["UploadComplete", "InProgress", "InProgress", "JobComplete"]);
    expect(early.body).toMatchObject({
      jobType: "V2Query",
      object: "Contact",
      numberRecordsProcessed: simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`),
    });
  });

  test("reads the organization", async () => {
    const { id } = await create("SELECT Id, Name FROM Organization");
    const { body } = await client.rest("GET", `jobs/query/${id}/results`);

    const [[organization, name] = []] = simulator.org.database.rows(`SELECT "Id", "Name" FROM "Organization"`);
    expect(body).toBe(`"Id","Name"\n"${String(organization)}","${String(name)}"\n`);
  });

  test("returns its results in pages with a header each, and any page again by its locator", async () => {
    const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);
    const { id } = await create("SELECT Id, Name, Account.Name, CreatedDate, HasOptedOutOfEmail FROM Contact");
    const rows: string[] = [];
    const locators: string[] = [];
    for (let locator: string | null = ""; locator !== "null";) {
      const page = await client.rest(
        "GET",
        `jobs/query/${id}/results?maxRecords=40${locator === "" ? "" : `&locator=${String(locator)}`}`,
      );
      const lines = String(page.body).trimEnd().split("\n");
      expect(lines[0]).toBe('"Id","Name","Account.Name","CreatedDate","HasOptedOutOfEmail"');
      expect(Number(page.headers.get("sforce-numberofrecords"))).toBe(lines.length - 1);
      rows.push(...lines.slice(1));
      locator = page.headers.get("sforce-locator");
      locators.push(String(locator));
    }
    const again = await client.rest("GET", `jobs/query/${id}/results?maxRecords=40&locator=${locators[0] ?? ""}`);

    expect(rows).toHaveLength(live);
    expect(new Set(rows).size).toBe(live);
    expect(rows[0]).toMatch(/^"003\w{15}","[^"]+","[^"]*","[\d-]+T[\d:]+\.000Z","(?:true|false)"$/u);
    expect(String(again.body).split("\n")[1]).toBe(rows[40]);
  });

  test("returns the URLs of five result pages, then of the next five (since v58)", async () => {
    await client.control("POST", "limits", { bulk_page_rows: 10 });
    const { id } = await create("SELECT Id FROM Contact");
    const first = (await client.rest("GET", `jobs/query/${id}/resultPages`)).body as {
      resultPages: { resultUrl: string }[];
      done: boolean;
      nextRecordsUrl: string;
    };
    const second = (await client.call("GET", first.nextRecordsUrl)).body as typeof first;
    const pages = await Promise.all(
      [...first.resultPages, ...second.resultPages].map(({ resultUrl }) => client.call("GET", resultUrl)),
    );
    client.version = "57.0";
    const early = await client.rest("GET", `jobs/query/${id}/resultPages`);

    expect(first.resultPages).toHaveLength(5);
    expect(second.done).toBe(true);
    const rows = pages.flatMap(({ body }) => String(body).trimEnd().split("\n").slice(1));
    expect(new Set(rows).size).toBe(
      simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`),
    );
    expect(early.status).toBe(404);
  });

  test("writes CSV with other delimiters and line endings, doubled quotes and empty fields (CSV Responses; T…000Z unconfirmed)", async () => {
    await client.rest("POST", "sobjects/Account", { Name: 'A "quoted"; name', ERP_Number__c: "CSV-1" });
    const { id } = await create("SELECT Name, Industry FROM Account WHERE ERP_Number__c = 'CSV-1'", {
      columnDelimiter: "SEMICOLON",
      lineEnding: "CRLF",
    });

    expect((await client.rest("GET", `jobs/query/${id}/results`)).body).toBe(
      '"Name";"Industry"\r\n"A ""quoted""; name";""\r\n',
    );
  });

  test("reads the recycle bin too with queryAll", async () => {
    const all = simulator.org.database.number(`SELECT count(*) FROM "Contact"`);
    const { id } = await create("SELECT Id, IsDeleted FROM Contact", { operation: "queryAll" });

    expect(
      String((await client.rest("GET", `jobs/query/${id}/results`)).body)
        .trimEnd()
        .split("\n"),
    ).toHaveLength(all + 1);
  });

  test("can be aborted only while it runs and deleted only when it has ended (Abort a Query Job, Delete a Query Job; codes unconfirmed)", async () => {
    await client.control("POST", "limits", { bulk_job_seconds: 600 });
    const { id } = await create("SELECT Id FROM Contact");
    const early = await client.rest("DELETE", `jobs/query/${id}`);
    const unfinished = await client.rest("GET", `jobs/query/${id}/results`);
    const aborted = await client.rest("PATCH", `jobs/query/${id}`, { state: "Aborted" });
    const twice = await client.rest("PATCH", `jobs/query/${id}`, { state: "Aborted" });
    const deleted = await client.rest("DELETE", `jobs/query/${id}`);
    const gone = await client.rest("GET", `jobs/query/${id}`);

    expect([early.status, unfinished.status, twice.status]).toEqual([400, 400, 400]);
    expect(aborted.body).toMatchObject({ state: "Aborted" });
    expect([deleted.status, gone.status]).toEqual([204, 404]);
  });

  test("returns 409 if its results are read with another API version", async () => {
    const { id } = await create("SELECT Id FROM Contact");
    client.version = "61.0";

    expect((await client.rest("GET", `jobs/query/${id}/results`)).status).toBe(409);
  });

  test("fails with too many retries", async () => {
    await client.control("POST", "limits", { bulk_jobs_to_fail: 1 });
    const { id } = await create("SELECT Id FROM Contact");

    expect((await client.rest("GET", `jobs/query/${id}`)).body).toMatchObject({
      state: "Failed",
      errorMessage: expect.stringContaining("Retried more than") as string,
    });
  });

  test("is deleted after seven days", async () => {
    const { id } = await create("SELECT Id FROM Contact");
    await client.control("POST", "clock", { advance_seconds: 7 * 86_400 + 60 });
    await client.signIn();

    expect((await client.rest("GET", `jobs/query/${id}`)).status).toBe(404);
  });

  test("is in the list of the user's jobs", async () => {
    const { id } = await create("SELECT Id FROM Contact");
    const list = await client.rest("GET", "jobs/query?jobType=V2Query");

    expect((list.body as { records: Job[] }).records.map((job) => job.id)).toContain(id);
    expect(list.body).toMatchObject({ done: true });
  });
});

describe("a query job is refused (SOQL Considerations for Bulk Queries; codes unconfirmed)", () => {
  test.each([
    ["aggregates", "SELECT COUNT(Id) FROM Account", "API_ERROR"],
    ["COUNT()", "SELECT COUNT() FROM Account", "API_ERROR"],
    ["GROUP BY", "SELECT Type FROM Account GROUP BY Type", "API_ERROR"],
    ["OFFSET", "SELECT Id FROM Account LIMIT 5 OFFSET 5", "API_ERROR"],
    ["child subqueries", "SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR"],
    ["TYPEOF", "SELECT TYPEOF What WHEN Account THEN Phone END FROM Task", "API_ERROR"],
    ["compound addresses", "SELECT BillingAddress FROM Account", "API_ERROR"],
    ["geolocations", "SELECT Position__c FROM Installation__c", "API_ERROR"],
    ["file contents", "SELECT VersionData FROM ContentVersion", "API_ERROR"],
    ["FIELDS(ALL)", "SELECT FIELDS(ALL) FROM Account LIMIT 200", "API_ERROR"],
    ["an object that the Bulk API does not support", "SELECT Id FROM CaseFeed", "INVALIDENTITY"],
    ["an unknown object", "SELECT Id FROM Nothing", "INVALID_TYPE"],
    ["an unknown field", "SELECT Nme FROM Account", "INVALID_FIELD"],
    ["malformed SOQL", "SELECT Id FROM", "MALFORMED_QUERY"],
  ])("for %s", async (_what, query, errorCode) => {
    expect(await client.rest("POST", "jobs/query", { operation: "query", query })).toMatchObject({
      status: 400,
      body: [{ errorCode, message: expect.any(String) as string }],
    });
  });

  test.each([
    ["an unknown operation", { operation: "insert", query: "SELECT Id FROM Account" }, "INVALIDJOB"],
    ["no query", { operation: "query" }, "JSON_PARSER_ERROR"],
    [
      "another content type",
      { operation: "query", query: "SELECT Id FROM Account", contentType: "JSON" },
      "INVALIDJOB",
    ],
    [
      "an unknown delimiter",
      { operation: "query", query: "SELECT Id FROM Account", columnDelimiter: "." },
      "INVALIDJOB",
    ],
    ["an unknown line ending", { operation: "query", query: "SELECT Id FROM Account", lineEnding: "CR" }, "INVALIDJOB"],
  ])("with %s", async (_what, body, errorCode) => {
    expect(await client.rest("POST", "jobs/query", body)).toMatchObject({ status: 400, body: [{ errorCode }] });
  });

  test.each([
    ["results?maxRecords=0", "INVALID_ARGUMENT"],
    ["results?maxRecords=many", "INVALID_ARGUMENT"],
    ["results?locator=nowhere", "INVALID_QUERY_LOCATOR"],
  ])("for the invalid request %s", async (resource, errorCode) => {
    const { id } = await create("SELECT Id FROM Contact");

    expect(await client.rest("GET", `jobs/query/${id}/${resource}`)).toMatchObject({
      status: 400,
      body: [{ errorCode }],
    });
  });

  test("over the daily limit of result bytes (Bulk API 2.0 Limits; code unconfirmed)", async () => {
    const { id } = await create("SELECT FIELDS(STANDARD) FROM Contact");
    await client.rest("GET", `jobs/query/${id}/results`);
    await client.control("POST", "limits", { daily_bulk_query_megabytes: 0 });
    const answer = await client.rest("POST", "jobs/query", { operation: "query", query: "SELECT Id FROM Account" });
    await client.control("POST", "limits", { daily_bulk_query_megabytes: 976_562 });

    expect(answer).toMatchObject({ status: 403, body: [{ errorCode: "LIMIT_EXCEEDED" }] });
  });

  test("over the daily limit of jobs (Bulk API 2.0 Limits; code unconfirmed)", async () => {
    await client.control("POST", "limits", { daily_bulk_query_jobs: 0 });
    const answer = await client.rest("POST", "jobs/query", { operation: "query", query: "SELECT Id FROM Account" });
    await client.control("POST", "limits", { daily_bulk_query_jobs: 10_000 });

    expect(answer).toMatchObject({ status: 403, body: [{ errorCode: "LIMIT_EXCEEDED" }] });
  });
});

test("jsforce runs a query job with bulk2", async () => {
  const connection = await connect(simulator);
  connection.bulk2.pollInterval = 20;

  const stream = await connection.bulk2.query("SELECT Id, Name FROM Contact");
  const rows = await stream.toArray();

  expect(rows).toHaveLength(simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`));
});
