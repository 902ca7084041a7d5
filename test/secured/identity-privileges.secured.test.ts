import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requiredPrivileges } from "../../src/elasticsearch/required-privileges.ts";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { describeSecured, keyWithRole, makeKey, securedClient } from "../support/secured-elasticsearch.ts";
import { linesOf, SecuredService } from "../support/secured-service.ts";

// A key that lacks one privilege on the index of identities: a sync with document-level security names it.

const prefix = uniqueIndexPrefix();
let admin: Client;
let service: SecuredService;

beforeAll(async () => {
  admin = securedClient();
  service = await SecuredService.open();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await deleteIndices(admin, prefix);
  await deleteIndices(admin, `.search-acl-filter-${prefix}`);
  await admin.close();
});

/** Syncs with document-level security, without a privilege on the index of identities. */
async function syncWithout(index: string, lacking: string): Promise<{ exitCode: number | null; errors: Set<string> }> {
  const { contentIndex } = requiredPrivileges;
  const request = keyWithRole(index, {
    cluster: ["monitor"],
    indices: [
      { names: [index, ".elastic-connectors*"], privileges: ["all"] },
      {
        names: [`.search-acl-filter-${index}`],
        privileges: contentIndex.filter((privilege) => privilege !== lacking),
      },
    ],
  });
  const configuration = {
    domain: "acme",
    client_id: "simulator-admin",
    client_secret: "simulator-admin",
    standard_objects_to_sync: "Account",
    use_document_level_security: true,
  };
  const settings = { "elasticsearch.api_key": (await makeKey(admin, request)).encoded };
  const result = await service.runWith(["sync"], service.config(index, settings, { configuration }));
  const errors = linesOf(result).flatMap(
    (line) => /does not allow .*?\(403\): .*?privileges \[[^\]]*\]/.exec(line) ?? [],
  );
  return { exitCode: result.exitCode, errors: new Set(errors) };
}

describeSecured("a sync with a key that lacks a privilege on the index of identities", () => {
  it.each([
    ["view_index_metadata", "looking for the index .search-acl-filter-"],
    ["create_index", "creating the index .search-acl-filter-"],
    ["maintenance", "refreshing .search-acl-filter-"],
    ["read", "reading .search-acl-filter-"],
    ["index", "writing to .search-acl-filter-"],
  ])("names it once: %s", async (privilege, doing) => {
    const index = `${prefix}${privilege}`;

    const { exitCode, errors } = await syncWithout(index, privilege);
    const found = await admin.count({ index: `.search-acl-filter-${index}`, ignore_unavailable: true });

    expect(exitCode).toBe(1);
    expect([...errors]).toEqual([expect.stringMatching(new RegExp(String.raw`\[(?:.*,)?${privilege},.*\]$`, "u"))]);
    expect([...errors].join("")).toContain(doing);
    expect(found.count).toBe(0);
  });

  it("needs no more than a content index does", async () => {
    const index = `${prefix}enough`;

    const { exitCode } = await syncWithout(index, "no privilege");

    expect(exitCode).toBe(0);
    expect((await admin.count({ index: `.search-acl-filter-${index}` })).count).toBeGreaterThan(5);
  });
});
