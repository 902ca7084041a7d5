import { isDeepStrictEqual } from "node:util";
import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { ExpectedDocuments, inOrder, standardNames, type ExpectedDocument } from "../../support/expected-documents.ts";
import { OrgTables } from "../../support/org-tables.ts";
import { allDocuments, syncProduct } from "../../support/product.ts";
import { OrgEditor } from "../../support/org-editor.ts";

const prefix = uniqueIndexPrefix();
const index = `${prefix}small`;
const custom = ["Installation__c", "Milestone__c", "Project__c", "Survey_Response__c"];
const configuration = { sync_custom_objects: true, custom_objects_to_sync: "*" };
let simulator: RunningSimulator;
let client: Client;
let editor: OrgEditor;

const sync = () =>
  syncProduct({ salesforceUrl: simulator.url, elasticsearchUrl: inject("elasticsearchUrl"), index, configuration });

/** Every document that the index must contain, without the text of files. */
function expectedDocuments(): Record<"records" | "files", Map<string, ExpectedDocument>> {
  const expected = new ExpectedDocuments(new OrgTables(simulator.org), simulator.url);
  const records = expected.records([...standardNames, ...custom]);
  return { records, files: expected.files(new Set(records.keys())) };
}

/** Compares every document of the index with the org's own tables, field by field, and the text of each file with the expected text. */
async function expectInStep(): Promise<number> {
  const { records, files } = expectedDocuments();
  const found = await allDocuments(client, index);

  expect([...found.keys()].sort()).toEqual([...records.keys(), ...files.keys()].sort());
  for (const [id, document] of records) {
    const { _fingerprint: print, ...rest } = found.get(id) ?? {};
    expect(print, id).toEqual(expect.stringMatching(/^[\w-]{16}$/));
    expect(inOrder(withoutFormulas(rest, document)), id).toEqual(inOrder(document));
  }
  for (const [id, document] of files) {
    expect(found.get(id), id).toEqual({
      ...document,
      _fingerprint: expect.stringMatching(/^[\w-]{16}$/) as string,
      _text_state: "done",
      body: expect.stringContaining(markOf(document["_version_id"])) as string,
    });
  }
  return found.size;
}

/** Formulas and compound fields have no column, so the tables do not contain their values. */
function withoutFormulas(
  document: Record<string, unknown>,
  expected: Record<string, unknown>,
): Record<string, unknown> {
  if (!String(document["object_type"]).endsWith("__c")) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => name in expected));
}

/** A word that only this version of the file contains. */
function markOf(versionId: unknown): string {
  return (
    editor.marks.get(String(versionId)) ?? String(/"mark":"(?<mark>\w+)"/.exec(recipeOf(versionId))?.groups?.["mark"])
  );
}

function recipeOf(versionId: unknown): string {
  const row = simulator.org.database.row(`SELECT * FROM "ContentVersion" WHERE "Id" = ?`, [String(versionId)]);
  return row?.find((value): value is string => typeof value === "string" && value.includes('"mark"')) ?? "";
}

beforeAll(async () => {
  client = elasticsearchClient();
  simulator = await startSimulator({ size: "small", seed: "7" });
  editor = await OrgEditor.open(simulator.url);
});

afterAll(async () => {
  await simulator.stop();
  await deleteIndices(client, prefix);
  await client.close();
});

describe("a full sync of a small org", () => {
  it("writes a document for each record and file, with every field as the org has it", async () => {
    const report = await sync();

    expect(report).toMatchObject({ status: "completed", error: null, warnings: [], refusals: {} });
    const size = await expectInStep();
    expect(size).toBeGreaterThan(4500);
    for (const [name, counts] of Object.entries(report.objects)) {
      expect(counts, name).toEqual({
        ...counts,
        extracted: counts.source,
        written: counts.source,
        unchanged: 0,
        filtered: 0,
        refused: 0,
        deleted: 0,
      });
    }
  });

  it("writes and downloads nothing if nothing changed", async () => {
    await fetch(`${simulator.url}/__simulator/calls`, { method: "DELETE" });

    const report = await sync();

    const calls = (await (await fetch(`${simulator.url}/__simulator/calls`)).json()) as {
      endpoints: Record<string, unknown>;
    };
    expect(Object.keys(calls.endpoints).filter((endpoint) => endpoint.includes(":field"))).toEqual([]);
    for (const [name, counts] of Object.entries(report.objects)) {
      expect(counts, name).toEqual({ ...counts, unchanged: counts.source, written: 0, deleted: 0 });
    }
  });

  it("writes records that were changed, created, deleted and undeleted, and nothing else", async () => {
    const before = expectedDocuments();
    await editor.editEverything();
    const after = expectedDocuments();
    const report = await sync();

    expect(report.status).toBe("completed");
    await expectInStep();
    const changed = [...after.records, ...after.files].filter(
      ([id, document]) => !isDeepStrictEqual(document, before.records.get(id) ?? before.files.get(id)),
    );
    // The account and a contact of it, the project, the case, the new lead, the two files, and a record that shows one of them.
    expect(changed.length).toBeGreaterThanOrEqual(8);
    expect(Object.values(report.objects).reduce((sum, { written }) => sum + written, 0)).toBe(changed.length);
    expect(Object.values(report.objects).reduce((sum, { deleted }) => sum + deleted, 0)).toBe(1);

    await editor.undelete();
    const again = await sync();

    expect(again.objects["Contact"]).toMatchObject({ written: 1, deleted: 0 });
    await expectInStep();
  });
});
