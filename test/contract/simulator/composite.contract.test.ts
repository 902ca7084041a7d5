import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

const api = "/services/data/v62.0";
const count = async (name: string) =>
  ((await client.query(`SELECT COUNT() FROM Account WHERE Name = '${name}'`)).body as { totalSize: number }).totalSize;

describe("composite (REST API, Composite)", () => {
  test("runs up to 25 subrequests, which can refer to earlier results, and always returns 200", async () => {
    const answer = await client.rest("POST", "composite", {
      compositeRequest: [
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "account", body: { Name: "Composite" } },
        {
          method: "POST",
          url: `${api}/sobjects/Contact`,
          referenceId: "contact",
          body: { LastName: "C", AccountId: "@{account.id}" },
        },
        {
          method: "GET",
          url: `${api}/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{contact.id}'`,
          referenceId: "query",
        },
        { method: "GET", url: `${api}/sobjects/Nothing`, referenceId: "nothing" },
      ],
    });

    expect(answer.status).toBe(200);
    const parts = (
      answer.body as { compositeResponse: { httpStatusCode: number; body: unknown; referenceId: string }[] }
    ).compositeResponse;
    expect(parts.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201, 200, 404]);
    expect(parts[2]?.body).toMatchObject({ records: [{ Account: { Name: "Composite" } }] });
  });

  test("skips subrequests that refer to a failed one and runs the others (Composite Request Body)", async () => {
    const answer = await client.rest("POST", "composite", {
      compositeRequest: [
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "bad", body: {} },
        {
          method: "POST",
          url: `${api}/sobjects/Contact`,
          referenceId: "after",
          body: { LastName: "x", AccountId: "@{bad.id}" },
        },
        { method: "GET", url: `${api}/sobjects/Account/@{nobody.id}`, referenceId: "unknown" },
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "good", body: { Name: "Stays" } },
      ],
    });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        compositeResponse: [
          { httpStatusCode: 400, body: [{ errorCode: "REQUIRED_FIELD_MISSING" }] },
          { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
          { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
          { httpStatusCode: 201 },
        ],
      },
    });
    expect(await count("Stays")).toBe(1);
  });

  test("keeps quotes, backslashes and line breaks in referenced values", async () => {
    const description = 'a "quoted" \\ line\nand another';
    const answer = await client.rest("POST", "composite", {
      compositeRequest: [
        {
          method: "POST",
          url: `${api}/sobjects/Account`,
          referenceId: "a",
          body: { Name: "Quotes", Description: description },
        },
        { method: "GET", url: `${api}/sobjects/Account/@{a.id}`, referenceId: "read" },
        {
          method: "POST",
          url: `${api}/sobjects/Account`,
          referenceId: "b",
          body: { Name: "Copied quotes", Description: "@{read.Description}" },
        },
      ],
    });

    expect(answer.status).toBe(200);
    expect(await client.records("SELECT Description FROM Account WHERE Name = 'Copied quotes'")).toMatchObject([
      { Description: description },
    ]);
  });

  test("passes headers on to subrequests, except inherited ones (Composite Request Body)", async () => {
    const describe = `${api}/sobjects/Account/describe`;
    const one = (httpHeaders: Record<string, string>) =>
      client.rest("POST", "composite", {
        compositeRequest: [{ method: "GET", url: describe, referenceId: "d", httpHeaders }],
      });
    const since = await one({ "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" });
    const foreign = await one({ Authorization: "Bearer x" });

    expect(since).toMatchObject({ status: 200, body: { compositeResponse: [{ httpStatusCode: 304, body: null }] } });
    expect(foreign.status).toBe(400);
  });

  test("refuses subrequests for file bytes and invalid URLs one by one (Composite; codes unconfirmed)", async () => {
    const [file] = await client.records<{ Id: string }>("SELECT Id FROM ContentVersion LIMIT 1");
    const answer = await client.rest("POST", "composite", {
      compositeRequest: [
        { method: "GET", url: `${api}/sobjects/ContentVersion/${file?.Id ?? ""}/VersionData`, referenceId: "blob" },
        { method: "GET", url: `${api}/sobjects/Account/%E0%A4`, referenceId: "escape" },
        { method: "GET", url: "nowhere", referenceId: "nowhere" },
        { method: "GET", url: "/services/data/v99.0/limits", referenceId: "future" },
      ],
    });

    const parts = (answer.body as { compositeResponse: { httpStatusCode: number }[] }).compositeResponse;
    expect(parts.map(({ httpStatusCode }) => httpStatusCode)).toEqual([400, 404, 404, 404]);
  });

  test("rolls back all subrequests with allOrNone if one fails", async () => {
    const answer = await client.rest("POST", "composite", {
      allOrNone: true,
      compositeRequest: [
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "a", body: { Name: "Rolled back" } },
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "b", body: {} },
      ],
    });

    expect(answer.body).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
        { httpStatusCode: 400, body: [{ errorCode: "REQUIRED_FIELD_MISSING" }] },
      ],
    });
    expect(await count("Rolled back")).toBe(0);
  });

  test("refuses 26 subrequests or more than five queries, and counts as one API call", async () => {
    const requests = (length: number, url: string) =>
      Array.from({ length }, (_, index) => ({ method: "GET", url, referenceId: `r${index}` }));
    await client.control("DELETE", "calls");
    const used = async () =>
      ((await client.control("GET", "limits")).body as { daily_api_requests_used: number }).daily_api_requests_used;
    const before = await used();
    const fine = await client.rest("POST", "composite", { compositeRequest: requests(25, `${api}/limits`) });
    const after = await used();

    expect([fine.status, after - before]).toEqual([200, 1]);
    expect(await client.rest("POST", "composite", { compositeRequest: requests(26, `${api}/limits`) })).toMatchObject({
      status: 400,
    });
    expect(
      await client.rest("POST", "composite", {
        compositeRequest: requests(6, `${api}/query?q=SELECT+Id+FROM+Account`),
      }),
    ).toMatchObject({ status: 400 });
  });

  test("runs a batch and can halt on errors (REST API, Batch)", async () => {
    const batchRequests = [
      { method: "GET", url: "v62.0/sobjects/Nothing" },
      { method: "GET", url: "v62.0/limits" },
    ];

    expect((await client.rest("POST", "composite/batch", { batchRequests })).body).toMatchObject({
      hasErrors: true,
      results: [{ statusCode: 404 }, { statusCode: 200 }],
    });
    expect((await client.rest("POST", "composite/batch", { haltOnError: true, batchRequests })).body).toMatchObject({
      results: [{ statusCode: 404 }, { statusCode: 412 }],
    });
  });

  test("creates a tree of records in one transaction (REST API, Tree)", async () => {
    const records = [
      {
        attributes: { type: "Account", referenceId: "root" },
        Name: "Tree",
        Contacts: { records: [{ attributes: { type: "Contact", referenceId: "leaf" }, LastName: "Leaf" }] },
      },
    ];
    const made = await client.rest("POST", "composite/tree/Account", { records });
    const failed = await client.rest("POST", "composite/tree/Account", {
      records: [...records, { attributes: { type: "Account", referenceId: "bad" } }],
    });

    expect(made).toMatchObject({
      status: 201,
      body: { hasErrors: false, results: [{ referenceId: "root" }, { referenceId: "leaf" }] },
    });
    expect(failed).toMatchObject({ status: 400, body: { hasErrors: true, results: [{ referenceId: "bad" }] } });
    expect(await count("Tree")).toBe(1);
  });
});

describe("collections (REST API, sObject Collections)", () => {
  test("create up to 200 records, each with its own result", async () => {
    const records = [{ attributes: { type: "Account" }, Name: "Collected" }, { attributes: { type: "Account" } }];
    const some = await client.rest("POST", "composite/sobjects", { records });
    const none = await client.rest("POST", "composite/sobjects", {
      allOrNone: true,
      records: [{ attributes: { type: "Account" }, Name: "None" }, records[1]],
    });

    expect(some.body).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", fields: ["Name"] }] },
    ]);
    expect(none.body).toMatchObject([
      { success: false, errors: [{ statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK" }] },
      { success: false },
    ]);
    expect([await count("Collected"), await count("None")]).toEqual([1, 0]);
    expect(
      (await client.rest("POST", "composite/sobjects", { records: Array.from({ length: 201 }, () => records[0]) }))
        .status,
    ).toBe(400);
  });

  test("update, upsert, read and delete lists of records; missing ones read as null (unconfirmed)", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "One" }));
    const changed = await client.rest("PATCH", "composite/sobjects", {
      records: [{ attributes: { type: "Account" }, id, Industry: "Energy" }],
    });
    const upserted = await client.rest("PATCH", "composite/sobjects/Account/ERP_Number__c", {
      records: [{ attributes: { type: "Account" }, ERP_Number__c: "COL-1", Name: "Two" }],
    });
    const read = await client.rest("POST", "composite/sobjects/Account", {
      ids: [id, "001Fk0000ZZZZZZ"],
      fields: ["Name", "Industry"],
    });
    const deleted = await client.rest("DELETE", `composite/sobjects?ids=${id}`);

    expect(changed.body).toMatchObject([{ id, success: true }]);
    expect(upserted.body).toMatchObject([{ created: true, success: true }]);
    expect(read.body).toMatchObject([{ Name: "One", Industry: "Energy" }, null]);
    expect(deleted.body).toMatchObject([{ id, success: true }]);
  });
});

describe("describe (REST API, sObject Describe)", () => {
  test("returns 304 without a body if nothing changed since If-Modified-Since", async () => {
    const first = await client.rest("GET", "sobjects/Account/describe");
    const modified = first.headers.get("last-modified") ?? "";
    const again = await client.call("GET", `${api}/sobjects/Account/describe`, undefined, {
      "if-modified-since": modified,
    });
    const old = await client.call("GET", `${api}/sobjects/Account/describe`, undefined, {
      "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT",
    });

    expect([again.status, again.body]).toEqual([304, ""]);
    expect(old.status).toBe(200);
  });

  test("matches queries: exactly the filterable, sortable and groupable fields can be filtered, sorted and grouped", async () => {
    const { fields } = (await client.rest("GET", "sobjects/Installation__c/describe")).body as {
      fields: { name: string; type: string; filterable: boolean; sortable: boolean; groupable: boolean }[];
    };

    for (const field of fields.filter(({ type }) => type !== "address" && type !== "location")) {
      const filter = await client.query(`SELECT COUNT() FROM Installation__c WHERE ${field.name} = null`);
      const order = await client.query(`SELECT Id FROM Installation__c ORDER BY ${field.name}`);
      const group = await client.query(`SELECT ${field.name} FROM Installation__c GROUP BY ${field.name}`);
      expect([field.name, filter.status, order.status, group.status]).toEqual([
        field.name,
        field.filterable ? 200 : 400,
        field.sortable ? 200 : 400,
        field.groupable ? 200 : 400,
      ]);
    }
  });
});
