import { type Connection, SfDate } from "jsforce";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { connect, refusal } from "../connect.ts";

// The requests that the tests of jsforce make against an org, by the files of those tests. The requests of sign-in are in
// jsforce-sign-in.contract.test.ts. This table lists them; the tests of jsforce are not part of this project.

let simulator: RunningSimulator;
let connection: Connection;
let accountId: string;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  connection = await connect(simulator, { clientId: "simulator-admin", clientSecret: "simulator-admin" });
  accountId = await created("Account", { Name: "Hello" });
});

afterAll(() => simulator.stop());

async function created(object: string, values: Record<string, unknown>): Promise<string> {
  const result = await connection.sobject(object).create(values);
  if (!result.success) throw new Error(`${object} was not created.`);
  return result.id;
}

const createdAccounts = async (count: number, name: string) =>
  connection.sobject("Account").create(
    Array.from({ length: count }, (_, index) => ({ Name: `${name} ${index}`, BillingState: "CA" })),
    { allowRecursive: true },
  );

const named = (name: string) => ({ Name: { $like: `${name}%` } });
const day = 86_400_000;
const never = { CreatedDate: { $lt: new SfDate("1970-01-01T00:00:00Z") } };

async function rowsOf(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of stream) rows.push(row);
  return rows;
}

/** What a request asks, and the answer that is expected. */
type Requests = readonly (readonly [title: string, ask: () => PromiseLike<unknown>, expected: unknown])[];

const anyText = expect.any(String) as unknown;
const anyNumber = expect.any(Number) as unknown;
const list = expect.any(Array) as unknown;
const like = (members: object) => expect.objectContaining(members) as unknown;
const successes = (count: number) => Array.from({ length: count }, () => like({ success: true }));

const records: Requests = [
  ["create", () => connection.sobject("Account").create({ Name: "New" }), like({ success: true, id: anyText })],
  ["retrieve", () => connection.sobject("Account").retrieve(accountId), like({ Id: anyText, Name: "Hello" })],
  [
    "update with the header SForce-Auto-Assign",
    () =>
      connection
        .sobject("Account")
        .update({ Id: accountId, Site: "S" }, { headers: { "SForce-Auto-Assign": "FALSE" } }),
    like({ success: true }),
  ],
  [
    "create, retrieve, update and destroy several, then retrieve nulls",
    async () => {
      const results = await createdAccounts(2, "Several");
      const ids = results.map(({ id }) => id ?? "");
      const account = connection.sobject("Account");
      const read = await account.retrieve(ids);
      const updated = await account.update(ids.map((Id) => ({ Id, Name: "Updated" })));
      const destroyed = await account.destroy(ids);
      return [read.map(({ Name }) => Name as string), updated, destroyed, await account.retrieve(ids)];
    },
    [["Several 0", "Several 1"], successes(2), successes(2), [null, null]],
  ],
  [
    "upsert a new and an existing record by an external id",
    async () => {
      const upsert = (Name: string) =>
        connection.sobject("Account").upsert({ Name, ERP_Number__c: "JS-1" }, "ERP_Number__c");
      return [await upsert("New"), await upsert("Updated")];
    },
    [like({ success: true, created: true }), like({ success: true, created: false })],
  ],
  [
    "upsert by an external id of several records",
    async () => {
      for (const Name of ["One", "Two"]) await created("Product2", { Name, ExternalId: "JS-2" });
      return refusal(connection.sobject("Product2").upsert({ Name: "Three", ExternalId: "JS-2" }, "ExternalId"));
    },
    like({ name: "MULTIPLE_CHOICES" }),
  ],
];

const descriptions: Requests = [
  ["describe", () => connection.sobject("Account").describe(), like({ name: "Account", fields: list })],
  ["describe global", () => connection.describeGlobal(), like({ sobjects: list })],
  [
    "recent records of all objects and of one",
    async () => {
      await connection.query("SELECT Id, Name FROM Account ORDER BY CreatedDate DESC LIMIT 2 FOR VIEW");
      return [await connection.recent(), await connection.sobject("Account").recent()];
    },
    [
      expect.arrayContaining([like({ Id: anyText, Name: anyText })]),
      expect.arrayContaining([like({ Id: anyText, Name: anyText })]),
    ],
  ],
  [
    "updated and deleted records, by dates and by texts",
    async () => {
      const [start, end] = [new Date(Date.now() - day), new Date()];
      const account = connection.sobject("Account");
      return [
        await account.updated(start, end),
        await account.updated(start.toString(), end.toString()),
        await account.deleted(start, end),
        await account.deleted(start.toString(), end.toString()),
      ];
    },
    [like({ ids: list }), like({ ids: list }), like({ deletedRecords: list }), like({ deletedRecords: list })],
  ],
  [
    "identity",
    () => connection.identity(),
    like({ id: anyText, user_id: anyText, organization_id: anyText, email: anyText, photos: like({}), urls: like({}) }),
  ],
  [
    "limits",
    () => connection.limits(),
    like({
      DataStorageMB: { Max: anyNumber, Remaining: anyNumber },
      FileStorageMB: { Max: anyNumber, Remaining: anyNumber },
      DailyApiRequests: like({ Max: anyNumber, Remaining: anyNumber }),
    }),
  ],
  [
    "the limits in the headers of a response",
    () => Promise.resolve(connection.limitInfo),
    { apiUsage: { used: anyNumber, limit: anyNumber } },
  ],
  ["tabs", () => connection.tabs(), expect.arrayContaining([like({ label: anyText, name: anyText, url: anyText })])],
  [
    "theme",
    () => connection.theme(),
    like({ themeItems: expect.arrayContaining([like({ name: anyText })]) as unknown }),
  ],
];

const queries: Requests = [
  ["a query", () => connection.query("SELECT Id, Name FROM Account"), like({ totalSize: anyNumber, records: list })],
  [
    "deleted records with scanAll",
    async () => {
      await connection.sobject("Account").destroy(await created("Account", { Name: "Deleted" }));
      return connection.query("SELECT Id FROM Account WHERE IsDeleted = true AND Name = 'Deleted'", { scanAll: true });
    },
    like({ totalSize: 1 }),
  ],
  [
    "all pages with queryMore",
    async () => {
      let page = await connection.query("SELECT Id FROM FieldPermissions");
      let count = page.records.length;
      while (!page.done) {
        page = await connection.queryMore(page.nextRecordsUrl ?? "");
        count += page.records.length;
      }
      return count === page.totalSize && count > 2000;
    },
    true,
  ],
  [
    "all pages up to maxFetch",
    async () =>
      (await connection.query("SELECT Id FROM FieldPermissions", { autoFetch: true, maxFetch: 2200 })).records.length,
    2200,
  ],
  [
    "a stream of CSV",
    async () => {
      const chunks = await rowsOf(connection.query("SELECT Id, Name FROM Account LIMIT 10").stream("csv"));
      return chunks.join("").split("\n")[0];
    },
    "Id,Name",
  ],
  [
    "explain",
    () => connection.query("SELECT Id FROM Account ORDER BY CreatedDate DESC LIMIT 10").explain(),
    { plans: [like({ cardinality: anyNumber, fields: list, leadingOperationType: anyText, sobjectType: "Account" })] },
  ],
  [
    "update and destroy the records of a query, 300 of them without the Bulk API",
    async () => {
      await createdAccounts(300, "Found");
      const updated = await connection
        .sobject("Account")
        .find(named("Found"))
        .update({ Name: "Found ${Name}", BillingState: null }, { allowBulk: false });
      const found = await connection.sobject("Account").find({ ...named("Found"), BillingState: null });
      const destroyed = await connection.sobject("Account").find(named("Found")).destroy({ allowBulk: false });
      return [updated, found.length, destroyed];
    },
    [successes(300), 300, successes(300)],
  ],
  [
    "update and destroy the records of a query that finds nothing",
    async () => [
      await connection.sobject("Account").find(never).update({ Name: "x" }),
      await connection.sobject("Account").find(never).destroy(),
    ],
    [[], []],
  ],
  [
    "a search",
    () => connection.search("FIND {Hello} IN ALL FIELDS RETURNING Account(Id)"),
    like({ searchRecords: list }),
  ],
];

const objects: Requests = [
  [
    "find",
    () => connection.sobject("Account").find({}, { Name: 1 }),
    expect.arrayContaining([like({ Name: anyText })]),
  ],
  ["findOne", () => connection.sobject("Account").findOne({ Id: accountId }), like({ Id: anyText, Name: "Hello" })],
  ["count", () => connection.sobject("Account").count(named("Hello")), 1],
  [
    "sort by fields of parents, with a limit",
    async () => {
      const found = await connection
        .sobject("Opportunity")
        .find({}, { "Owner.Name": 1, CloseDate: 1 })
        .sort({ "Owner.Name": 1, CloseDate: -1 })
        .limit(10);
      return found.length > 0 && found.length <= 10;
    },
    true,
  ],
  [
    "all fields of a record and of its account",
    async () => (await connection.sobject("Opportunity").select("*, Account.*, Owner.Name").limit(1))[0],
    like({ Id: anyText, Account: like({ Name: anyText }), Owner: like({ Name: anyText }) }),
  ],
  [
    "children",
    async () => {
      const accounts = await connection
        .sobject("Account")
        .find(null, "Id")
        .include("Contacts")
        .select("*")
        .limit(2)
        .end()
        .include("Opportunities", null, "Id, Name", { limit: 2 })
        .end()
        .limit(10);
      return accounts.length;
    },
    10,
  ],
  [
    "list views, their description, results and plan",
    async () => {
      const { listviews } = (await connection.sobject("Account").listviews()) as { listviews: { id: string }[] };
      const view = connection.sobject("Account").listview(listviews[0]?.id ?? "");
      const answers: unknown[] = [listviews[0], await view.describe(), await view.results(), await view.explain()];
      return answers;
    },
    [
      like({ label: anyText, describeUrl: anyText, resultsUrl: anyText, soqlCompatible: true }),
      like({ sobjectType: "Account", query: anyText, columns: list, orderBy: list }),
      like({ done: expect.any(Boolean) as unknown, size: anyNumber, columns: list, records: list }),
      { plans: [like({ cardinality: anyNumber })] },
    ],
  ],
];

const bulk: Requests = [
  [
    "a query with Bulk API 1.0",
    async () => (await rowsOf(await connection.bulk.query("SELECT Id FROM Account"))).length > 30,
    true,
  ],
  [
    "a query with Bulk API 2.0",
    async () => (await rowsOf(await connection.bulk2.query("SELECT Id FROM Account"))).length > 30,
    true,
  ],
  [
    "insert, update and delete with Bulk API 2.0, with one record that fails",
    async () => {
      const load = (operation: "insert" | "update" | "delete", input: Record<string, string>[]) =>
        connection.bulk2.loadAndWaitForResults({ object: "Account", operation, input, pollInterval: 50 });
      const inserted = await load("insert", [
        { Name: "Bulk 1", BillingState: "CA" },
        { Name: "Bulk 2", BillingState: "CA" },
        { Name: "", BillingState: "CA" },
      ]);
      const ids = inserted.successfulResults.map(({ sf__Id }) => sf__Id);
      const updated = await load(
        "update",
        ids.map((Id) => ({ Id, Name: "Changed" })),
      );
      const deleted = await load(
        "delete",
        ids.map((Id) => ({ Id })),
      );
      return [
        inserted.failedResults.map(({ sf__Error }) => sf__Error),
        updated.successfulResults.map(({ sf__Created }) => sf__Created),
        deleted.successfulResults.length,
        deleted.unprocessedRecords.length,
      ];
    },
    [["REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"], ["false", "false"], 2, 0],
  ],
];

describe.each([
  ["connection-crud", records],
  ["connection-meta", descriptions],
  ["query, sosl-escaping", queries],
  ["sobject, soql-builder, schema-generator", objects],
  ["bulk, bulk2", bulk],
  [
    "soap",
    [
      [
        "merge",
        async () => {
          const ids = await Promise.all(
            ["Master", "Merged"].map((LastName) => created("Lead", { LastName, Company: "jsforce" })),
          );
          const [Id = "", other = ""] = ids;
          const merge = { masterRecord: { type: "Lead", Id }, recordToMergeIds: [other] };
          const result = await connection.soap.merge(merge);
          return [result.success, [result.mergedRecordIds].flat().length];
        },
        [true, 1],
      ],
    ] satisfies Requests,
  ],
  [
    "tooling",
    [["describe global", () => connection.tooling.describeGlobal(), like({ sobjects: list })]] satisfies Requests,
  ],
] as const)("the requests of %s", (_, requests) => {
  test.each(requests)("%s", async (_title, ask, expected) => {
    expect(await ask()).toEqual(expected);
  });
});
