import { describe, expect, it } from "vitest";
import { samplePdf } from "../../support/sample-files.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture();

describe("the path of one document", () => {
  it("leads from a record in Salesforce to a document that a search finds", async () => {
    const { editor, simulator, client, index } = fixture;
    const [ownerId = ""] = await editor.ids("SELECT Id FROM User WHERE Name != null AND IsActive = true LIMIT 1");
    const parent = await editor.create("Account", { Name: "Parent Holding" });
    const id = await editor.create("Account", {
      Name: "Zürcher Kantonalwerke 🎉",
      Description: "Wants a quote for turbines.",
      BillingStreet: "Bahnhofstrasse 1",
      BillingCity: "Zürich",
      BillingCountry: "Switzerland",
      Website: "https://werke.example",
      Type: "Prospect",
      Rating: "Hot",
      OwnerId: ownerId,
      ParentId: parent,
    });
    await editor.create("Opportunity", {
      Name: "Turbines",
      StageName: "Prospecting",
      CloseDate: "2027-01-31",
      AccountId: id,
    });

    await fixture.sync();

    const document = (await fixture.documents()).get(id);
    expect(document).toEqual({
      id,
      object_type: "Account",
      title: "Zürcher Kantonalwerke 🎉",
      url: `${simulator.url}/${id}`,
      _timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      _fingerprint: expect.any(String) as string,
      Id: id,
      CreatedDate: expect.stringMatching(/\+0000$/) as string,
      LastModifiedDate: expect.stringMatching(/\+0000$/) as string,
      SystemModstamp: expect.stringMatching(/\+0000$/) as string,
      Name: "Zürcher Kantonalwerke 🎉",
      Description: "Wants a quote for turbines.",
      BillingAddress: {
        city: "Zürich",
        country: "Switzerland",
        geocodeAccuracy: null,
        latitude: null,
        longitude: null,
        postalCode: null,
        state: null,
        street: "Bahnhofstrasse 1",
      },
      Type: "Prospect",
      Website: "https://werke.example",
      Rating: "Hot",
      Owner: { Id: ownerId, Name: expect.any(String) as string, Email: expect.stringContaining("@") as string },
      Parent: { Id: parent, Name: "Parent Holding" },
      Opportunities: {
        totalSize: 1,
        done: true,
        records: [{ Id: expect.any(String) as string, Name: "Turbines", StageName: "Prospecting" }],
      },
      ContentDocumentLinks: null,
    });
    const found = await client.search({
      index,
      query: {
        multi_match: {
          query: "zurcher turbines",
          fields: ["Name", "Description"],
          operator: "and",
          type: "cross_fields",
        },
      },
    });
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual([id]);
  });

  it("leads from a PDF on a record to its text", async () => {
    const { editor, client, index } = fixture;
    const account = await editor.create("Account", { Name: "With a contract" });
    const { documentId } = await editor.attach(account, {
      title: "Contract",
      extension: "pdf",
      content: samplePdf("The notice period is fourteen weeks."),
    });

    const report = await fixture.sync();

    const document = (await fixture.documents()).get(documentId);
    expect(document).toMatchObject({
      title: "Contract.pdf",
      object_type: "ContentDocument",
      type: "content_document",
      related_ids: [account],
      _text_state: "done",
    });
    expect(document).not.toHaveProperty("_attachment");
    const found = await client.search({ index, query: { match_phrase: { body: "fourteen weeks" } } });
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual([documentId]);
    expect(report.objects["files"]?.refused).toBe(0);
  });
});
