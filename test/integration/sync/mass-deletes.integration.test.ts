import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRewritingProxy, type RewritingProxy } from "../../support/rewriting-proxy.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture({ size: "small", seed: "7" });
let salesforce: RewritingProxy;

beforeAll(async () => {
  salesforce = await startRewritingProxy(fixture.simulator.url);
});

afterAll(() => salesforce.close());

interface Answer {
  totalSize: number;
  done: boolean;
  records: { attributes: { type: string } }[];
}

/** The plan of a query (`explain`) has no records. */
const isAnswer = (answer: Partial<Answer>): answer is Answer => answer.records !== undefined;

/** Rewrites the answers with records of these objects. */
function answering(objects: readonly string[], change: (answer: Answer) => Answer): void {
  salesforce.rewriting = {
    response: (text, { path }) => {
      if (!path.includes("/query")) return text;
      const answer = JSON.parse(text) as Partial<Answer>;
      return isAnswer(answer) && objects.includes(answer.records[0]?.attributes.type ?? "")
        ? JSON.stringify(change(answer))
        : text;
    },
  };
}

const withoutRecords = (): Answer => ({ totalSize: 0, done: true, records: [] });
const truncated = ({ records }: Answer): Answer => ({
  totalSize: 10,
  done: true,
  records: records.slice(0, 10),
});
const withoutLinks = (answer: Answer): Answer => ({
  ...answer,
  records: answer.records.map((record) => ({ ...record, ContentDocumentLinks: null })),
});

const files = (documents: Map<string, Record<string, unknown>>) =>
  new Map([...documents].filter(([id]) => id.startsWith("069")).map(([id, { related_ids: related }]) => [id, related]));

describe("a sync", () => {
  it("keeps all documents of an object after empty and truncated answers, until deletes are allowed", async () => {
    const first = await fixture.sync({ salesforceUrl: salesforce.url });
    const before = await fixture.documents();
    const state = { salesforceUrl: salesforce.url, counts: first.source_counts };
    const accounts = first.objects["Account"]?.source ?? 0;

    answering(["Account"], withoutRecords);
    const empty = await fixture.sync(state);
    answering(["Account"], truncated);
    const cut = await fixture.sync(state);
    const kept = await fixture.documents();
    const allowed = await fixture.sync({ ...state, allowDeletes: true });
    const after = await fixture.documents();
    salesforce.rewriting = {};
    await fixture.sync(state);

    expect(accounts).toBeGreaterThan(510);
    expect(empty).toMatchObject({ status: "error", objects: { Account: { deleted: 0 }, files: { deleted: 0 } } });
    expect(empty.error).toContain(`Salesforce counts 0 records after ${accounts} at the last sync`);
    expect(cut.held_deletes).toEqual([
      { object: "Account", of: "records", before: accounts, now: 10, held: accounts - 10 },
    ]);
    expect(kept).toEqual(before);
    expect(allowed).toMatchObject({ status: "completed", objects: { Account: { deleted: accounts - 10 } } });
    expect([...after.keys()].filter((id) => id.startsWith("001"))).toHaveLength(10);
    expect(await fixture.documents()).toEqual(before);
  });

  it("keeps files and their related_ids if no record has links any more", async () => {
    const configuration = { mass_delete_documents: 0 };
    const first = await fixture.sync({ salesforceUrl: salesforce.url, configuration });
    const before = await fixture.documents();
    answering(["Account", "Case", "Opportunity", "Contact", "Lead", "Campaign"], withoutLinks);

    const report = await fixture.sync({ salesforceUrl: salesforce.url, configuration, counts: first.source_counts });

    expect(report.status).toBe("error");
    expect(report.held_deletes.map(({ of }) => of)).toContain("files");
    expect(report.held_deletes.every(({ of, now }) => of === "files" && now === 0)).toBe(true);
    expect(files(before).size).toBeGreaterThan(20);
    expect(files(await fixture.documents())).toEqual(files(before));
  });

  it("deletes what a changed advanced rule no longer selects, but not what an unchanged one suddenly lacks", async () => {
    salesforce.rewriting = {};
    const rule = (condition: string): Record<string, unknown> => {
      const query = `SELECT Id, Name FROM Account WHERE ${condition}`;
      return { sync_rules: { advanced: [{ query, language: "SOQL" }] } };
    };
    const state = { salesforceUrl: salesforce.url, index: `${fixture.index}-rules` };
    const first = await fixture.sync({ ...state, connector: rule("Name != null") });
    const accounts = first.objects["Account"]?.source ?? 0;

    const narrower = await fixture.sync({
      ...state,
      connector: rule("Name = 'No such name'"),
      counts: first.source_counts,
    });
    const back = await fixture.sync({ ...state, connector: rule("Name != null"), counts: narrower.source_counts });
    answering(["Account"], withoutRecords);
    const held = await fixture.sync({ ...state, connector: rule("Name != null"), counts: back.source_counts });

    expect(accounts).toBeGreaterThan(510);
    expect(narrower).toMatchObject({ status: "completed", objects: { Account: { source: 0, deleted: accounts } } });
    expect(back).toMatchObject({ status: "completed", objects: { Account: { written: accounts } } });
    expect(held.held_deletes).toEqual([{ object: "Account", of: "records", before: accounts, now: 0, held: accounts }]);
  });
});
