import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRewritingProxy, type RewritingProxy, type Rewriting } from "../../support/rewriting-proxy.ts";
import { allDocuments } from "../../support/product.ts";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture({ size: "small", seed: "4" });
let salesforce: RewritingProxy;
let indices = 0;

beforeAll(async () => {
  salesforce = await startRewritingProxy(fixture.simulator.url);
});

afterAll(() => salesforce.close());

/** The org calls its object Project__c by another name. */
const renamed = (name: string): Rewriting => ({
  path: (path) => path.replaceAll(new RegExp(name, "gi"), "Project__c"),
  response: (text) => text.replaceAll("Project__c", name),
});

/** An index that searches see only after an explicit refresh, as between two refreshes of a busy one. */
async function newIndex(): Promise<string> {
  const index = `${fixture.index}-${++indices}`;
  await fixture.client.indices.create({ index, settings: { refresh_interval: "-1" } });
  return index;
}

const sync = (index: string, customObjects: string) =>
  fixture.sync({
    index,
    salesforceUrl: salesforce.url,
    configuration: {
      standard_objects_to_sync: "Campaign",
      sync_custom_objects: true,
      custom_objects_to_sync: customObjects,
    },
  });

async function idsByType(index: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { object_type: type } of (await allDocuments(fixture.client, index)).values())
    counts[String(type)] = (counts[String(type)] ?? 0) + 1;
  return counts;
}

describe("a custom object", () => {
  it.each([
    ["that was renamed", "Venture__c", "Venture__c"],
    ["that was renamed, if all are selected", "Venture__c", "*"],
    ["whose name changed its case", "PROJECT__c", "*"],
  ])("%s keeps its documents, except those of deleted records", async (_, name, selected) => {
    salesforce.rewriting = {};
    const index = await newIndex();
    await sync(index, selected === "*" ? "*" : "Project__c");
    const before = await idsByType(index);
    const [gone = ""] = await fixture.editor.ids(
      "SELECT Id FROM Project__c WHERE Id NOT IN (SELECT Project__c FROM Milestone__c) LIMIT 1",
    );
    await fixture.editor.remove("Project__c", gone);
    salesforce.rewriting = renamed(name);

    const report = await sync(index, selected);

    const { Project__c: projects = 0, ...others } = before;
    expect(report).toMatchObject({ status: "completed", objects: { [name]: { written: projects - 1 } } });
    expect(projects).toBeGreaterThan(10);
    expect(await idsByType(index)).toEqual({ ...others, [name]: projects - 1 });
    expect((await allDocuments(fixture.client, index)).has(gone)).toBe(false);
  });

  it("that is listed twice and in another case is read once, under Salesforce's own name", async () => {
    salesforce.rewriting = {};
    const index = await newIndex();
    await fixture.takeCalls();

    const first = await sync(index, "project__c, Project__c, PROJECT");
    const second = await sync(index, "PROJECT__C");

    const count = first.objects["Project__c"]?.source ?? 0;
    expect(Object.keys(first.objects).sort()).toEqual(["Campaign", "Project__c", "files"]);
    expect(first.objects["Project__c"]).toMatchObject({ source: count, extracted: count, written: count });
    expect(second.objects["Project__c"]).toMatchObject({ source: count, unchanged: count, deleted: 0 });
  });
});
