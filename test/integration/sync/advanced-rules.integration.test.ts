import { beforeAll, describe, expect, it } from "vitest";
import type { AdvancedRule } from "../../../src/connector/rules/advanced-rules.ts";
import { OrgTables } from "../../support/org-tables.ts";
import { rulesOf } from "../../support/rule-reading.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture();
const timestamps = ["SystemModstamp", "LastModifiedDate"];
let tables: OrgTables;

const syncBy = (advanced: readonly AdvancedRule[]) => fixture.sync({ connector: { sync_rules: { advanced } } });

/** The expected documents of rules, from the org's own tables. */
function expected(object: string, fields: readonly string[], where?: string): Map<string, Record<string, unknown>> {
  const rows = tables.rows(object, [...fields, "Id", ...timestamps], where === undefined ? {} : { where });
  return new Map(
    rows.map((row) => {
      const id = String(row["Id"]);
      const changed = timestamps.map((name) => String(row[name]).replace("+0000", "Z")).sort();
      const own = {
        id,
        object_type: object,
        title: row["Name"] ?? id,
        url: `${fixture.simulator.url}/${id}`,
        _timestamp: changed.at(-1),
      };
      return [id, { ...own, ...row, _fingerprint: expect.any(String) as unknown }];
    }),
  );
}

/** The files that are attached to these records. */
function filesOn(records: ReadonlyMap<string, unknown>): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const { LinkedEntityId, ContentDocumentId } of tables.rows("ContentDocumentLink", [
    "LinkedEntityId",
    "ContentDocumentId",
  ])) {
    if (!records.has(String(LinkedEntityId))) continue;
    files.set(
      String(ContentDocumentId),
      [...(files.get(String(ContentDocumentId)) ?? []), String(LinkedEntityId)].sort(),
    );
  }
  return files;
}

/** Expects these records and their files in the index, and nothing else. */
async function expectExactly(records: ReadonlyMap<string, Record<string, unknown>>): Promise<void> {
  const found = await fixture.documents();
  const files = filesOn(records);
  expect([...found.keys()].sort()).toEqual([...records.keys(), ...files.keys()].sort());
  for (const [id, document] of records) expect(found.get(id)).toEqual(document);
  for (const [id, relatedIds] of files) {
    expect(found.get(id)).toMatchObject({
      object_type: "ContentDocument",
      related_ids: relatedIds,
      _text_state: "done",
      body: expect.stringMatching(/mark/) as string,
    });
  }
}

beforeAll(() => {
  tables = new OrgTables(fixture.simulator.org);
});

describe("advanced rules in the configuration file", () => {
  const accounts = "SELECT Name, Phone FROM Account WHERE Name < 'M'";
  const leads = "FIND {gmbh OR inc OR ltd} IN ALL FIELDS RETURNING Lead(Name, Company WHERE IsConverted = false)";

  it("replace the selected objects: the index holds only their results and the linked files", async () => {
    await fixture.sync();
    const crawled = await fixture.documents();

    const report = await syncBy([...rulesOf("SOQL", accounts), ...rulesOf("SOSL", leads)]);

    const ownAccounts = expected("Account", ["Name", "Phone"], `"Name" < 'M' COLLATE NOCASE`);
    const searched = expected("Lead", ["Name", "Company"], `"IsConverted" = 0`);
    const found = new Map(
      [...searched].filter(([, { Name, Company }]) =>
        /\b(gmbh|inc|ltd)\b/i.test(`${String(Name)}\n${String(Company)}`),
      ),
    );
    expect(report).toMatchObject({ status: "completed", error: null, warnings: [] });
    await expectExactly(new Map([...ownAccounts, ...found]));
    expect(ownAccounts.size).toBeGreaterThan(3);
    expect(found.size).toBeGreaterThan(0);
    expect(crawled.size).toBeGreaterThan(200);
    expect(report.objects["Account"]).toMatchObject({
      source: ownAccounts.size,
      extracted: ownAccounts.size,
      written: ownAccounts.size,
    });
    expect(report.objects["Contact"]).toMatchObject({ extracted: 0 });
    expect(report.objects["Contact"]?.deleted).toBeGreaterThan(0);
  });

  it("write nothing if nothing changed", async () => {
    const report = await syncBy([...rulesOf("SOQL", accounts), ...rulesOf("SOSL", leads)]);

    const counts = Object.values(report.objects);
    expect(counts.reduce((sum, { written, deleted }) => sum + written + deleted, 0)).toBe(0);
    expect(counts.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBeGreaterThan(10);
  });

  it("delete documents that they no longer return after a change, including files", async () => {
    const report = await syncBy(
      rulesOf("SOQL", "SELECT Name FROM Account WHERE Name > 'S'", "SELECT Name FROM Project__c"),
    );

    expect(report).toMatchObject({ status: "completed", error: null, warnings: [] });
    await expectExactly(
      new Map([...expected("Account", ["Name"], `"Name" > 'S' COLLATE NOCASE`), ...expected("Project__c", ["Name"])]),
    );
  });

  it("end a sync in an error if Salesforce refuses one of them, and nothing is deleted", async () => {
    const before = await fixture.documents();

    const report = await syncBy(rulesOf("SOQL", "SELECT Name FROM Contact", "SELECT Nope FROM Account"));

    expect(report).toMatchObject({ status: "error", objects: {} });
    expect(report.error).toMatch(
      /^The advanced sync rules are invalid\. Rule 2 \(SOQL\): Salesforce refused .*No such column 'Nope'/,
    );
    expect(await fixture.documents()).toEqual(before);
  });

  it("keep the documents of an object if its query fails midway", async () => {
    const before = await fixture.documents();
    await fixture.faults([{ match: { query: "FROM Account" }, status: 400, error_code: "QUERY_TIMEOUT" }]);

    const report = await syncBy(
      rulesOf("SOQL", "SELECT Name FROM Account WHERE Name = 'nobody'", "SELECT Name FROM Campaign"),
    );
    await fixture.faults([]);

    expect(report.status).toBe("error");
    expect(report.error).toMatch(/^Account could not be synced: .*QUERY_TIMEOUT/);
    const after = await fixture.documents();
    const typeCount = (documents: typeof after, type: string): number =>
      [...documents.values()].filter((document) => document["object_type"] === type).length;
    expect(typeCount(after, "Account")).toBe(typeCount(before, "Account"));
    expect(typeCount(after, "Account")).toBeGreaterThan(0);
    expect(typeCount(after, "Campaign")).toBe(expected("Campaign", ["Name"]).size);
  });

  it("delete nothing of an object if Salesforce returns fewer records than it counted", async () => {
    await syncBy(rulesOf("SOQL", "SELECT Name FROM Campaign"));
    const before = await fixture.documents();
    const [id, other] = before.keys();
    const body = JSON.stringify({
      totalSize: before.size,
      done: true,
      records: [
        { Id: id, Name: "A" },
        { Id: other, Name: "B" },
      ],
    });
    await fixture.faults([{ match: { query: "FROM Campaign" }, status: 200, body }]);

    const report = await syncBy(rulesOf("SOQL", "SELECT Name FROM Campaign"));
    await fixture.faults([]);

    expect(report.warnings).toEqual([
      expect.stringMatching(/^Campaign: Salesforce counted \d+ records and returned 2/),
    ]);
    expect(report.objects["Campaign"]).toMatchObject({ written: 2, deleted: 0 });
    expect([...(await fixture.documents()).keys()].sort()).toEqual([...before.keys()].sort());
    expect(before.size).toBeGreaterThan(2);
  });

  it("return no files if the org shows none, and indexed ones stay", async () => {
    await syncBy(rulesOf("SOQL", "SELECT Name FROM Account"));
    const files = [...(await fixture.documents()).values()].filter(
      ({ object_type }) => object_type === "ContentDocument",
    );
    const { sobjects, ...rest } = await fixture.editor.connection.describeGlobal();
    const body = JSON.stringify({ ...rest, sobjects: sobjects.filter(({ name }) => name !== "ContentVersion") });
    await fixture.faults([{ match: { path: "/sobjects$" }, status: 200, body }]);

    const report = await syncBy(rulesOf("SOQL", "SELECT Name FROM Account"));

    expect(report.status).toBe("completed");
    expect(report.warnings).toEqual([expect.stringMatching(/^Files are skipped: .*Indexed files stay in the index/)]);
    const after = [...(await fixture.documents()).values()].filter(
      ({ object_type }) => object_type === "ContentDocument",
    );
    expect(after).toEqual(files);
    expect(files.length).toBeGreaterThan(0);
  });
});
