import type { Client, estypes } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { smallestKeyRole } from "../support/documented-requests.ts";
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

// The smallest key without one privilege: `check` and the command that needs the privilege name it.

const prefix = uniqueIndexPrefix();
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
  const { cluster: onCluster, indices } = smallestKeyRole(index);
  return keyWithRole(index, {
    cluster: onCluster.filter((privilege) => privilege !== cluster),
    indices: indices.map(({ names, privileges }) => {
      const lacking = names.includes(index) ? content : connectors;
      return { names, privileges: privileges.filter((privilege) => privilege !== lacking) };
    }),
  });
}

async function settingsOf(request: KeyRequest): Promise<Settings> {
  return { "elasticsearch.api_key": (await makeKey(admin, request)).encoded };
}

/** The lines of a sync with a key that name a privilege. */
async function privilegesNamed(index: string, request: KeyRequest): Promise<string[]> {
  const result = await service.run(["sync"], index, await settingsOf(request));
  return linesOf(result).filter((line) => /granted by the|privilege \w+ is missing/.test(line));
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

    expect((await privilegesNamed(index, smallestKeyWithout(index, lacking))).join("\n")).toMatch(message);
  });

  it("adds fields to an index without the privilege `manage`", async () => {
    const index = `${prefix}fields`;
    await admin.indices.create({ index });

    const { exitCode } = await service.run(["sync"], index, await settingsOf(smallestKeyWithout(index, {})));

    expect(exitCode).toBe(0);
    expect((await admin.indices.getMapping({ index }))[index]?.mappings.properties).toHaveProperty("object_type");
  });

  it("needs no `maintenance` on the indices of connectors, nor does a list of jobs", async () => {
    const index = `${prefix}refresh`;
    const settings = await settingsOf(smallestKeyWithout(index, {}));

    const sync = await service.run(["sync"], index, settings);
    const jobs = await service.run(["connector", "jobs"], index, settings);

    expect([sync.exitCode, jobs.exitCode]).toEqual([0, 0]);
    expect(JSON.stringify(smallestKeyRole(index).indices[1])).not.toContain("maintenance");
  });

  it("names `read` once there are documents, and `delete` once one is to be deleted", async () => {
    const index = `${prefix}second`;
    await service.run(["sync"], index, await settingsOf(smallestKeyWithout(index, {})));
    const editor = await OrgEditor.open(service.simulator.url);
    const [gone = ""] = await editor.ids("SELECT Id FROM Lead LIMIT 1");
    await editor.remove("Lead", gone);

    const withoutRead = await privilegesNamed(index, smallestKeyWithout(index, { content: "read" }));
    const withoutDelete = await privilegesNamed(index, smallestKeyWithout(index, { content: "delete" }));

    expect(withoutRead.join("\n")).toMatch(/counting the documents .* privileges \[read,all\]/);
    expect(withoutDelete.join("\n")).toMatch(/does not allow writing to .* privileges \[delete,write,all\]/);
  });
});

describeSecured("a check", () => {
  it("finds the smallest key sufficient", async () => {
    const index = `${prefix}check`;

    const { exitCode, stdout } = await service.run(["check"], index, await settingsOf(smallestKeyWithout(index, {})));

    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `ok      Elasticsearch privileges: create_index, delete, index, maintenance, read, view_index_metadata on ${index}; create_index, index, read, view_index_metadata on .elastic-connectors*; monitor on the cluster.`,
    );
  });

  it.each<[Lacking, RegExp]>([
    [{ cluster: "monitor" }, /^ {2}FAILED {2}Elasticsearch: .* cluster privileges \[monitor,manage,all\]/],
    ...["create_index", "delete", "index", "maintenance", "read", "view_index_metadata"].map(
      (content): [Lacking, RegExp] => [{ content }, missing(content, String.raw`\S+checked`)],
    ),
    ...["create_index", "index", "read", "view_index_metadata"].map((connectors): [Lacking, RegExp] => [
      { connectors },
      missing(connectors, String.raw`\.elastic-connectors\*`),
    ]),
  ])("names the missing privilege: %j", async (lacking, line) => {
    const index = `${prefix}checked`;

    const result = await service.run(["check"], index, await settingsOf(smallestKeyWithout(index, lacking)));

    expect(result.exitCode).toBe(1);
    expect(linesOf(result).filter((text) => /FAILED {2}Elasticsearch/.test(text))).toEqual([
      expect.stringMatching(line),
    ]);
  });
});

describeSecured("a check of a connector with its own `api_key`", () => {
  it.each<[string, Lacking, RegExp]>([
    ["passes with both", {}, /^ {2}ok {6}Elasticsearch privileges: .* on \S+own;/],
    ["names what the connector's key lacks", { content: "delete" }, missing("delete", String.raw`\S+own`)],
    ["names what the service's key lacks", { connectors: "read" }, missing("read", String.raw`\.elastic-connectors\*`)],
  ])("asks for content privileges of that key only, and %s", async (_name, lacking, line) => {
    const index = `${prefix}own`;
    const { name, role_descriptors: roles = {} } = smallestKeyWithout(index, lacking);
    const [{ cluster = [], indices: [onContent, onConnectors] = [] } = {}] = Object.values(roles);
    if (onContent === undefined || onConnectors === undefined) throw new Error("The smallest key has two entries.");
    const settings = await settingsOf(keyWithRole(`${name ?? ""}-service`, { cluster, indices: [onConnectors] }));
    const own = await makeKey(admin, keyWithRole(`${name ?? ""}-content`, { cluster: [], indices: [onContent] }));

    const result = await service.runWith(["check"], service.config(index, settings, { api_key: own.encoded }));

    expect(linesOf(result).filter((text) => text.includes("Elasticsearch privileges"))).toEqual([
      expect.stringMatching(line),
    ]);
  });
});

describeSecured("a check of a connector whose built-in pipeline is missing", () => {
  // This node does not have it.
  const entry = { pipeline: { name: "ent-search-generic-ingestion" } };

  it.each<[readonly estypes.SecurityClusterPrivilege[], RegExp]>([
    [[], /^ {2}ok {6}Elasticsearch privileges: (?!.*manage_ingest_pipelines)/],
    [["read_pipeline"], missing("manage_ingest_pipelines", "the cluster")],
    [["read_pipeline", "manage_ingest_pipelines"], /^ {2}ok {6}Elasticsearch privileges: .*manage_ingest_pipelines/],
  ])("asks for `manage_ingest_pipelines` if the key can read pipelines: %j", async (added, line) => {
    const index = `${prefix}pipeline`;
    const { cluster, indices } = smallestKeyRole(index);
    const settings = await settingsOf(keyWithRole(index, { cluster: [...cluster, ...added], indices }));

    const result = await service.runWith(["check"], service.config(index, settings, entry));

    expect(linesOf(result).filter((text) => text.includes("Elasticsearch privileges"))).toEqual([
      expect.stringMatching(line),
    ]);
  });
});

function missing(privilege: string, index: string): RegExp {
  return new RegExp(`^ {2}FAILED {2}Elasticsearch privileges: missing: ${privilege} on ${index}\\. Expected: `);
}

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
    expect(check.stdout).toContain(
      `FAILED  Elasticsearch privileges: missing: create_index, delete, index, maintenance, read, view_index_metadata on ${index}. Expected: `,
    );
  });
});
