import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator, "simulator-admin");
});

afterAll(() => simulator.stop());

const api = "/services/data/v62.0";

describe("conditional requests (Conditional Request Headers)", () => {
  const seconds = (at: string, offset: number) => new Date(Date.parse(at) + offset * 1000).toUTCString();

  test("a record is returned only if it changed since If-Modified-Since", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Dated" }));
    const first = await client.rest("GET", `sobjects/Contact/${id}`);
    const modified = first.headers.get("last-modified") ?? "";
    const read = (since: string) =>
      client.call("GET", `${api}/sobjects/Contact/${id}`, undefined, { "if-modified-since": since });
    const [same, older] = [await read(modified), await read(seconds(modified, -1))];

    expect(new Date(modified).toUTCString()).toBe(modified);
    expect(first.headers.has("etag")).toBe(false);
    expect([same.status, same.body, older.status]).toEqual([304, "", 200]);
  });

  test("a stale update or deletion with If-Unmodified-Since is refused and writes nothing", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Original" }));
    const modified = (await client.rest("GET", `sobjects/Contact/${id}`)).headers.get("last-modified") ?? "";
    const stale = { "if-unmodified-since": seconds(modified, -60) };
    const path = `${api}/sobjects/Contact/${id}`;
    const patch = await client.call("PATCH", path, { LastName: "Overwritten" }, stale);
    const removal = await client.call("DELETE", path, undefined, stale);
    const read = await client.call("GET", path, undefined, stale);
    const name = (await client.rest("GET", `sobjects/Contact/${id}?fields=LastName`)).body;
    const fresh = await client.call("PATCH", path, { LastName: "New" }, { "if-unmodified-since": modified });

    expect(patch).toMatchObject({ status: 412, body: [{ errorCode: "PRECONDITION_FAILED" }] });
    expect([removal.status, read.status]).toEqual([412, 412]);
    expect(name).toMatchObject({ LastName: "Original" });
    expect(fresh.status).toBe(204);
  });

  test("accounts have an ETag, which changes with the record", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "Tagged" }));
    const path = `${api}/sobjects/Account/${id}`;
    const etag = (await client.call("GET", `${path}?fields=Name`)).headers.get("etag") ?? "";
    const known = await client.call("GET", path, undefined, { "if-none-match": `"other", ${etag}` });
    const update = await client.call("PATCH", path, { Site: "A" }, { "if-match": etag });
    const stale = await client.call("PATCH", path, { Site: "B" }, { "if-match": etag });
    const changed = await client.call("GET", path, undefined, { "if-none-match": etag });

    expect(etag).toMatch(/^"[\w+/=]+"$/u);
    expect([known.status, update.status, stale.status, changed.status]).toEqual([304, 204, 412, 200]);
  });
});

describe("relationships in URLs (Traverse Relationships with Friendly URLs)", () => {
  test("lead to the parent and to the children of a record, page by page", async () => {
    const account = idOf(await client.rest("POST", "sobjects/Account", { Name: "Parent" }));
    const records = Array.from({ length: 201 }, (_, index) => ({
      attributes: { type: "Contact" },
      LastName: `Child ${index}`,
      AccountId: account,
    }));
    await client.rest("POST", "composite/sobjects", { records: records.slice(0, 200) });
    const contact = idOf(await client.rest("POST", "sobjects/Contact", records[200]));
    const parent = await client.rest("GET", `sobjects/Contact/${contact}/Account?fields=Name,Id`);
    const children = await client.call(
      "GET",
      `${api}/sobjects/Account/${account}/Contacts?fields=LastName`,
      undefined,
      {
        "sforce-query-options": "batchSize=200",
      },
    );
    const { nextRecordsUrl } = children.body as { nextRecordsUrl: string };
    const next = await client.call("GET", nextRecordsUrl);

    expect(parent.body).toEqual({
      attributes: { type: "Account", url: `${api}/sobjects/Account/${account}` },
      Name: "Parent",
      Id: account,
    });
    expect(children.body).toMatchObject({ totalSize: 201, done: false });
    expect(next.body).toMatchObject({ done: true, records: [{ attributes: { type: "Contact" } }] });
  });

  test.each(["Account", "Contact", "Opportunity", "Case"])(
    "lead to the rows of a child subquery, for every relationship of an %s",
    async (object) => {
      const described = await client.rest("GET", `sobjects/${object}/describe`);
      const { childRelationships } = described.body as { childRelationships: { relationshipName: string | null }[] };
      const names = childRelationships.flatMap(({ relationshipName }) => relationshipName ?? []);

      expect(names).toEqual(
        expect.arrayContaining(["OpenActivities", "ActivityHistories", "AttachedContentDocuments"]),
      );
      const filled: string[] = [];
      for (const name of names) {
        const parents = await client.records<{ Id: string; [relationship: string]: unknown }>(
          `SELECT Id, (SELECT Id FROM ${name} ORDER BY Id) FROM ${object} LIMIT 50`,
        );
        const parent = parents.find((candidate) => candidate[name] !== null) ?? parents[0];
        const answer = await client.rest("GET", `sobjects/${object}/${parent?.Id ?? ""}/${name}?fields=Id`);
        const ids = (list: unknown) =>
          ((list as { records: { Id: string }[] } | null)?.records ?? []).map(({ Id }) => Id).sort();

        expect({ name, status: answer.status }).toEqual({ name, status: 200 });
        expect(ids(answer.body)).toEqual(ids(parent?.[name]));
        if (parent?.[name] !== null) filled.push(name);
      }
      expect(filled.length).toBeGreaterThan(3);
    },
  );

  test("an update through a relationship changes the parent", async () => {
    const account = idOf(await client.rest("POST", "sobjects/Account", { Name: "Old" }));
    const contact = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "C", AccountId: account }));
    const update = await client.rest("PATCH", `sobjects/Contact/${contact}/Account`, { Name: "Renamed" });

    expect(update.status).toBe(204);
    expect((await client.rest("GET", `sobjects/Account/${account}?fields=Name`)).body).toMatchObject({
      Name: "Renamed",
    });
  });

  test("an empty parent, an unknown relationship and an unknown field do not exist", async () => {
    const contact = idOf(await client.rest("POST", "sobjects/Contact", { LastName: "Alone" }));
    const answers = [
      await client.rest("GET", `sobjects/Contact/${contact}/Account`),
      await client.rest("GET", `sobjects/Contact/${contact}/Nothing`),
      await client.rest("GET", "sobjects/Contact/Nothing/x"),
      await client.rest("GET", "sobjects/Contact/quickActions"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(answers.map(({ body }) => (body as { errorCode: string }[])[0]?.errorCode)).toEqual(
      Array.from({ length: 4 }, () => "NOT_FOUND"),
    );
  });

  test("a record can be deleted by its external id (sObject Rows by External ID)", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "x", ERP_Number__c: "DEL-1" }));
    const removal = await client.rest("DELETE", "sobjects/Account/ERP_Number__c/DEL-1");

    expect([removal.status, (await client.rest("GET", `sobjects/Account/${id}`)).status]).toEqual([204, 404]);
  });
});

describe("upsert of collections (Upsert Records)", () => {
  const account = (ERP_Number__c: string, Name?: string) => ({
    attributes: { type: "Account" },
    ERP_Number__c,
    ...(Name === undefined ? {} : { Name }),
  });
  const upsert = (records: object[], parameters = "") =>
    client.rest("PATCH", `composite/sobjects/Account/ERP_Number__c${parameters}`, { records });

  test("says of each record, also of a failed one, whether it was created", async () => {
    await upsert([account("KNOWN", "Known")]);
    const { body } = await upsert([account("KNOWN", "Known again"), account("NEW", "New"), account("NAMELESS")]);

    expect(body).toMatchObject([
      { success: true, created: false },
      { success: true, created: true },
      { success: false, created: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING" }] },
    ]);
  });

  test("refuses an external id that is in the request a second time", async () => {
    const { body } = await upsert([account("SAME", "First"), account("SAME", "Second")]);

    expect(body).toMatchObject([
      { success: true, created: true },
      {
        success: false,
        created: false,
        errors: [{ statusCode: "DUPLICATE_VALUE", message: "Duplicate external id specified: SAME" }],
      },
    ]);
    expect(await client.records("SELECT Name FROM Account WHERE ERP_Number__c = 'SAME'")).toMatchObject([
      { Name: "First" },
    ]);
  });

  test("creates nothing with updateOnly, in a collection and of one record", async () => {
    await upsert([account("ONLY-1", "Before")]);
    const { body } = await upsert([account("ONLY-1", "After"), account("ONLY-2", "No")], "?updateOnly=true");
    const single = await client.rest("PATCH", "sobjects/Account/ERP_Number__c/ONLY-3?updateOnly=true", { Name: "No" });

    expect(body).toMatchObject([
      { success: true, created: false },
      { success: false, created: false, errors: [{ statusCode: "NOT_FOUND" }] },
    ]);
    expect(single.status).toBe(404);
    expect(await client.records("SELECT Name FROM Account WHERE ERP_Number__c LIKE 'ONLY-%'")).toMatchObject([
      { Name: "After" },
    ]);
  });
});

describe("composite", () => {
  test("answers contain the headers of the subrequests with capitals (Composite, Response Body)", async () => {
    const { body } = await client.rest("POST", "composite", {
      compositeRequest: [
        { method: "POST", url: `${api}/sobjects/Account`, referenceId: "new", body: { Name: "Headers" } },
        { method: "GET", url: `${api}/sobjects/Account/@{new.id}`, referenceId: "read" },
      ],
    });

    expect(body).toMatchObject({
      compositeResponse: [
        { httpHeaders: { Location: expect.stringMatching(/\/sobjects\/Account\/001\w{15}$/u) as string } },
        { httpHeaders: { ETag: expect.any(String) as string, "Last-Modified": expect.any(String) as string } },
      ],
    });
  });

  const contact = (LastName: string, parent: string) => ({
    method: "POST",
    url: `${api}/sobjects/Contact`,
    referenceId: `contact${LastName}`,
    body: { LastName, AccountId: `@{${parent}.id}` },
  });
  const company = (Name: string) => ({
    method: "POST",
    url: `${api}/sobjects/Account`,
    referenceId: "company",
    body: { Name },
  });

  test("graphs succeed or fail one by one, each as a whole (Composite Graph)", async () => {
    const { status, body } = await client.rest("POST", "composite/graph", {
      graphs: [
        { graphId: "good", compositeRequest: [company("Graph good"), contact("G", "company")] },
        {
          graphId: "bad",
          compositeRequest: [company("Graph bad"), contact("B", "company"), { ...company(""), referenceId: "empty" }],
        },
      ],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      graphs: [
        {
          graphId: "good",
          isSuccessful: true,
          graphResponse: {
            compositeResponse: [{ httpStatusCode: 201, referenceId: "company" }, { httpStatusCode: 201 }],
          },
        },
        {
          graphId: "bad",
          isSuccessful: false,
          graphResponse: {
            compositeResponse: [
              { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
              { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
              { httpStatusCode: 400, body: [{ errorCode: "REQUIRED_FIELD_MISSING" }], referenceId: "empty" },
            ],
          },
        },
      ],
    });
    expect(await client.records("SELECT Name FROM Account WHERE Name LIKE 'Graph %'")).toMatchObject([
      { Name: "Graph good" },
    ]);
  });

  test.each([
    ["no graphs", {}],
    [
      "76 graphs",
      { graphs: Array.from({ length: 76 }, (_, index) => ({ graphId: `${index}`, compositeRequest: [] })) },
    ],
    [
      "501 nodes",
      { graphs: [{ graphId: "1", compositeRequest: Array.from({ length: 501 }, () => company("too many")) }] },
    ],
    [
      "a query",
      {
        graphs: [
          {
            graphId: "1",
            compositeRequest: [{ method: "GET", url: `${api}/query?q=SELECT+Id+FROM+Account`, referenceId: "q" }],
          },
        ],
      },
    ],
  ])("a request with %s is refused (Composite Graph Limits)", async (_, body) => {
    expect((await client.rest("POST", "composite/graph", body)).status).toBe(400);
  });

  test("graphs exist since API version 50.0", async () => {
    const body = { graphs: [{ graphId: "1", compositeRequest: [company("x")] }] };

    expect((await client.call("POST", "/services/data/v49.0/composite/graph", body)).status).toBe(404);
  });
});

describe("the body of a write", () => {
  test("cannot contain the id of the record", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "x" }));
    const refused = [
      { errorCode: "INVALID_FIELD", message: "The Id field should not be specified in the sobject data." },
    ];
    const collection = await client.rest("POST", "composite/sobjects", {
      records: [{ attributes: { type: "Account" }, Id: id, Name: "y" }],
    });

    expect(await client.rest("POST", "sobjects/Account", { Id: id, Name: "y" })).toMatchObject({
      status: 400,
      body: refused,
    });
    expect(await client.rest("PATCH", `sobjects/Account/${id}`, { Id: id, Name: "y" })).toMatchObject({
      body: refused,
    });
    expect(collection.body).toMatchObject([
      {
        success: false,
        errors: [{ statusCode: "INVALID_FIELD_FOR_INSERT_UPDATE", message: "cannot specify Id in an insert call" }],
      },
    ]);
  });

  test.each([
    [
      '{"Name": "x", "NumberOfEmployees": "many"}',
      "Cannot deserialize instance of int from VALUE_STRING value many or request may be missing a required field at [line:1, column:42]",
    ],
    [
      '{\n"Name": "x",\n"SLAExpirationDate__c": "2019/01/01"}',
      "Cannot deserialize instance of date from VALUE_STRING value 2019/01/01 or request may be missing a required field at [line:3, column:37]",
    ],
    ['{"Name": ["x"]}', "Cannot deserialize instance of string from START_ARRAY value [line:1, column:11]"],
    [
      "ERROR",
      "Unexpected character ('E' (code 69)): expected a valid value or the next part of the body at [line:1, column:2]",
    ],
    [
      '{\n"Name": }',
      "Unexpected character ('}' (code 125)): expected a valid value or the next part of the body at [line:2, column:10]",
    ],
    ['{"Name": "x"', "Unexpected end-of-input at [line:1, column:13]"],
  ])("%j is refused with its position (columns unconfirmed)", async (body, message) => {
    expect(await client.call("POST", `${api}/sobjects/Account`, body)).toMatchObject({
      status: 400,
      body: [{ errorCode: "JSON_PARSER_ERROR", message }],
    });
  });

  test("with a value of the wrong type fails a whole collection", async () => {
    const answer = await client.rest("POST", "composite/sobjects", {
      records: [
        { attributes: { type: "Account" }, Name: "Collection A" },
        { attributes: { type: "Account" }, Name: "Collection B", NumberOfEmployees: "many" },
      ],
    });

    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "JSON_PARSER_ERROR" }] });
    expect(await client.records("SELECT Id FROM Account WHERE Name LIKE 'Collection %'")).toEqual([]);
  });
});
