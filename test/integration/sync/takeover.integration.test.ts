import { isDeepStrictEqual } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { allDocuments } from "../../support/product.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

// An index of Elastic's connector: created without a mapping, with Salesforce's unchanged responses, including `attributes`.

const fixture = useSyncFixture();
const fresh = () => `${fixture.index}-fresh`;
const configuration = { sync_custom_objects: true, custom_objects_to_sync: "Project__c" };
const objects = ["Account", "Opportunity", "Contact", "Lead", "Campaign", "Case", "Project__c"];

type Document = Record<string, unknown>;
interface ForeignRow {
  attributes: { type: string; url: string };
  Id: string;
  LastModifiedDate: string;
  ContentDocumentLinks?: {
    records: { ContentDocument: { Id: string; Title: string; FileExtension: string } }[];
  } | null;
  [field: string]: unknown;
}

const person = (relationship: string): string =>
  ["Id", "Name", "Email"].map((name) => `${relationship}.${name}`).join();
const files = `(SELECT ContentDocument.Id, ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize FROM ContentDocumentLinks)`;
const selects: Record<string, string> = {
  Account: `Name, Description, BillingAddress, Type, Website, Rating, ${person("Owner")}, Parent.Id, Parent.Name, (SELECT Id, Name, StageName FROM Opportunities ORDER BY CreatedDate DESC LIMIT 1)`,
  Opportunity: `Name, Description, StageName, ${person("Owner")}`,
  Contact: "Name, Description, Email, Phone, Title, PhotoUrl, LeadSource, AccountId, OwnerId",
  Lead: "Name, Company, Email, Status, OwnerId, ConvertedDate, ConvertedAccountId",
  Campaign: `Name, IsActive, Type, Status, StartDate, EndDate, ${person("Owner")}`,
  Case: `Subject, Description, CaseNumber, Status, IsClosed, ${person("Owner")}, (SELECT Id, TextBody, Subject FROM EmailMessages LIMIT 500), (SELECT Id, CommentBody FROM CaseComments LIMIT 500)`,
  Project__c: "Name, Budget__c, Progress__c, Start_Date__c, Phases__c",
};

/** Creates an index like Elastic's connector and writes the same documents. */
async function fillAsElastic(extra: readonly Document[] = []): Promise<{ records: number; files: number }> {
  const { client, editor, index, simulator } = fixture;
  await client.indices.create({ index });
  const linked = new Map<string, Document>();
  const documents: Document[] = [...extra];
  for (const object of objects) {
    const { records } = await editor.connection.query<ForeignRow>(
      `SELECT Id, CreatedDate, LastModifiedDate, ${selects[object] ?? ""}, ${files} FROM ${object}`,
      { autoFetch: true, maxFetch: 100_000 },
    );
    for (const record of records) {
      documents.push(recordOfElastic(record, simulator.url));
      for (const file of filesOfElastic(record, simulator.url)) linked.set(String(file["id"]), file);
    }
  }
  const all = [...documents, ...linked.values()];
  const answer = await client.bulk({
    index,
    refresh: true,
    operations: all.flatMap((document) => [{ index: { _id: String(document["id"]) } }, document]),
  });
  if (answer.errors) throw new Error("The index refused documents of Elastic's connector");
  return { records: documents.length - extra.length, files: linked.size };
}

function recordOfElastic(record: ForeignRow, url: string): Document {
  const timestamp = `${record.LastModifiedDate.slice(0, 19)}Z`;
  return { id: record.Id, url: `${url}/${record.Id}`, _timestamp: timestamp, ...record };
}

function filesOfElastic(record: ForeignRow, url: string): Document[] {
  return (record.ContentDocumentLinks?.records ?? []).map(({ ContentDocument: file }) => ({
    id: file.Id,
    type: "content_document",
    title: `${file.Title}.${file.FileExtension}`,
    url: `${url}/${file.Id}`,
    file_extension: file.FileExtension,
    linked_ids: [record.Id],
    body: "text of an older version",
  }));
}

/** Documents without the parts that depend on the mapping of the index, such as `more_fields`. */
function comparable(documents: ReadonlyMap<string, Document>): Map<string, Document> {
  return new Map(
    [...documents].map(([id, { _fingerprint: print, more_fields: more, ...document }]) => {
      expect(print, id).toEqual(expect.stringMatching(/^[\w-]{16}$/));
      return [id, { ...document, ...(more as Document | undefined) }];
    }),
  );
}

beforeEach(async () => {
  await fixture.client.indices.delete({ index: [fixture.index, fresh()], ignore_unavailable: true });
});

describe("an index that Elastic's connector filled", () => {
  it("equals a new index after the first full sync, and the second one writes nothing", async () => {
    const before = await fillAsElastic();

    const report = await fixture.sync({ configuration });
    const again = await fixture.sync({ configuration });
    await fixture.sync({ configuration, index: fresh() });

    expect(before.records).toBeGreaterThan(250);
    expect(before.files).toBeGreaterThan(5);
    expect(report).toMatchObject({ status: "completed", error: null, refusals: {} });
    expect(report.warnings.every((warning) => warning.includes("more_fields"))).toBe(true);
    for (const [name, counts] of Object.entries(report.objects)) {
      expect(counts, name).toEqual({ ...counts, written: counts.source, unchanged: 0, refused: 0, deleted: 0 });
    }
    for (const [name, counts] of Object.entries(again.objects)) {
      expect(counts, name).toEqual({ ...counts, written: 0, unchanged: counts.source, deleted: 0 });
    }
    const taken = comparable(await fixture.documents());
    const expected = comparable(await allDocuments(fixture.client, fresh()));
    expect([...taken.keys()].sort()).toEqual([...expected.keys()].sort());
    const different = [...expected].filter(([id, document]) => !isDeepStrictEqual(taken.get(id), document));
    expect(different.map(([id]) => id)).toEqual([]);
  });

  it("loses documents of deleted records and of objects that are not selected", async () => {
    const type = (name: string) => ({ attributes: { type: name, url: "/x" } });
    const gone = [
      { id: "001Fk00000ZZZZZIAA", Name: "Deleted long ago", ...type("Account") },
      { id: "069Fk00000ZZZZZIAA", title: "gone.txt", type: "content_document", linked_ids: ["001Fk00000ZZZZZIAA"] },
      { id: "00TFk00000ZZZZZIAA", Subject: "By an advanced sync rule", ...type("Task") },
      { id: "a09Fk00000ZZZZZIAA", Name: "Not selected", ...type("Milestone__c") },
    ];
    await fillAsElastic(gone);

    const report = await fixture.sync({ configuration });

    const left = await fixture.documents();
    expect(gone.filter(({ id }) => left.has(id))).toEqual([]);
    const deleted = Object.entries(report.objects).filter(([, counts]) => counts.deleted > 0);
    expect(Object.fromEntries(deleted.map(([name, counts]) => [name, counts.deleted]))).toEqual({
      Account: 1,
      Milestone__c: 1,
      Task: 1,
      files: 1,
    });
  });

  it("keeps the documents of other tools", async () => {
    const foreign = [
      { id: "page-1", type: "page", title: "Of a crawler", body: "Acme" },
      { id: "page-2", object_type: "Account", text: "Looks like ours, but has no fingerprint" },
      { id: "page-3", attributes: { colour: "green" } },
    ];
    await fillAsElastic(foreign);

    await fixture.sync({ configuration });
    await fixture.sync({ configuration });

    const documents = await fixture.documents();
    expect(foreign.map(({ id }) => documents.get(id))).toEqual(foreign);
  });

  it("is refused if its documents have access control, because rewritten ones would be visible to every user", async () => {
    const open = { id: "001Fk00000ZZZZZIAA", attributes: { type: "Account", url: "/x" } };
    await fillAsElastic([{ ...open, _allow_access_control: ["user_id:005Fk0000000001IAA"] }]);
    const before = await fixture.documents();

    const report = await fixture.sync({ configuration });

    expect(report).toMatchObject({ status: "error", objects: {} });
    expect(report.error).toMatch(
      /^1 documents of \S+ restrict who can see them \(_allow_access_control\), and document level security is off\..* or use another index\./,
    );
    expect(await fixture.documents()).toEqual(before);
  });
});
