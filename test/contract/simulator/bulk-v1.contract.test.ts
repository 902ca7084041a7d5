import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// Bulk API 1.0 ("Bulk API", Bulk API 2.0 and Bulk API Developer Guide).

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  client = await RestClient.signIn(simulator);
  await client.control("POST", "limits", { bulk_job_seconds: 0, bulk_jobs_to_fail: 0 });
});

afterAll(() => simulator.stop());

type Members = Readonly<Record<string, string>>;

const call = async (
  method: string,
  resource: string,
  ...[body, headers = {}]: readonly [body?: unknown, headers?: Members]
) => client.call(method, `/services/async/62.0/${resource}`, body, { "x-sfdc-session": client.token, ...headers });

const create = async (job: object, headers: Members = {}) =>
  (await call("POST", "job", job, headers)).body as { id: string };

/** The texts of an element. */
const texts = (xml: unknown, name: string) =>
  [...String(xml).matchAll(new RegExp(`<${name}>(?<text>[^<]*)</${name}>`, "gu"))].map(
    ({ groups }) => groups?.["text"],
  );

describe("a job with CSV", () => {
  test("is created in JSON, takes a query, is closed, and has a result with a header line", async () => {
    const job = await create({ operation: "query", object: "Contact", contentType: "CSV" });
    const query = "SELECT Id, Name, CreatedDate, Account.Name FROM Contact";
    const batch = await call("POST", `job/${job.id}/batch`, query, { "content-type": "text/csv" });
    const [batchId] = texts(batch.body, "id");
    const closed = await call("POST", `job/${job.id}`, { state: "Closed" });
    const status = await call("GET", `job/${job.id}/batch/${batchId ?? ""}`);
    const [resultId] = texts((await call("GET", `job/${job.id}/batch/${batchId ?? ""}/result`)).body, "result");
    const result = await call("GET", `job/${job.id}/batch/${batchId ?? ""}/result/${resultId ?? ""}`);
    const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);

    expect(job).toMatchObject({
      operation: "query",
      object: "Contact",
      state: "Open",
      contentType: "CSV",
      apiVersion: "62.0",
    });
    expect(batch.status).toBe(201);
    expect(batch.headers.get("content-type")).toBe("application/xml");
    expect(closed.body).toMatchObject({ state: "Closed", numberBatchesTotal: 1, numberRecordsProcessed: live });
    expect([texts(status.body, "state"), texts(status.body, "numberRecordsProcessed")]).toEqual([
      ["Completed"],
      [String(live)],
    ]);
    const lines = String(result.body).trim().split("\n");
    expect(lines[0]).toBe('"Id","Name","CreatedDate","Account.Name"');
    expect(lines.filter((line) => line.startsWith('"003'))).toHaveLength(live);
    expect((await call("GET", `job/${job.id}/batch/${batchId ?? ""}/request`)).body).toBe(query);
  });

  test("has one line of text as the result of a query without rows", async () => {
    const job = await create({ operation: "query", object: "Contact", contentType: "CSV" });
    const batch = await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Contact WHERE Name = 'nobody'");
    const path = `job/${job.id}/batch/${texts(batch.body, "id")[0] ?? ""}/result`;
    const [resultId] = texts((await call("GET", path)).body, "result");

    expect((await call("GET", `${path}/${resultId ?? ""}`)).body).toBe("Records not found for this query");
  });

  test("includes deleted records with queryAll", async () => {
    const job = await create({ operation: "queryAll", object: "Contact", contentType: "CSV" });
    await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Contact");

    expect((await call("GET", `job/${job.id}`, undefined)).body).toMatchObject({
      numberRecordsProcessed: simulator.org.database.number(`SELECT count(*) FROM "Contact"`),
    });
  });

  test("is queued, in progress and completed one after the other", async () => {
    await client.control("POST", "clock", { at: "2026-03-01T00:00:00Z", frozen: true });
    await client.signIn();
    await client.control("POST", "limits", { bulk_job_seconds: 30 });
    const job = await create({ operation: "query", object: "Contact", contentType: "CSV" });
    const batch = await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Contact");
    const path = `job/${job.id}/batch/${texts(batch.body, "id")[0] ?? ""}`;
    const states = [texts(batch.body, "state")[0]];
    const early = await call("GET", `${path}/result`);
    for (const at of ["00:00:15", "00:00:31"]) {
      await client.control("POST", "clock", { at: `2026-03-01T${at}Z`, frozen: true });
      states.push(texts((await call("GET", path)).body, "state")[0]);
    }
    await client.control("POST", "clock", { real: true });

    expect(states).toEqual(["Queued", "InProgress", "Completed"]);
    expect(early).toMatchObject({ status: 400, body: { exceptionCode: "InvalidBatch" } });
  });
});

describe("a job with JSON", () => {
  test("has batches and records in JSON, with parents as records and dateTimes as milliseconds", async () => {
    const job = await create({ operation: "query", object: "Contact", contentType: "JSON" });
    const batch = await call(
      "POST",
      `job/${job.id}/batch`,
      "SELECT Id, CreatedDate, Birthdate, IsDeleted, Account.Name FROM Contact WHERE AccountId != null LIMIT 1",
    );
    const { id } = batch.body as { id: string };
    const list = await call("GET", `job/${job.id}/batch`);
    const [resultId] = (await call("GET", `job/${job.id}/batch/${id}/result`)).body as string[];
    const { body } = await call("GET", `job/${job.id}/batch/${id}/result/${resultId ?? ""}`);

    expect(list.body).toMatchObject({
      batchInfo: [{ id, jobId: job.id, state: "Completed", numberRecordsProcessed: 1 }],
    });
    expect(body).toEqual([
      {
        attributes: {
          type: "Contact",
          url: expect.stringMatching(/^\/services\/data\/v62\.0\/sobjects\/Contact\/003/u) as string,
        },
        Id: expect.stringMatching(/^003/u) as string,
        CreatedDate: expect.any(Number) as number,
        Birthdate: null,
        IsDeleted: false,
        Account: { Name: expect.any(String) as string },
      },
    ]);
  });
});

test("a job in XML has its descriptions and records in XML, which is the default", async () => {
  const xml = { "content-type": "application/xml" };
  const body = '<?xml version="1.0"?><jobInfo xmlns="x"><operation>query</operation><object>Account</object></jobInfo>';
  const job = await call("POST", "job", body, xml);
  const [jobId = ""] = texts(job.body, "id");
  const batch = await call("POST", `job/${jobId}/batch`, "SELECT Id, Name, Owner.Name FROM Account LIMIT 1", xml);
  const path = `job/${jobId}/batch/${texts(batch.body, "id")[0] ?? ""}/result`;
  const [resultId] = texts((await call("GET", path)).body, "result");
  const result = await call("GET", `${path}/${resultId ?? ""}`);

  expect([job.status, texts(job.body, "contentType")]).toEqual([201, ["XML"]]);
  expect(result.body).toMatch(
    /<records xsi:type="sObject"><type>Account<\/type><Id>001\w{15}<\/Id>.*<Owner xsi:type="sObject"><Name>/u,
  );
});

test("PK chunking splits a batch into batches of at most so many rows (PK Chunking Header)", async () => {
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact"`);
  const job = await create(
    { operation: "queryAll", object: "Contact", contentType: "CSV" },
    { "sforce-enable-pkchunking": "true; chunkSize=40" },
  );
  await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Contact");
  const { body } = await call("GET", `job/${job.id}/batch`);

  const rows = texts(body, "numberRecordsProcessed").map(Number);
  expect(texts(body, "state")[0]).toBe("NotProcessed");
  expect(rows.slice(1).reduce((sum, count) => sum + count, 0)).toBe(live);
  expect(Math.max(...rows)).toBe(40);
});

describe("a refusal", () => {
  test("of an invalid query is the state of its batch", async () => {
    const job = await create({ operation: "query", object: "Account", contentType: "CSV" });
    const batch = await call("POST", `job/${job.id}/batch`, "SELECT Nme FROM Account");

    expect(texts(batch.body, "state")).toEqual(["Failed"]);
    expect(texts(batch.body, "stateMessage")[0]).toMatch(/^InvalidBatch : Failed to process query: INVALID_FIELD: /u);
  });

  test("comes after as many retries as a limit says", async () => {
    await client.control("POST", "limits", { bulk_jobs_to_fail: 1 });
    const job = await create({ operation: "query", object: "Account", contentType: "CSV" });
    const states = [
      texts((await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Account")).body, "state")[0],
      texts((await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Account")).body, "state")[0],
    ];

    expect(states).toEqual(["Failed", "Completed"]);
  });

  test.each([
    ["a load", { operation: "insert", object: "Account", contentType: "CSV" }, "InvalidJob"],
    ["an unknown object", { operation: "query", object: "Nothing", contentType: "CSV" }, "InvalidEntity"],
    ["another format", { operation: "query", object: "Account", contentType: "PARQUET" }, "InvalidJob"],
  ])("of %s names an exception", async (_, job, exceptionCode) => {
    expect(await call("POST", "job", job)).toMatchObject({ status: 400, body: { exceptionCode } });
  });

  test("of an invalid session, an unknown job and a closed job names an exception", async () => {
    const job = await create({ operation: "query", object: "Account", contentType: "CSV" });
    await call("POST", `job/${job.id}`, { state: "Closed" });
    const late = await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Account");
    const unknown = await call("GET", "job/750Fk000000ZZZZ");
    const session = await call("GET", `job/${job.id}`, undefined, {
      "x-sfdc-session": "x",
      "content-type": "application/xml",
    });

    expect(late.body).toMatchObject({ exceptionCode: "InvalidJobState" });
    expect(unknown.body).toMatchObject({ exceptionCode: "InvalidJob" });
    expect(session).toMatchObject({
      status: 400,
      body: expect.stringContaining("<exceptionCode>InvalidSessionId</exceptionCode>") as string,
    });
  });
});

test("batches count towards the daily limit", async () => {
  const remaining = async () =>
    ((await client.rest("GET", "limits")).body as { DailyBulkApiBatches: { Remaining: number } }).DailyBulkApiBatches
      .Remaining;
  const before = await remaining();
  const job = await create({ operation: "query", object: "Account", contentType: "CSV" });
  await call("POST", `job/${job.id}/batch`, "SELECT Id FROM Account");

  expect(await remaining()).toBe(before - 1);
});
