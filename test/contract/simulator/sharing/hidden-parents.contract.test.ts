import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "../rest-client.ts";

// A user without access to a record sees none of its attachments, notes, histories, products, activities and files, over any resource that
// reads records. Each test reads as an administrator first, who sees the same rows. Activities and files that a user may not read are in no
// related list, even of a record that the user may read.

interface Person {
  readonly Id: string;
  readonly Username: string;
}

let simulator: RunningSimulator;
let admin: RestClient;
let employee: RestClient;
let employeeId: string;
let hiddenAccount: string;
let visibleAccount: string;
/** The children of hidden records, by object. */
const hidden = new Map<string, string>();

const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map((row) => String(row["Id"]));

async function idsIn(client: RestClient, statement: string): Promise<string[]> {
  const { body } = await client.query(statement);
  return idsOf((body as { records?: Record<string, unknown>[] }).records ?? []);
}

/** An employee who may read some accounts and opportunities, but not all of them, and may read activities. */
async function signInEmployee(): Promise<void> {
  const accounts = await idsIn(admin, "SELECT Id FROM Account");
  const people = await admin.records<Person>(
    "SELECT Id, Username FROM User WHERE IsActive = true AND UserType = 'Standard' AND Profile.Name = 'Standard User'",
  );
  for (const { Id, Username } of people) {
    const client = await RestClient.signInAs(simulator, Username);
    const seen = await idsIn(client, "SELECT Id FROM Account");
    const reads = await client.query("SELECT COUNT() FROM Task");
    const invisible = accounts.find((id) => !seen.includes(id));
    if (reads.status !== 200 || seen[0] === undefined || invisible === undefined) continue;
    employee = client;
    employeeId = Id;
    visibleAccount = seen[0];
    hiddenAccount = invisible;
    return;
  }
  throw new Error("The org has no employee who may read some accounts, but not all of them.");
}

async function create(object: string, values: Record<string, unknown>): Promise<string> {
  return idOf(await admin.rest("POST", `sobjects/${object}`, values));
}

/** Of a private opportunity of the administrator. */
async function createProduct(): Promise<string> {
  const OpportunityId = await create("Opportunity", {
    Name: "Hidden",
    StageName: "Prospecting",
    CloseDate: "2026-02-01",
    IsPrivate: true,
  });
  return create("OpportunityLineItem", { OpportunityId, Quantity: 1, UnitPrice: 5 });
}

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny", seed: "hidden" });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await admin.control("POST", "limits", { bulk_job_seconds: 0 });
  await signInEmployee();
  hidden.set("Attachment", await create("Attachment", { ParentId: hiddenAccount, Name: "a.txt", Body: "YWJj" }));
  hidden.set("Note", await create("Note", { ParentId: hiddenAccount, Title: "Hidden" }));
  await admin.rest("PATCH", `sobjects/Account/${hiddenAccount}`, { Industry: "Hidden Industry" });
  const [history] = await idsIn(
    admin,
    `SELECT Id FROM AccountHistory WHERE AccountId = '${hiddenAccount}' AND Field = 'Industry'`,
  );
  hidden.set("AccountHistory", history ?? "");
  hidden.set("OpportunityLineItem", await createProduct());
});

afterAll(() => simulator.stop());

describe.each(["Attachment", "Note", "AccountHistory", "OpportunityLineItem"])("a hidden %s", (object) => {
  const id = () => hidden.get(object) ?? "";

  test("is in no query", async () => {
    const statement = `SELECT Id FROM ${object} WHERE Id = '${id()}'`;

    expect(await idsIn(admin, statement)).toEqual([id()]);
    expect((await employee.query(statement)).body).toMatchObject({ totalSize: 0, records: [] });
  });

  test("is not found by its id, also in a conditional request", async () => {
    const url = `/services/data/v62.0/sobjects/${object}/${id()}`;
    const known = { "if-modified-since": new Date(Date.now() + 86_400_000).toUTCString() };

    expect((await admin.call("GET", url)).status).toBe(200);
    expect((await employee.call("GET", url)).status).toBe(404);
    expect((await employee.call("GET", url, undefined, known)).status).toBe(404);
  });

  test("is null in a collection", async () => {
    const resource = `composite/sobjects/${object}?ids=${id()}&fields=Id`;

    expect((await admin.rest("GET", resource)).body).toMatchObject([{ Id: id() }]);
    expect((await employee.rest("GET", resource)).body).toEqual([null]);
  });

  test("is in no result of a bulk query", async () => {
    expect(await bulkIds(admin, object)).toContain(id());
    expect(await bulkIds(employee, object)).not.toContain(id());
  });

  test("is in no result of a query with Bulk API 1.0", async () => {
    expect(await batchIds(admin, object)).toContain(id());
    expect(await batchIds(employee, object)).not.toContain(id());
  });

  test("is not among the recent records", async () => {
    simulator.org.recent.add(employeeId, [visibleAccount, id()]);
    const { body } = await employee.rest("GET", "recent");

    expect(idsOf(body as Record<string, unknown>[])).toContain(visibleAccount);
    expect(idsOf(body as Record<string, unknown>[])).not.toContain(id());
  });
});

/** The ids in the results of a job of Bulk API 2.0. */
async function bulkIds(client: RestClient, object: string): Promise<string[]> {
  const job = await client.rest("POST", "jobs/query", { operation: "query", query: `SELECT Id FROM ${object}` });
  const { body } = await client.rest("GET", `jobs/query/${(job.body as { id: string }).id}/results`);
  return idsOfCsv(body);
}

/** The ids in the result of a job of Bulk API 1.0. */
async function batchIds(client: RestClient, object: string): Promise<string[]> {
  const call = (method: string, resource: string, body?: unknown) =>
    client.call(method, `/services/async/62.0/${resource}`, body, { "x-sfdc-session": client.token });
  const job = await call("POST", "job", { operation: "query", object, contentType: "CSV" });
  const jobPath = `job/${(job.body as { id: string }).id}/batch`;
  const batch = await call("POST", jobPath, `SELECT Id FROM ${object}`);
  const batchId = /<id>(?<id>\w+)<\/id>/u.exec(String(batch.body))?.groups?.["id"] ?? "";
  const list = await call("GET", `${jobPath}/${batchId}/result`);
  const result = /<result>(?<id>\w+)<\/result>/u.exec(String(list.body))?.groups?.["id"] ?? "";
  return idsOfCsv((await call("GET", `${jobPath}/${batchId}/result/${result}`)).body);
}

const idsOfCsv = (csv: unknown) =>
  String(csv)
    .split("\n")
    .map((line) => line.replaceAll('"', ""));

describe("a hidden account", () => {
  test.each(["Attachments", "Notes", "Histories"])("has no %s in a URL", async (relationship) => {
    expect((await admin.rest("GET", `sobjects/Account/${hiddenAccount}/${relationship}`)).status).toBe(200);
    expect((await employee.rest("GET", `sobjects/Account/${hiddenAccount}/${relationship}`)).status).toBe(404);
  });

  test("has no activities in a subquery, also if the user owns them", async () => {
    const task = { Subject: "Call", WhatId: hiddenAccount, Status: "Not Started", OwnerId: employeeId };
    const id = await create("Task", task);

    expect((await related(admin, "OpenActivities", hiddenAccount)).children).toContain(id);
    expect(await related(employee, "OpenActivities", hiddenAccount)).toEqual({ parents: [], children: [] });
  });

  test("is not found as the parent of a hidden attachment, and the bytes of the attachment are not found", async () => {
    const attachment = `sobjects/Attachment/${hidden.get("Attachment") ?? ""}`;

    expect((await admin.rest("GET", `${attachment}/Body`)).body).toBe("abc");
    expect((await employee.rest("GET", `${attachment}/Body`)).status).toBe(404);
    expect((await employee.rest("GET", `${attachment}/Parent`)).status).toBe(404);
  });

  test("is not among the recent records and in no list view", async () => {
    simulator.org.recent.add(employeeId, [visibleAccount, hiddenAccount]);
    const { body } = await employee.rest("GET", "recent");
    expect(idsOf(body as Record<string, unknown>[])).toContain(visibleAccount);
    expect(idsOf(body as Record<string, unknown>[])).not.toContain(hiddenAccount);

    expect(await listedAccounts(admin)).toContain(hiddenAccount);
    expect(await listedAccounts(employee)).toContain(visibleAccount);
    expect(await listedAccounts(employee)).not.toContain(hiddenAccount);
  });

  test("is not found by a search with parameters", async () => {
    const name = "Quixotic Unfindable";
    await admin.rest("PATCH", `sobjects/Account/${hiddenAccount}`, { Name: name });
    const resource = `parameterizedSearch?q=Quixotic&sobject=Account&Account.fields=Id`;
    const found = async (client: RestClient) =>
      idsOf(((await client.rest("GET", resource)).body as { searchRecords: Record<string, unknown>[] }).searchRecords);

    expect(await found(admin)).toEqual([hiddenAccount]);
    expect(await found(employee)).toEqual([]);
  });

  test("is neither changed nor deleted", async () => {
    expect((await employee.rest("PATCH", `sobjects/Account/${hiddenAccount}`, { Site: "X" })).status).toBe(404);
    expect((await employee.rest("DELETE", `sobjects/Account/${hiddenAccount}`)).status).toBe(404);
  });
});

/** The ids in the results of the list view with all accounts. */
async function listedAccounts(client: RestClient): Promise<(string | null | undefined)[]> {
  const { listviews } = (await client.rest("GET", "sobjects/Account/listviews")).body as {
    listviews: { id: string; developerName: string }[];
  };
  const view = listviews.find(({ developerName }) => developerName.startsWith("All"));
  const { body } = await client.rest("GET", `sobjects/Account/listviews/${view?.id ?? ""}/results?limit=2000`);
  const { records } = body as { records: { columns: { fieldNameOrPath: string; value: string | null }[] }[] };
  return records.map(({ columns }) => columns.find(({ fieldNameOrPath }) => fieldNameOrPath === "Id")?.value);
}

/** The ids of an account and of its related list. */
async function related(
  client: RestClient,
  relationship: string,
  account: string,
): Promise<{ parents: string[]; children: string[] }> {
  const rows = await client.records<Record<string, { records: Record<string, unknown>[] } | null>>(
    `SELECT Id, (SELECT Id FROM ${relationship}) FROM Account WHERE Id = '${account}'`,
  );
  return { parents: idsOf(rows), children: rows.flatMap((row) => idsOf(row[relationship]?.records ?? [])) };
}

// Object Reference, "Note" and "Attachment", field IsPrivate.
test.each([
  ["Attachment", { Name: "a.txt", Body: "YWJj" }],
  ["Note", { Title: "Private" }],
])("a private %s of a readable account is its owner's and the administrators'", async (object, values) => {
  const privately = { ParentId: visibleAccount, IsPrivate: true, ...values };
  const own = await create(object, { ...privately, OwnerId: employeeId });
  const others = await create(object, privately);
  const open = await create(object, { ...privately, IsPrivate: false });
  const statement = `SELECT Id FROM ${object} WHERE Id IN ('${own}', '${others}', '${open}') ORDER BY Id`;

  expect(await idsIn(admin, statement)).toEqual([own, others, open].sort());
  expect(await idsIn(employee, statement)).toEqual([own, open].sort());
});

describe("the related lists of a readable account", () => {
  test.each([
    ["OpenActivities", { Status: "Not Started" }],
    ["ActivityHistories", { Status: "Completed" }],
  ])("show in %s the tasks that the user may read only", async (relationship, values) => {
    const task = { Subject: "Call", WhatId: visibleAccount, ...values };
    const own = await create("Task", { ...task, OwnerId: employeeId });
    const others = await create("Task", task);

    expect((await related(admin, relationship, visibleAccount)).children).toEqual(
      expect.arrayContaining([own, others]),
    );
    const { children } = await related(employee, relationship, visibleAccount);
    expect(children).toContain(own);
    expect(children).not.toContain(others);
  });

  test("show the events that the user may read only", async () => {
    const times = { StartDateTime: "2090-01-01T10:00:00.000Z", EndDateTime: "2090-01-01T11:00:00.000Z" };
    const event = { Subject: "Meeting", WhatId: visibleAccount, DurationInMinutes: 60, ...times };
    const own = await create("Event", { ...event, OwnerId: employeeId });
    const others = await create("Event", event);

    expect((await related(admin, "OpenActivities", visibleAccount)).children).toEqual(
      expect.arrayContaining([own, others]),
    );
    const { children } = await related(employee, "OpenActivities", visibleAccount);
    expect(children).toContain(own);
    expect(children).not.toContain(others);
  });

  test("show the files that the user may read only", async () => {
    const version = { PathOnClient: "a.txt", VersionData: "YWJj", FirstPublishLocationId: visibleAccount };
    const linkOf = async (values: Record<string, unknown>) => {
      const id = await create("ContentVersion", { ...version, ...values });
      const [row] = await admin.records(`SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${id}'`);
      const document = String(row?.["ContentDocumentId"]);
      const [link] = await idsIn(
        admin,
        `SELECT Id FROM ContentDocumentLink WHERE ContentDocumentId = '${document}' AND LinkedEntityId = '${visibleAccount}'`,
      );
      return link ?? "";
    };
    const open = await linkOf({ Title: "Open" });
    const closed = await linkOf({ Title: "Private", SharingPrivacy: "P" });

    expect((await related(admin, "AttachedContentDocuments", visibleAccount)).children).toEqual(
      expect.arrayContaining([open, closed]),
    );
    const { children } = await related(employee, "AttachedContentDocuments", visibleAccount);
    expect(children).toContain(open);
    expect(children).not.toContain(closed);
  });
});
