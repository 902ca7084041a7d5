import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

const number = (sql: string) => simulator.org.database.number(sql);

interface Row {
  readonly Id: string;
  readonly attributes: { readonly type: string; readonly url: string };
  readonly [name: string]: unknown;
}

describe("records", () => {
  test("have attributes first, then the fields in the order of the query, with their API names (REST API, Query)", async () => {
    const [record] = await client.records<Row>("SELECT name, id, owner.name FROM account LIMIT 1");

    expect(Object.keys(record ?? {})).toEqual(["attributes", "Name", "Id", "Owner"]);
    expect(record?.attributes).toEqual({
      type: "Account",
      url: `/services/data/v62.0/sobjects/Account/${record?.Id ?? ""}`,
    });
  });

  test("have dates, dateTimes, times and compound fields in the REST format (Date Formats, Compound Fields)", async () => {
    const [record] = await client.records(
      "SELECT CreatedDate, Installed__c, Service_Time__c, Address__c, Position__c, Door_Code__c FROM Installation__c WHERE Service_Time__c != null LIMIT 1",
    );

    expect(record?.["CreatedDate"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/u);
    expect(record?.["Installed__c"]).toMatch(/^\d{4}-\d\d-\d\d$/u);
    expect(record?.["Service_Time__c"]).toMatch(/^\d\d:\d\d:\d\d\.\d{3}Z$/u);
    expect(record?.["Address__c"]).toMatchObject({ city: expect.any(String) as string, countryCode: "DE" });
    expect(record?.["Position__c"]).toEqual({
      latitude: expect.any(Number) as number,
      longitude: expect.any(Number) as number,
    });
    expect(record?.["Door_Code__c"]).toBe("********");
  });

  test("have null for missing children and parents (Relationship Queries)", async () => {
    const [account] = await client.records(
      "SELECT (SELECT Id FROM Contacts WHERE LastName = 'nobody at all') FROM Account LIMIT 1",
    );
    const [contact] = await client.records("SELECT Account.Name FROM Contact WHERE AccountId = null LIMIT 1");

    expect(account?.["Contacts"]).toBeNull();
    expect(contact?.["Account"]).toBeNull();
  });

  test("come in a fixed order, but not in the order of their ids, without ORDER BY (ORDER BY)", async () => {
    const first = (await client.records<Row>("SELECT Id FROM Contact")).map(({ Id }) => Id);
    const second = (await client.records<Row>("SELECT Id, Name FROM Contact")).map(({ Id }) => Id);

    expect(second).toEqual(first);
    expect(first).not.toEqual([...first].sort());
  });

  test("have the type Name and the URL of a polymorphic owner, a user or a queue (Polymorphic Relationships)", async () => {
    const records = await client.records<{ Owner: Row }>("SELECT Owner.Name, Owner.Type FROM Case");

    const typeAndUrl = ({ attributes }: Row) => `${attributes.type} ${attributes.url.split("/").at(-2) ?? ""}`;
    expect(new Set(records.map(({ Owner }) => `${typeAndUrl(Owner)} ${String(Owner["Type"])}`))).toEqual(
      new Set(["Name User User", "Name Group Queue"]),
    );
    const queued = await client.query("SELECT COUNT() FROM Case WHERE Owner.Type = 'Queue'");
    expect(queued.body).toMatchObject({ totalSize: records.filter(({ Owner }) => Owner["Type"] === "Queue").length });
  });

  test("have the fields of the matching branch of TYPEOF (TYPEOF)", async () => {
    const records = await client.records<{ What: Row | null }>(
      "SELECT TYPEOF What WHEN Account THEN Phone, Industry WHEN Opportunity THEN Amount ELSE Name END FROM Task",
    );

    for (const { What } of records) {
      const fields = Object.keys(What ?? {}).slice(1);
      expect(fields).toEqual(What?.attributes.type === "Account" ? ["Phone", "Industry"] : ["Amount"]);
    }
  });

  test("have all fields with FIELDS(ALL) LIMIT 200, and standard fields with FIELDS(STANDARD) (FIELDS())", async () => {
    const standard = await client.records("SELECT FIELDS(STANDARD) FROM Account");
    const [all] = await client.records("SELECT FIELDS(ALL) FROM Account LIMIT 200");

    expect(Object.keys(standard[0] ?? {}).some((name) => name.endsWith("__c"))).toBe(false);
    expect(Object.keys(all ?? {})).toEqual(expect.arrayContaining(["SLA__c", "BillingAddress", "BillingCity"]));
  });

  test("can be selected by aliases of the object and its parents (SOQL reference, Alias Notation)", async () => {
    const plain = await client.records("SELECT Id, Account.Owner.Name FROM Contact WHERE Account.Industry != null");
    const aliased = await client.records(
      "SELECT c.Id, o.Name FROM Contact c, c.Account a, a.Owner o WHERE a.Industry != null",
    );

    expect(aliased).toEqual(plain);
  });
});

describe("aggregates", () => {
  test("COUNT() returns a total without records, COUNT(Id) a record with expr0 (COUNT)", async () => {
    const live = number(`SELECT count(*) FROM "Lead" WHERE "IsDeleted" = 0`);

    expect((await client.query("SELECT COUNT() FROM Lead")).body).toEqual({ totalSize: live, done: true, records: [] });
    expect((await client.query("SELECT COUNT(Id) FROM Lead")).body).toEqual({
      totalSize: 1,
      done: true,
      records: [{ attributes: { type: "AggregateResult" }, expr0: live }],
    });
  });

  test("COUNT() respects LIMIT and OFFSET (COUNT; unconfirmed for OFFSET)", async () => {
    const total = async (clauses: string) =>
      ((await client.query(`SELECT COUNT() FROM Account${clauses}`)).body as { totalSize: number }).totalSize;
    const all = await total("");

    expect([await total(" LIMIT 5"), await total(" OFFSET 5"), await total(" LIMIT 5 OFFSET 2")]).toEqual([
      5,
      all - 5,
      5,
    ]);
    expect([await total(` OFFSET ${all - 1}`), await total(` OFFSET ${all + 1}`)]).toEqual([1, 0]);
  });

  test("ROLLUP adds a total, and GROUPING tells it from a group of empty fields (GROUP BY ROLLUP)", async () => {
    const rows = await client.records(
      "SELECT Rating, GROUPING(Rating) all_of_them, COUNT(Id) n FROM Lead GROUP BY ROLLUP(Rating)",
    );

    const total = rows.filter((row) => row["all_of_them"] === 1);
    expect(total).toMatchObject([{ Rating: null, n: number(`SELECT count(*) FROM "Lead" WHERE "IsDeleted" = 0`) }]);
    expect(rows.filter((row) => row["all_of_them"] === 0).reduce((sum, row) => sum + Number(row["n"]), 0)).toBe(
      total[0]?.["n"],
    );
  });

  test("CUBE groups by every combination of its fields (GROUP BY CUBE)", async () => {
    const rows = await client.records(
      "SELECT Type, StageName, COUNT(Id) n FROM Opportunity GROUP BY CUBE(Type, StageName)",
    );
    const live = number(`SELECT count(*) FROM "Opportunity" WHERE "IsDeleted" = 0`);

    expect(rows.reduce((sum, row) => sum + Number(row["n"]), 0)).toBe(4 * live);
  });

  test("date functions group by parts of dates; fiscal years begin in February (Date Functions)", async () => {
    const rows = await client.records(
      "SELECT FISCAL_YEAR(CloseDate) y, FISCAL_QUARTER(CloseDate) q, COUNT(Id) n FROM Opportunity GROUP BY FISCAL_YEAR(CloseDate), FISCAL_QUARTER(CloseDate)",
    );
    const january = number(
      `SELECT count(*) FROM "Opportunity" WHERE "IsDeleted" = 0 AND substr("CloseDate", 6, 2) IN ('11', '12', '01')`,
    );

    expect(rows.filter((row) => row["q"] === 4).reduce((sum, row) => sum + Number(row["n"]), 0)).toBe(january);
  });

  test("HAVING filters groups by aggregates (HAVING)", async () => {
    const rows = await client.records(
      "SELECT LeadSource, COUNT(Id) n FROM Lead GROUP BY LeadSource HAVING COUNT(Id) > 5 ORDER BY COUNT(Id) DESC",
    );

    const counts = rows.map((row) => Number(row["n"]));
    expect(counts.every((count) => count > 5)).toBe(true);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });
});

describe("filters", () => {
  const count = async (where: string, object = "Account") =>
    ((await client.query(`SELECT COUNT() FROM ${object} WHERE ${where}`)).body as { totalSize: number }).totalSize;

  test("15- and 18-character ids are equal (ID field type)", async () => {
    const [account] = await client.records<Row>("SELECT Id FROM Account LIMIT 1");
    const id = account?.Id ?? "";

    expect(await count(`Id = '${id}'`)).toBe(1);
    expect(await count(`Id = '${id.slice(0, 15)}'`)).toBe(1);
  });

  test("<> means != (unconfirmed)", async () => {
    const others = await count("Type != 'Prospect'");

    expect(others).toBeGreaterThan(0);
    expect(await count("Type <> 'Prospect'")).toBe(others);
  });

  test("LIKE has the wildcards % and _ unless they are escaped (LIKE)", async () => {
    await client.rest("POST", "sobjects/Account", { Name: "100% _sure_" });

    expect(await count("Name LIKE '100\\\\% %'")).toBe(0);
    expect(await count("Name LIKE '100\\% \\_SURE\\_'")).toBe(1);
    expect(await count("Name LIKE '100_ _____%'")).toBe(1);
    expect(await count("Name LIKE '1__\\%%'")).toBe(1);
  });

  test("an empty field matches != but not =, LIKE or < (Null values; unconfirmed for !=)", async () => {
    const all = await count("Id != null");
    const without = await count("Industry = null");

    expect(without).toBeGreaterThan(0);
    expect((await count("Industry = 'Banking'")) + (await count("Industry != 'Banking'"))).toBe(all);
    expect(await count("NumberOfEmployees < 0 AND NumberOfEmployees = null")).toBe(0);
  });

  test("a filter on a parent that is null also finds rows without a parent (Relationship Queries, null)", async () => {
    const orphans = await count("AccountId = null", "Contact");

    expect(orphans).toBeGreaterThan(0);
    expect(await count("Account.Name = null", "Contact")).toBe(orphans);
  });

  test("INCLUDES matches all of a;b and any of a list (Querying Multi-Select Picklists)", async () => {
    const both = number(
      `SELECT count(*) FROM "Account" WHERE "IsDeleted" = 0 AND "Regions__c" LIKE '%Europe%' AND "Regions__c" LIKE '%Asia%'`,
    );
    const any = number(
      `SELECT count(*) FROM "Account" WHERE "IsDeleted" = 0 AND ("Regions__c" LIKE '%Europe%' OR "Regions__c" LIKE '%Asia%')`,
    );

    expect(await count("Regions__c INCLUDES ('Europe;Asia')")).toBe(both);
    expect(await count("Regions__c INCLUDES ('Europe','Asia')")).toBe(any);
  });

  test("DISTANCE filters by distance (Location-Based SOQL Queries)", async () => {
    const near = await client.records<Row>(
      "SELECT Id, Position__c, DISTANCE(Position__c, GEOLOCATION(45, 10), 'km') km FROM Installation__c WHERE DISTANCE(Position__c, GEOLOCATION(45, 10), 'km') < 3000 ORDER BY DISTANCE(Position__c, GEOLOCATION(45, 10), 'km')",
    );

    const distances = near.map((row) => Number(row["km"]));
    expect(distances.length).toBeGreaterThan(0);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test("date literals follow the user's time zone (Date Formats and Date Literals)", async () => {
    // 06:30 UTC is still the previous day in Los Angeles, the time zone of the integration user.
    await client.control("POST", "clock", { at: "2026-06-10T06:30:00Z" });
    await client.rest("POST", "sobjects/Account", { Name: "Stamped at night" });

    expect(await count("Name = 'Stamped at night' AND CreatedDate = TODAY")).toBe(1);
    await client.control("POST", "clock", { at: "2026-06-10T07:30:00Z" });
    expect(await count("Name = 'Stamped at night' AND CreatedDate = YESTERDAY")).toBe(1);
    await client.control("POST", "clock", { real: true });
    await client.signIn();
  });
});

describe("order", () => {
  test("has empty fields first in both directions, except with NULLS LAST (ORDER BY)", async () => {
    const values = async (order: string) =>
      (await client.records(`SELECT NumberOfEmployees FROM Account ORDER BY NumberOfEmployees ${order}`)).map(
        (row) => row["NumberOfEmployees"],
      );

    expect((await values("ASC"))[0]).toBeNull();
    expect((await values("DESC"))[0]).toBeNull();
    expect((await values("DESC NULLS LAST"))[0]).toBeTypeOf("number");
    expect((await values("ASC NULLS LAST")).at(-1)).toBeNull();
  });
});

describe("pages", () => {
  test("have the batch size of the request from 200 to 2,000, and 200 records with two custom long text fields (Change the Batch Size in Queries)", async () => {
    const small = await startSimulator({ size: "12000" });
    const asking = await RestClient.signIn(small);
    const path = `/services/data/v62.0/query?q=${encodeURIComponent("SELECT Id FROM Contact")}`;

    const page = async (header: Record<string, string>, at = path) =>
      (await asking.call("GET", at, undefined, header)).body as {
        records: unknown[];
        done: boolean;
        nextRecordsUrl?: string;
      };
    const standard = await page({});
    const least = await page({ "Sforce-Query-Options": "batchSize=1" });
    const long = await page(
      {},
      `/services/data/v62.0/query?q=${encodeURIComponent("SELECT Id, Summary__c, Lessons__c FROM Project__c")}`,
    );

    await small.stop();
    expect(standard.records).toHaveLength(2000);
    expect(standard.nextRecordsUrl).toMatch(/^\/services\/data\/v62\.0\/query\/0r8\w{15}-2000$/u);
    expect(least.records).toHaveLength(200);
    expect(long.records).toHaveLength(200);
  });

  test("count children too, which have further pages of their own (Query More Results)", async () => {
    await client.control("POST", "limits", { child_page_size: 10 });
    const answer = await client.query(
      "SELECT Id, (SELECT Id FROM EmailMessages) FROM Case WHERE CaseNumber = '00001004'",
    );
    const [parent] = (
      answer.body as {
        records: { EmailMessages: { totalSize: number; done: boolean; records: unknown[]; nextRecordsUrl: string } }[];
      }
    ).records;
    const next = await client.call("GET", parent?.EmailMessages.nextRecordsUrl ?? "");
    await client.control("POST", "limits", { child_page_size: 500 });

    expect(parent?.EmailMessages).toMatchObject({ totalSize: 30, done: false });
    expect(parent?.EmailMessages.records).toHaveLength(10);
    expect(next.body).toMatchObject({ totalSize: 30, done: true });
    expect((next.body as { records: unknown[] }).records).toHaveLength(20);
  });

  test("are available for two days, to the user of the query only (API limits, since v56)", async () => {
    await client.control("POST", "limits", { child_page_size: 10 });
    const answer = await client.query(
      "SELECT Id, (SELECT Id FROM EmailMessages) FROM Case WHERE CaseNumber = '00001004'",
    );
    await client.control("POST", "limits", { child_page_size: 500 });
    const url = /"nextRecordsUrl":"(?<url>[^"]+)"/u.exec(JSON.stringify(answer.body))?.groups?.["url"] ?? "";
    const admin = await RestClient.signIn(simulator, "simulator-admin");
    const foreign = await admin.call("GET", url);
    await client.control("POST", "clock", { advance_seconds: 47 * 3600 });
    await client.signIn();
    const late = await client.call("GET", url);
    await client.control("POST", "clock", { advance_seconds: 2 * 3600 });
    await client.signIn();
    const gone = await client.call("GET", url);
    await client.control("POST", "clock", { real: true });
    await client.signIn();

    expect(foreign.status).toBe(400);
    expect(late.status).toBe(200);
    expect(gone).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_QUERY_LOCATOR" }] });
  });
});
