import type { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deleteIndices, uniqueIndexPrefix } from "../support/elasticsearch.ts";
import { OrgEditor } from "../support/org-editor.ts";
import {
  describeSecured,
  keyWithRole,
  makeKey,
  securedClient,
  type KeyRequest,
} from "../support/secured-elasticsearch.ts";
import { linesOf, SecuredService, type Settings } from "../support/secured-service.ts";

// The smallest key without one privilege: a line of the sync says which one is missing.

const prefix = uniqueIndexPrefix();
const onContent = ["create_index", "delete", "index", "maintenance", "read", "view_index_metadata"];
const onConnectors = ["create_index", "index", "maintenance", "read", "view_index_metadata"];
let admin: Client;
let service: SecuredService;

beforeAll(async () => {
  admin = securedClient();
  service = await SecuredService.open();
  // A sync with all privileges makes the connectors' indices first.
  const { exitCode } = await service.run(["sync"], `${prefix}first`, {
    "elasticsearch.username": "elastic",
    "elasticsearch.password": "changeme",
  });
  expect(exitCode).toBe(0);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await deleteIndices(admin, prefix);
  await admin.close();
});

interface Lacking {
  readonly cluster?: string;
  readonly content?: string;
  readonly connectors?: string;
}

function smallestKeyWithout(index: string, { cluster, content, connectors }: Lacking): KeyRequest {
  return keyWithRole(index, {
    cluster: ["monitor", "manage_connector"].filter((privilege) => privilege !== cluster),
    indices: [
      { names: [index], privileges: onContent.filter((privilege) => privilege !== content) },
      { names: [".elastic-connectors*"], privileges: onConnectors.filter((privilege) => privilege !== connectors) },
    ],
  });
}

async function settingsOf(request: KeyRequest): Promise<Settings> {
  return { "elasticsearch.api_key": (await makeKey(admin, request)).encoded };
}

/** The lines of a sync with a key that name a privilege. */
async function privilegesNamed(index: string, request: KeyRequest): Promise<string> {
  const result = await service.run(["sync"], index, await settingsOf(request));
  return linesOf(result)
    .filter((line) => /granted by the|privilege \w+ is missing/.test(line))
    .join("\n");
}

describeSecured("a sync with a key that lacks one privilege", () => {
  it.each<[Lacking, RegExp]>([
    [{ cluster: "monitor" }, /action \[cluster:monitor\/main\] .* cluster privileges \[monitor,manage,all\]/],
    [
      { content: "create_index" },
      /creating the index \S+content-create_index .* privileges \[create_index,manage,all\]/,
    ],
    [{ content: "index" }, /does not allow writing to \S+content-index \(403\): .* privileges \[.*\bindex,write,all\]/],
    [{ content: "maintenance" }, /refreshing \S+content-maintenance .* privileges \[maintenance,manage,all\]/],
    [
      { content: "view_index_metadata" },
      /reading the settings of the index .* privileges \[view_index_metadata,manage,all\]/,
    ],
    [
      { connectors: "view_index_metadata" },
      /looking for the index \.elastic-connectors.* privilege view_index_metadata is missing/,
    ],
    [{ connectors: "index" }, /creating the connector .* on indices \[\.elastic-connectors\], .*\bindex,write,all\]/],
    [
      { connectors: "read" },
      /reading the connector .* on indices \[\.elastic-connectors\], .* privileges \[read,all\]/,
    ],
  ])("names it: %j", async (lacking, message) => {
    const [[on, privilege] = ["", ""]] = Object.entries(lacking);
    const index = `${prefix}${on}-${privilege}`;

    expect(await privilegesNamed(index, smallestKeyWithout(index, lacking))).toMatch(message);
  });

  it("names `read` once there are documents, and `delete` once one is to be deleted", async () => {
    const index = `${prefix}second`;
    await service.run(["sync"], index, await settingsOf(smallestKeyWithout(index, {})));
    const editor = await OrgEditor.open(service.simulator.url);
    const [gone = ""] = await editor.ids("SELECT Id FROM Lead LIMIT 1");
    await editor.remove("Lead", gone);

    const withoutRead = await privilegesNamed(index, smallestKeyWithout(index, { content: "read" }));
    const withoutDelete = await privilegesNamed(index, smallestKeyWithout(index, { content: "delete" }));

    expect(withoutRead).toMatch(/counting the documents .* privileges \[read,all\]/);
    expect(withoutDelete).toMatch(/does not allow writing to .* privileges \[delete,write,all\]/);
  });

  it("needs neither `manage_connector` nor, for an index of its own, `manage`", async () => {
    const index = `${prefix}neither`;

    const request = smallestKeyWithout(index, { cluster: "manage_connector" });
    const { exitCode } = await service.run(["sync"], index, await settingsOf(request));

    expect(exitCode).toBe(0);
  });
});

describeSecured("a key for other indices", () => {
  it("is said to lack this one, by a sync and by a check", async () => {
    const index = `${prefix}wanted`;
    const settings = await settingsOf(smallestKeyWithout(`${prefix}other`, {}));

    const sync = await service.run(["sync"], index, settings);
    const check = await service.run(["check"], index, settings);

    expect(sync.exitCode).toBe(1);
    expect(sync.stderr).toMatch(
      new RegExp(String.raw`on indices \[${index}\], this action is granted by the index privileges \[`),
    );
    expect(check.exitCode).toBe(1);
    expect(check.stdout).toMatch(new RegExp(`FAILED {2}Elasticsearch privileges: missing: .*all on ${index}`));
  });
});
