import { beforeEach, describe, expect, it } from "vitest";
import { useSyncFixture } from "../../support/sync-fixture.ts";

const fixture = useSyncFixture();
const integrationSet = "(SELECT Id FROM PermissionSet WHERE Name = 'X_profile_integration')";

/** The integration user's permissions on objects and fields, which tests remove and restore. */
async function permission(
  kind: "ObjectPermissions" | "FieldPermissions",
  where: string,
): Promise<{ id: string; fields: Record<string, unknown> }> {
  const names =
    kind === "ObjectPermissions"
      ? "PermissionsRead, PermissionsViewAllRecords"
      : "Field, PermissionsRead, PermissionsEdit";
  const { records } = await fixture.editor.connection.query<Record<string, unknown>>(
    `SELECT Id, ParentId, SobjectType, ${names} FROM ${kind} WHERE ParentId IN ${integrationSet} AND ${where}`,
  );
  const found = Object.entries(records[0] ?? {}).filter(([name]) => name !== "attributes" && name !== "Id");
  return { id: records[0]?.["Id"] as string, fields: Object.fromEntries(found) };
}

async function withoutPermission<T>(
  kind: "ObjectPermissions" | "FieldPermissions",
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  const { id, fields } = await permission(kind, where);
  await fixture.editor.remove(kind, id);
  try {
    return await work();
  } finally {
    await fixture.editor.create(kind, fields);
  }
}

const countOf = async (objectType: string): Promise<number> =>
  [...(await fixture.documents()).values()].filter((document) => document["object_type"] === objectType).length;

beforeEach(async () => {
  await fixture.sync();
});

describe("an object or field that the user may not read", () => {
  it("is skipped with one warning if it is an object, and its documents stay until it can be read again", async () => {
    const before = await countOf("Campaign");

    const report = await withoutPermission("ObjectPermissions", "SobjectType = 'Campaign'", () => fixture.sync());
    const after = await fixture.sync();

    expect(report).toMatchObject({ status: "completed", error: null });
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^Campaign is skipped: .*Its documents stay in the index\.$/),
    );
    expect(report.objects).not.toHaveProperty("Campaign");
    expect(await countOf("Campaign")).toBe(before);
    expect(before).toBeGreaterThan(0);
    expect(after.objects["Campaign"]).toMatchObject({ unchanged: before, written: 0, deleted: 0 });
  });

  it("is removed from the documents by the next write if it is a field, with one warning", async () => {
    const [id = ""] = await fixture.editor.ids("SELECT Id FROM Account WHERE Website != null LIMIT 1");
    expect((await fixture.documents()).get(id)).toHaveProperty("Website");

    const report = await withoutPermission(
      "FieldPermissions",
      "SobjectType = 'Account' AND Field = 'Account.Website'",
      () => fixture.sync(),
    );
    const hidden = (await fixture.documents()).get(id);
    await fixture.sync();

    expect(report.warnings).toEqual([
      "Account: skipped fields and relationships that are not visible to the integration user: Website.",
    ]);
    expect(hidden).not.toHaveProperty("Website");
    expect(hidden).toHaveProperty("Description");
    expect((await fixture.documents()).get(id)).toHaveProperty("Website");
  });

  it("is missing from other objects' documents too: children and the names of parents", async () => {
    const report = await withoutPermission("ObjectPermissions", "SobjectType = 'Opportunity'", () => fixture.sync());

    const accounts = [...(await fixture.documents()).values()].filter(
      (document) => document["object_type"] === "Account",
    );
    expect(report.status).toBe("completed");
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^Account: skipped fields .*: Opportunities \(Opportunity\)\.$/),
    );
    expect(accounts.length).toBeGreaterThan(0);
    expect(accounts.filter((document) => "Opportunities" in document)).toEqual([]);
  });

  it("does not delete a file that is linked to no other record", async () => {
    const campaign = await fixture.editor.create("Campaign", { Name: "With a file" });
    const { documentId } = await fixture.editor.attach(campaign, {
      title: "On a campaign",
      content: Buffer.from("only here"),
    });
    await fixture.sync();

    const report = await withoutPermission("ObjectPermissions", "SobjectType = 'Campaign'", () => fixture.sync());

    expect(report.objects["files"]).toMatchObject({ deleted: 0 });
    expect((await fixture.documents()).get(documentId)).toMatchObject({ related_ids: [campaign], body: "only here" });
  });
});

describe("custom objects", () => {
  it("that are listed and never existed end the sync before any write", async () => {
    const index = `${fixture.index}-unknown`;

    const report = await fixture.sync({
      index,
      configuration: { sync_custom_objects: true, custom_objects_to_sync: "Project, Invioce" },
    });

    expect(report).toMatchObject({ status: "error", objects: {} });
    expect(report.error).toMatch(
      /^Custom objects that do not exist or are not visible to the integration user: Invioce__c\. Check custom_objects_to_sync/,
    );
    expect(await fixture.client.indices.exists({ index })).toBe(false);
  });

  it("that are listed and indexed are skipped with a warning if they are hidden", async () => {
    const configuration = { sync_custom_objects: true, custom_objects_to_sync: "project" };
    await fixture.sync({ configuration });
    const before = await countOf("Project__c");

    const report = await withoutPermission("ObjectPermissions", "SobjectType = 'Project__c'", () =>
      fixture.sync({ configuration }),
    );

    expect(report).toMatchObject({ status: "completed", warnings: [expect.stringMatching(/^Project__c is skipped/)] });
    expect(before).toBeGreaterThan(0);
    expect(await countOf("Project__c")).toBe(before);
  });

  it("are all readable ones with *, except custom settings", async () => {
    const report = await fixture.sync({ configuration: { sync_custom_objects: true, custom_objects_to_sync: "*" } });

    expect(Object.keys(report.objects).filter((name) => name.endsWith("__c"))).toEqual([
      "Installation__c",
      "Milestone__c",
      "Project__c",
      "Survey_Response__c",
    ]);
  });
});

describe("objects that the operator takes off the list", () => {
  it("lose their documents, and files that were linked only to them are deleted too", async () => {
    const campaign = await fixture.editor.create("Campaign", { Name: "Deselected" });
    const { documentId } = await fixture.editor.attach(campaign, { title: "Goes", content: Buffer.from("with it") });
    const full = await fixture.sync();

    const report = await fixture.sync({ configuration: { standard_objects_to_sync: "Account, Case" } });

    expect(report.objects["Campaign"]).toMatchObject({ source: 0, deleted: full.objects["Campaign"]?.source });
    expect(await countOf("Campaign")).toBe(0);
    expect(await countOf("Account")).toBe(full.objects["Account"]?.source);
    expect((await fixture.documents()).has(documentId)).toBe(false);
  });
});
