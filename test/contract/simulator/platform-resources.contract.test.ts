import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "./rest-client.ts";

// Resources that every org has beside queries and records (REST API Developer Guide, the page of each resource).

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

describe("limits/recordCount (Record Count)", () => {
  test("counts the records of the named objects, without deleted ones", async () => {
    const { body } = await client.rest("GET", "limits/recordCount?sObjects=Contact,Nothing,Project__c");
    const { totalSize } = (await client.query("SELECT COUNT() FROM Contact")).body as { totalSize: number };

    expect(body).toEqual({
      sObjects: [
        { count: totalSize, name: "Contact" },
        { count: expect.any(Number) as number, name: "Project__c" },
      ],
    });
  });

  test("counts all objects without names", async () => {
    const { sObjects } = (await client.rest("GET", "limits/recordCount")).body as { sObjects: { name: string }[] };

    const names = sObjects.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Account", "User", "Project__c"]));
    expect(names.filter((name) => /(?:Share|History|Feed)$/u.test(name))).toEqual([]);
  });

  test("is not available without View Setup and Configuration", async () => {
    const [user] = await client.records<{ Username: string }>(
      "SELECT Username FROM User WHERE Profile.Name = 'Standard User' AND IsActive = true LIMIT 1",
    );
    const employee = await RestClient.signInAs(simulator, user?.Username ?? "");

    expect(await employee.rest("GET", "limits/recordCount")).toMatchObject({
      status: 403,
      body: [{ errorCode: "INSUFFICIENT_ACCESS" }],
    });
  });
});

describe("parameterizedSearch (Parameterized Search)", () => {
  test("finds the same records as SOSL, by parameters and by a body", async () => {
    const [account] = await client.records<{ Name: string }>("SELECT Name FROM Account WHERE Name LIKE '% %' LIMIT 1");
    const word = account?.Name.split(" ").find((part) => /^[A-Za-z]{4,}$/u.test(part)) ?? "Company";
    const sosl = await client.rest(
      "GET",
      `search?q=${encodeURIComponent(`FIND {${word}} IN NAME FIELDS RETURNING Account(Id, Name LIMIT 3)`)}`,
    );
    const parameters = await client.rest(
      "GET",
      `parameterizedSearch?q=${word}&in=NAME&sobject=Account&Account.fields=Id,Name&Account.limit=3`,
    );
    const body = await client.rest("POST", "parameterizedSearch", {
      q: word,
      in: "NAME",
      fields: ["Id", "Name"],
      sobjects: [{ name: "Account", limit: 3 }],
    });

    expect((sosl.body as { searchRecords: unknown[] }).searchRecords.length).toBeGreaterThan(0);
    expect(parameters.body).toEqual(sosl.body);
    expect(body.body).toEqual(sosl.body);
  });

  test("searches for characters that have a meaning in SOSL", async () => {
    const id = idOf(await client.rest("POST", "sobjects/Account", { Name: "Curly {Brackets} & Sons" }));
    const query = new URLSearchParams({ q: "{Brackets} & Sons", sobject: "Account", in: "NAME" });

    expect((await client.rest("GET", `parameterizedSearch?${query.toString()}`)).body).toMatchObject({
      searchRecords: [{ Id: id }],
    });
  });

  test("without words is refused", async () => {
    expect(await client.rest("GET", "parameterizedSearch?q=&sobject=Account")).toMatchObject({
      status: 400,
      body: [{ errorCode: "MALFORMED_SEARCH" }],
    });
  });
});

describe("recent (Recently Viewed Items)", () => {
  test("lists records that the user viewed (FOR VIEW), changed or created (the latter is unconfirmed), newest first", async () => {
    await client.control("POST", "reset");
    await client.signIn();
    const created = idOf(await client.rest("POST", "sobjects/Account", { Name: "Created" }));
    const [viewed] = await client.records<{ Id: string; Name: string }>(
      "SELECT Id, Name FROM Contact LIMIT 1 FOR VIEW",
    );
    const deleted = idOf(await client.rest("POST", "sobjects/Account", { Name: "Deleted" }));
    await client.rest("DELETE", `sobjects/Account/${deleted}`);
    const other = await RestClient.signIn(simulator, "simulator-admin");

    expect((await client.rest("GET", "recent")).body).toEqual([
      { attributes: expect.objectContaining({ type: "Contact" }) as object, Id: viewed?.Id, Name: viewed?.Name },
      { attributes: expect.objectContaining({ type: "Account" }) as object, Id: created, Name: "Created" },
    ]);
    expect((await client.rest("GET", "recent?limit=1")).body).toHaveLength(1);
    expect((await client.rest("GET", "sobjects/Account")).body).toMatchObject({ recentItems: [{ Id: created }] });
    expect((await other.rest("GET", "recent")).body).toEqual([]);
  });
});

describe("list views (sObject List Views)", () => {
  const viewsOf = async (object: string) =>
    (
      (await client.rest("GET", `sobjects/${object}/listviews`)).body as {
        listviews: { id: string; developerName: string; url: string; describeUrl: string; resultsUrl: string }[];
      }
    ).listviews;

  test("are listed, described with a query that runs, and have results", async () => {
    const [all] = await viewsOf("Account");
    const single = await client.call("GET", all?.url ?? "");
    const described = await client.call("GET", all?.describeUrl ?? "");
    const { query } = described.body as { query: string };
    const records = await client.records<{ Name: string }>(`${query} LIMIT 5`);
    const results = await client.call("GET", `${all?.resultsUrl ?? ""}?limit=5`);

    expect(all).toMatchObject({ developerName: "AllAccounts", label: "All Accounts", soqlCompatible: true });
    expect(single.body).toEqual(all);
    expect(described.body).toMatchObject({ scope: "everything", sobjectType: "Account", whereCondition: null });
    expect(results.body).toMatchObject({
      size: 5,
      done: false,
      records: records.map(({ Name }) => ({
        columns: expect.arrayContaining([{ fieldNameOrPath: "Name", value: Name }]) as unknown[],
      })),
    });
  });

  test("of the user contain only own records, and can be explained", async () => {
    const mine = (await viewsOf("Account")).find(({ developerName }) => developerName === "MyAccounts");
    idOf(await client.rest("POST", "sobjects/Account", { Name: "My own" }));
    const results = await client.call("GET", `${mine?.resultsUrl ?? ""}?limit=2000`);
    const explained = await client.rest("GET", `query?explain=${mine?.id ?? ""}`);
    const own = await client.query("SELECT COUNT() FROM Account WHERE Owner.Username = 'simulator@simulated.example'");

    expect((results.body as { size: number }).size).toBe((own.body as { totalSize: number }).totalSize);
    expect(explained.body).toMatchObject({ plans: [{ sobjectType: "Account" }] });
  });

  test("are records of ListView", async () => {
    expect(
      await client.records(
        "SELECT DeveloperName, SobjectType FROM ListView WHERE SobjectType = 'Project__c' ORDER BY Name",
      ),
    ).toMatchObject([{ DeveloperName: "AllProjects" }, { DeveloperName: "MyProjects" }]);
  });

  test("with an unknown id do not exist", async () => {
    expect((await client.rest("GET", "sobjects/Account/listviews/00BFk000000ZZZZ/results")).status).toBe(404);
  });
});

describe("tabs and theme (Tabs, Themes)", () => {
  test("name the objects that the user may read, with colors and icons", async () => {
    const tabs = (await client.rest("GET", "tabs")).body;
    const theme = (await client.rest("GET", "theme")).body;

    expect(tabs).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "standard-Account", sobjectName: "Account", label: "Accounts", custom: false }),
        expect.objectContaining({ name: "Project__c", custom: true }),
      ]),
    );
    expect(theme).toMatchObject({
      themeItems: expect.arrayContaining([
        expect.objectContaining({
          name: "Account",
          colors: expect.any(Array) as unknown[],
          icons: expect.any(Array) as unknown[],
        }),
      ]) as unknown[],
    });
  });
});

describe("what the org does not have", () => {
  test.each([
    "chatter/feeds",
    "analytics/reports",
    "process/approvals",
    "actions/standard",
    "wave",
    "sobjects/Account/quickActions",
    "sobjects/Account/describe/layouts",
    "sobjects/Account/describe/compactLayouts",
    "sobjects/Account/approvalLayouts",
    "support/knowledgeArticles",
    "appMenu/AppSwitcher",
    "ui-api/object-info",
  ])("%s answers that it does not exist", async (resource) => {
    expect(await client.rest("GET", resource)).toMatchObject({ status: 404, body: [{ errorCode: "NOT_FOUND" }] });
  });

  test("the resources of a version are those that exist", async () => {
    const resources = (await client.call("GET", "/services/data/v62.0")).body as Record<string, string>;
    const statuses = await Promise.all(
      ["limits", "recent", "tabs", "theme", "sobjects"].map(
        async (name) => (await client.call("GET", resources[name] ?? "")).status,
      ),
    );

    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(resources).not.toHaveProperty("chatter");
  });
});
