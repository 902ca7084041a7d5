import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

// "Bulk API 2.0 Ingest" (Bulk API 2.0 and Bulk API Developer Guide).

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator, "simulator-admin");
  await client.control("POST", "limits", { bulk_job_seconds: 0 });
});

afterAll(() => simulator.stop());

const base = "/services/data/v62.0/jobs/ingest";

interface Job {
  readonly object: string;
  readonly operation: string;
  readonly lineEnding?: string;
}

/** Creates a job, uploads the lines and completes the upload. */
async function run(job: Job, lines: readonly string[]) {
  const created = await client.rest("POST", "jobs/ingest", job);
  const { id, contentUrl } = created.body as { id: string; contentUrl: string };
  const upload = await client.call("PUT", `/${contentUrl}`, lines.join(job.lineEnding === "CRLF" ? "\r\n" : "\n"), {
    "content-type": "text/csv",
  });
  const completed = await client.rest("PATCH", `jobs/ingest/${id}`, { state: "UploadComplete" });
  const text = async (kind: string) =>
    String((await client.call("GET", `${base}/${id}/${kind}`)).body)
      .trim()
      .split("\n");
  return {
    id,
    created,
    upload,
    completed,
    info: (await client.rest("GET", `jobs/ingest/${id}`)).body,
    successes: await text("successfulResults"),
    failures: await text("failedResults"),
    unprocessed: await text("unprocessedrecords"),
  };
}

describe("an ingest job", () => {
  test("inserts the records of an upload and reports each line", async () => {
    const { created, upload, completed, info, successes, failures, unprocessed } = await run(
      { object: "Account", operation: "insert" },
      ["Name,NumberOfEmployees,Description", 'Ingest A,5,"with, comma\nand line"', ",7,nameless", "Ingest B,,"],
    );

    expect(created.body).toMatchObject({
      object: "Account",
      operation: "insert",
      state: "Open",
      columnDelimiter: "COMMA",
      lineEnding: "LF",
    });
    expect(upload.status).toBe(201);
    expect(completed.body).toMatchObject({ state: "JobComplete" });
    expect(info).toMatchObject({ jobType: "V2Ingest", numberRecordsProcessed: 3, numberRecordsFailed: 1 });
    expect(successes[0]).toBe('"sf__Id","sf__Created","Name","NumberOfEmployees","Description"');
    expect(successes.at(-1)).toMatch(/^"001\w{15}","true","Ingest B","",""$/u);
    expect(failures).toEqual([
      '"sf__Id","sf__Error","Name","NumberOfEmployees","Description"',
      '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","7","nameless"',
    ]);
    expect(unprocessed).toEqual(['"Name","NumberOfEmployees","Description"']);
    expect(
      await client.records(
        "SELECT Name, NumberOfEmployees, Description FROM Account WHERE Name LIKE 'Ingest %' ORDER BY Name",
      ),
    ).toMatchObject([
      { Name: "Ingest A", NumberOfEmployees: 5, Description: "with, comma\nand line" },
      { Name: "Ingest B", NumberOfEmployees: null },
    ]);
  });

  test("updates and deletes by id; an empty value changes nothing, #N/A empties the field", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "Kept", Site: "A", Rating: "Hot" }));
    await run({ object: "Account", operation: "update" }, ["Id,Name,Site,Rating", `${id},,B,#N/A`]);
    const after = (await client.rest("GET", `sobjects/Account/${id}?fields=Name,Site,Rating`)).body;
    const removal = await run({ object: "Account", operation: "delete" }, ["Id", id, "001Fk0000ZZZZZZ"]);

    expect(after).toMatchObject({ Name: "Kept", Site: "B", Rating: null });
    expect(removal.successes).toEqual(['"sf__Id","sf__Created","Id"', `"${id}","false","${id}"`]);
    expect(removal.failures[1]).toMatch(/^"","NOT_FOUND:/u);
    expect((await client.query(`SELECT IsDeleted FROM Account WHERE Id = '${id}'`, "queryAll")).body).toMatchObject({
      records: [{ IsDeleted: true }],
    });
  });

  test("with hardDelete leaves nothing in the recycle bin", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "Gone" }));
    await run({ object: "Account", operation: "hardDelete" }, ["Id", id]);

    expect((await client.query(`SELECT Id FROM Account WHERE Id = '${id}'`, "queryAll")).body).toMatchObject({
      totalSize: 0,
    });
  });

  test("upserts by an external id, with the delimiter and line ending of the job", async () => {
    const job = {
      object: "Account",
      operation: "upsert",
      externalIdFieldName: "ERP_Number__c",
      columnDelimiter: "SEMICOLON",
      lineEnding: "CRLF",
    };
    await run(job, ["ERP_Number__c;Name", "ING-1;First"]);
    const { successes } = await run(job, ["ERP_Number__c;Name", "ING-1;Second", "ING-2;Other"]);

    expect(successes[0]).toBe('"sf__Id";"sf__Created";"ERP_Number__c";"Name"');
    expect(successes.slice(1).map((line) => line.split(";")[1])).toEqual(['"false"', '"true"']);
    expect(
      await client.records("SELECT Name FROM Account WHERE ERP_Number__c LIKE 'ING-%' ORDER BY Name"),
    ).toMatchObject([{ Name: "Other" }, { Name: "Second" }]);
  });

  test("fails as a whole for an unknown column", async () => {
    const { info } = await run({ object: "Account", operation: "insert" }, ["Name,Nothing", "x,y"]);

    expect(info).toMatchObject({ state: "Failed", errorMessage: "InvalidBatch : Field name not found : Nothing" });
  });

  test("can be aborted and deleted, and is listed", async () => {
    const { body } = await client.rest("POST", "jobs/ingest", { object: "Account", operation: "insert" });
    const { id } = body as { id: string };
    const early = await client.rest("DELETE", `jobs/ingest/${id}`);
    const aborted = await client.rest("PATCH", `jobs/ingest/${id}`, { state: "Aborted" });
    const list = await client.rest("GET", "jobs/ingest");
    const deleted = await client.rest("DELETE", `jobs/ingest/${id}`);

    expect(early).toMatchObject({ status: 400, body: [{ errorCode: "INVALIDJOBSTATE" }] });
    expect(aborted.body).toMatchObject({ id, state: "Aborted" });
    expect((list.body as { records: { id: string }[] }).records.map((job) => job.id)).toContain(id);
    expect([deleted.status, (await client.rest("GET", `jobs/ingest/${id}`)).status]).toEqual([204, 404]);
  });

  test.each([
    ["an unknown operation", { object: "Account", operation: "merge" }],
    ["an unknown object", { object: "Nothing", operation: "insert" }],
    ["an upsert without a field", { object: "Account", operation: "upsert" }],
  ])("with %s is refused", async (_, job) => {
    expect(await client.rest("POST", "jobs/ingest", job)).toMatchObject({
      status: 400,
      body: [{ errorCode: "INVALIDJOB" }],
    });
  });
});
