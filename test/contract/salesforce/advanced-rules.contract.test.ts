import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { OrgTables } from "../../support/org-tables.ts";
import { salesforceClient } from "../../support/salesforce.ts";
import { readByRules, rulesOf, type RuleRows } from "../../support/rule-reading.ts";

// "SOQL SELECT Syntax", "FIELDS()", "SOSL Syntax", "SOSL Limits on Search Results" (SOQL and SOSL Reference).

let simulator: RunningSimulator;
let tables: OrgTables;

beforeAll(async () => {
  simulator = await startSimulator({ size: "16000", seed: "5" });
  tables = new OrgTables(simulator.org);
});

afterAll(async () => {
  await simulator.stop();
});

const read = (language: "SOQL" | "SOSL", ...queries: readonly string[]): Promise<Map<string, RuleRows>> =>
  readByRules(simulator.url, rulesOf(language, ...queries));

async function readOne(language: "SOQL" | "SOSL", ...queries: readonly string[]): Promise<RuleRows> {
  const [only, ...others] = [...(await read(language, ...queries)).values()];
  if (!only || others.length > 0) throw new Error("The rules do not return exactly one object");
  return only;
}

const idsOf = ({ rows }: RuleRows): string[] => rows.map(({ id }) => id).sort();
const idsIn = (object: string, where?: string): unknown[] =>
  tables.rows(object, ["Id"], where === undefined ? {} : { where }).map(({ Id }) => Id);

describe("a rule in SOQL", () => {
  it("returns exactly its rows, over several pages, with the requested fields, Id and the timestamps", async () => {
    const found = await readOne("SOQL", "SELECT LastName FROM Contact WHERE LastName > 'C'");

    const expected = tables
      .rows("Contact", ["LastName", "Id", "SystemModstamp", "LastModifiedDate"])
      .filter(({ LastName }) => String(LastName).toLowerCase() > "c");
    expect(found.rows.map(({ fields }) => fields).sort((a, b) => (String(a["Id"]) < String(b["Id"]) ? -1 : 1))).toEqual(
      expected,
    );
    expect(found.rows.length).toBeGreaterThan(2000);
    expect(found.total).toBe(found.rows.length);
  });

  it("can have several lines, aliases, and Id of a parent or of children only", async () => {
    const found = await readOne(
      "SOQL",
      "select a.name,\n  o.Id,\r\n (select Id from Contacts)\nfrom Account a, a.Owner o\nwhere a.Name != 'x\\'s'\tand o.Name != null limit 5",
    );

    expect(found.rows).toHaveLength(5);
    for (const { id, fields } of found.rows) {
      expect(Object.keys(fields)).toEqual(["Name", "Owner", "Contacts", "Id", "SystemModstamp", "LastModifiedDate"]);
      expect(fields["Id"]).toBe(id);
    }
  });

  it("gets a title from the object's name field if it selects that field, and always a timestamp", async () => {
    const [named] = (await readOne("SOQL", "SELECT Name, SystemModstamp FROM Project__c LIMIT 1")).rows;
    const [nameless] = (await readOne("SOQL", "SELECT Id FROM Project__c LIMIT 1")).rows;

    expect(named?.title).toBe(named?.fields["Name"]);
    expect(nameless?.title).toBe(nameless?.id);
    expect(nameless?.timestamp).toMatch(/^\d{4}-.*Z$/);
  });

  it("returns all children of each record", async () => {
    const found = await readOne("SOQL", "SELECT CaseNumber, (SELECT Subject FROM EmailMessages) FROM Case");

    const long = found.rows.find(({ fields }) => fields["CaseNumber"] === "00001004");
    const mails = long?.fields["EmailMessages"] as { totalSize: number; done: boolean; records: unknown[] };
    expect(mails.records.length).toBe(mails.totalSize);
    expect(mails.records.length).toBe(idsIn("EmailMessage", `"ParentId" = '${long?.id ?? ""}'`).length);
    expect(mails.records.length).toBeGreaterThan(200);
  });

  it("returns the files that are linked to its records", async () => {
    const found = await readOne("SOQL", "SELECT Name FROM Account");

    const accounts = new Set(idsIn("Account"));
    const links = tables
      .rows("ContentDocumentLink", ["LinkedEntityId", "ContentDocumentId"])
      .filter(({ LinkedEntityId }) => accounts.has(LinkedEntityId))
      .map(({ LinkedEntityId, ContentDocumentId }) => `${String(LinkedEntityId)} ${String(ContentDocumentId)}`);
    const files = found.rows.flatMap(({ id, files: own }) => own.map((file) => `${id} ${file.id}`));
    expect(files.sort()).toEqual(links.sort());
    expect(files.length).toBeGreaterThan(100);
    expect(found.rows.flatMap((row) => row.files)[0]).toMatchObject({
      name: expect.stringContaining(".") as string,
      versionId: expect.stringMatching(/^068/) as string,
    });
    expect(found.rows[0]?.fields).not.toHaveProperty("ContentDocumentLinks");
  });

  it("has a schema for its fields: parents, children, functions, both branches of TYPEOF", async () => {
    const { schema } = await readOne(
      "SOQL",
      "SELECT TYPEOF What WHEN Account THEN Phone, AnnualRevenue ELSE Name END, toLabel(Status), CreatedBy.CreatedDate, IsClosed FROM Task LIMIT 1",
    );

    expect(schema.filter(({ name }) => !["Id", "SystemModstamp", "LastModifiedDate"].includes(name))).toEqual([
      {
        name: "What",
        kind: "object",
        fields: [
          { name: "Phone", kind: "text" },
          { name: "AnnualRevenue", kind: "double" },
          { name: "Name", kind: "text" },
        ],
      },
      { name: "Status", kind: "text" },
      { name: "CreatedBy", kind: "object", fields: [{ name: "CreatedDate", kind: "date" }] },
      { name: "IsClosed", kind: "boolean" },
    ]);
  });
});

describe("FIELDS() in a rule", () => {
  it("works for any number of rows, although Salesforce accepts it for 200", async () => {
    const found = await readOne("SOQL", "SELECT FIELDS(ALL) FROM Contact");

    expect(idsOf(found)).toEqual(idsIn("Contact"));
    expect(found.rows.length).toBeGreaterThan(2200);
  });

  it.each([
    [150, 150],
    [450, 450],
  ])("respects a LIMIT of %i and its order", async (limit, rows) => {
    const found = await readOne("SOQL", `SELECT fields(all) FROM Contact ORDER BY Id DESC LIMIT ${limit}`);

    expect(found.rows.map(({ id }) => id)).toEqual(idsIn("Contact").slice(-rows).reverse());
  });

  it.each(["ALL", "STANDARD", "CUSTOM"])(
    "returns the fields that Salesforce returns for FIELDS(%s), and the required ones",
    async (group) => {
      const query = `SELECT FIELDS(${group}) FROM Project__c ORDER BY Id LIMIT 3`;
      const { client, http } = salesforceClient(simulator.url);
      const path = `${client.resource("query")}?q=${encodeURIComponent(query)}`;
      const { records } = await client
        .object({ path }, new AbortController().signal)
        .finally(() => http[Symbol.asyncDispose]());

      const found = await readOne("SOQL", query);

      expect(found.rows.map(({ fields }) => fields)).toMatchObject(
        (records as JsonObject[]).map(({ attributes, ...fields }) => fields),
      );
      const needed = ["Id", "LastModifiedDate", "SystemModstamp"];
      const given = Object.keys((records as JsonObject[])[0] ?? {}).filter((name) => name !== "attributes");
      expect(Object.keys(found.rows[0]?.fields ?? {}).sort()).toEqual([...new Set([...given, ...needed])].sort());
    },
  );

  it("is read in two requests if its fields do not fit into a URI", async () => {
    const rules = rulesOf("SOQL", "SELECT FIELDS(ALL) FROM Survey_Response__c");

    const whole = (await readByRules(simulator.url, rules)).get("Survey_Response__c");
    const parts = (await readByRules(simulator.url, rules, { maxUriBytes: 3000 })).get("Survey_Response__c");

    expect(parts).toEqual(whole);
    expect(Object.keys(whole?.rows[0]?.fields ?? {}).length).toBeGreaterThan(190);
  });
});

describe("a rule in SOSL", () => {
  it("returns records of each of its objects, with Id and timestamps, with or without named fields", async () => {
    const found = await read("SOSL", "FIND {gmbh OR inc OR smith} RETURNING Account(Name), Contact, Lead(Company, Id)");

    expect([...found.keys()]).toEqual(["Account", "Contact", "Lead"]);
    const keys = [...found].map(([name, { rows }]) => [name, Object.keys(rows[0]?.fields ?? {})]);
    const timestamps = ["SystemModstamp", "LastModifiedDate"];
    expect(keys).toEqual([
      ["Account", ["Name", "Id", ...timestamps]],
      ["Contact", ["Id", ...timestamps]],
      ["Lead", ["Company", "Id", ...timestamps]],
    ]);
    expect(found.get("Account")?.rows.some(({ files }) => files.length > 0)).toBe(true);
  });

  it("returns more than the 250 records that one search returns of an object", async () => {
    const found = await readOne("SOSL", "FIND {an* OR be* OR ch*} IN NAME FIELDS RETURNING Contact(Name)");

    const searched = tables
      .rows("Contact", ["Id", "Name"])
      .filter(({ Name }) => /(^|[^\p{L}\p{N}_])(an|be|ch)/iu.test(String(Name)));
    expect(idsOf(found)).toEqual(searched.map(({ Id }) => Id));
    expect(found.rows.length).toBeGreaterThan(250);
    expect(found.warnings).toEqual([]);
  });

  it("respects its own LIMIT and OFFSET", async () => {
    const ordered = "RETURNING Contact(Name ORDER BY Id";
    const all = await readOne("SOSL", `FIND {an*} IN NAME FIELDS ${ordered} LIMIT 400)`);
    const some = await readOne("SOSL", `FIND {an*} IN NAME FIELDS ${ordered} LIMIT 10 OFFSET 5)`);
    const few = await readOne("SOSL", `FIND {an*} IN NAME FIELDS ${ordered}) LIMIT 7`);

    expect(some.rows).toEqual(all.rows.slice(5, 15));
    expect(few.rows).toEqual(all.rows.slice(0, 7));
    expect([...all.warnings, ...some.warnings, ...few.warnings]).toEqual([]);
  });

  it("respects a LIMIT over several objects", async () => {
    const found = await read("SOSL", "FIND {an*} IN NAME FIELDS RETURNING Lead(Name LIMIT 4), Contact(Name) LIMIT 10");

    expect([...found].map(([name, { rows }]) => [name, rows.length])).toEqual([
      ["Lead", 4],
      ["Contact", 6],
    ]);
  });

  it("warns if Salesforce returns no more than its limit", async () => {
    const found = await readOne("SOSL", "FIND {a* b* OR com* OR exa*} IN EMAIL FIELDS RETURNING Contact(Email)");

    expect(found.rows.length).toBeGreaterThanOrEqual(2000);
    expect(found.warnings).toEqual([
      expect.stringMatching(/^Rule 1 \(SOSL\): Salesforce returned \d+ records of Contact, the limit of a search\./),
    ]);
  });

  it("warns if the records end exactly at Salesforce's maximum", async () => {
    const records = idsIn("Contact").map((Id) => ({ attributes: { type: "Contact" }, Id, Name: "Smith" }));
    const page = (size: number): string => JSON.stringify({ searchRecords: records.slice(0, size) });
    const answers = [page(1), page(250), page(0)].map((body) => ({
      match: { path: "/search" },
      status: 200,
      body,
      times: 1,
    }));
    const headers = { "content-type": "application/json" };
    await fetch(`${simulator.url}/__simulator/faults`, { method: "POST", headers, body: JSON.stringify(answers) });

    const found = await readOne("SOSL", "FIND {smith} RETURNING Contact(Name)");

    expect(found.rows).toHaveLength(250);
    expect(found.warnings).toEqual([expect.stringMatching(/Salesforce returned 250 records of Contact/)]);
  });
});

describe("several rules", () => {
  it("return a record once, with the fields of the first rule, and count it once", async () => {
    const rules = [
      ...rulesOf("SOQL", "SELECT Name FROM Account WHERE Name LIKE 'B%'", "SELECT Phone FROM account"),
      ...rulesOf("SOSL", "FIND {gmbh OR inc} RETURNING Account(Website), Contact(Email)"),
    ];

    const found = await readByRules(simulator.url, rules);

    const accounts = found.get("Account");
    expect([...found.keys()]).toEqual(["Account", "Contact"]);
    expect(idsOf(accounts ?? { rows: [], total: 0, warnings: [], schema: [] })).toEqual(idsIn("Account"));
    expect(accounts?.total).toBe(accounts?.rows.length);
    const first = accounts?.rows.filter(({ fields }) => "Name" in fields) ?? [];
    expect(first.length).toBe(idsIn("Account", `"Name" LIKE 'B%'`).length);
    expect(first.length).toBeGreaterThan(0);
    expect(first.some(({ fields }) => "Phone" in fields || "Website" in fields)).toBe(false);
  });
});
