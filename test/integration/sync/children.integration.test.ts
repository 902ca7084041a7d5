import { describe, expect, it } from "vitest";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture();

interface Children {
  totalSize: number;
  done: boolean;
  records: { Id: string; Subject?: string; FeedComments?: Children }[];
}

describe("children", () => {
  it("are complete in any number: a case with 1,200 e-mails", async () => {
    const { editor, simulator } = fixture;
    const id = await editor.create("Case", { Subject: "Many e-mails", Status: "New", Origin: "Email" });
    for (let start = 0; start < 1200; start += 200) {
      const emails = Array.from({ length: 200 }, (_, n) => ({
        ParentId: id,
        Subject: `E-mail ${start + n}`,
        TextBody: "Still waiting.",
        FromAddress: "a@b.example",
        Status: "1",
      }));
      const results = await editor.connection.sobject("EmailMessage").create(emails);
      expect(results.every(({ success }) => success)).toBe(true);
    }

    const report = await fixture.sync();

    const emails = (await fixture.documents()).get(id)?.["EmailMessages"] as Children;
    expect(report.status).toBe("completed");
    expect(emails).toMatchObject({ totalSize: 1200, done: true });
    expect(new Set(emails.records.map(({ Id }) => Id)).size).toBe(1200);
    expect(new Set(emails.records.map(({ Subject }) => Subject))).toEqual(
      new Set(Array.from({ length: 1200 }, (_, n) => `E-mail ${n}`)),
    );
    expect(Object.keys(emails.records[0] ?? {})).not.toContain("attributes");
    const found = await fixture.client.search({
      index: fixture.index,
      query: { match_phrase: { "EmailMessages.records.Subject": "E-mail 1199" } },
    });
    expect(found.hits.hits.map(({ _id }) => _id)).toEqual([id]);
    expect(simulator.org.database.number(`SELECT count(*) FROM "EmailMessage" WHERE "ParentId" = '${id}'`)).toBe(1200);
  });

  it("are complete with small pages, down to comments on feed items", async () => {
    const { editor, simulator } = fixture;
    const id = await editor.create("Case", { Subject: "Busy feed", Status: "New", Origin: "Web" });
    const item = await editor.create("FeedItem", { ParentId: id, Body: "What is new?" });
    for (let n = 0; n < 25; n++) await editor.create("FeedComment", { FeedItemId: item, CommentBody: `Comment ${n}` });
    await fetch(`${simulator.url}/__simulator/limits`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ child_page_size: 10 }),
    });

    await fixture.sync();

    const feeds = (await fixture.documents()).get(id)?.["Feeds"] as { Id: string; FeedComments: Children | null }[];
    expect(feeds.find(({ Id }) => Id === item)?.FeedComments).toMatchObject({ totalSize: 25, done: true });
    expect(feeds.find(({ Id }) => Id === item)?.FeedComments?.records).toHaveLength(25);
  });
});
