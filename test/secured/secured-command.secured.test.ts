import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, errors } from "@elastic/elasticsearch";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { NodeSecurity } from "../../embedded-elasticsearch/start-embedded-node.ts";
import { startScript, type RunningProcess } from "../../demo/processes.ts";
import { bulkResponseFilter, readBulkResponse } from "../../src/elasticsearch/bulk/bulk-response.ts";
import { smallestKeyRole } from "../support/documented-requests.ts";
import { describeSecured, keyWithRole, makeKey } from "../support/secured-elasticsearch.ts";
import { linesOf, SecuredService, type Settings } from "../support/secured-service.ts";
import { ServiceProcess } from "../support/service-process.ts";

// `npm run elasticsearch -- --secured`: a new node, whose license these tests end. They run in this order.

interface ReadyLine extends NodeSecurity {
  readonly ready: boolean;
  readonly url: string;
}

type Part = "content" | "connectors";

const index = "search-salesforce";
let node: RunningProcess;
let dataDir = "";
let line: string;
let ready: ReadyLine;
let ca: string;
let admin: Client;
let service: SecuredService;

describeSecured("npm run elasticsearch -- --secured", () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "secured-command-"));
    const major = inject("securedNode")?.version.split(".")[0] ?? "";
    const args = ["--secured", "--generic-pipeline", "--version", major, "--heap", "512", "--data", dataDir];
    node = startScript("embedded-elasticsearch/main.ts", args);
    [line] = await node.waitForOutput(/^.*\n/);
    ready = JSON.parse(line) as ReadyLine;
    ca = await readFile(ready.caCerts, "utf8");
    const { url, username, password } = ready;
    admin = new Client({ node: url, auth: { username, password }, tls: { ca }, maxRetries: 0 });
    service = await SecuredService.open();
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await admin.close();
    await node.kill();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it("prints how to reach the node, and installs the generic pipeline on request", async () => {
    const pipelines = Object.keys(await admin.ingest.getPipeline());

    expect(ready).toMatchObject({ ready: true, username: "elastic", password: "changeme" });
    expect(ready.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(pipelines.sort()).toEqual(["ent-search-generic-ingestion", "search-default-ingestion"]);
  });

  it("has no indices of connectors: a sync with a key that cannot create them names `create_index`", async () => {
    const { cluster, indices } = smallestKeyRole(index);
    const withoutCreate = indices.map(({ names, privileges }) => ({
      names,
      privileges: privileges.filter((privilege) => privilege !== "create_index"),
    }));

    const result = await service.run(
      ["sync"],
      index,
      await settingsOf(keyWithRole("no-create", { cluster, indices: withoutCreate })),
    );

    expect(result.exitCode).toBe(1);
    expect(linesOf(result).filter((text) => text.includes("granted by"))).toEqual([
      expect.stringMatching(
        /creating the index \.elastic-connectors-v1 .* index privileges \[create_index,manage,all\]/,
      ),
    ]);
  });

  it("syncs with the smallest key while there are no indices of connectors", async () => {
    const result = await service.run(
      ["sync"],
      index,
      await settingsOf(keyWithRole("smallest", smallestKeyRole(index))),
    );

    expect(result.exitCode).toBe(0);
  });

  it("refuses document-level security once its license has ended", async () => {
    await admin.index({ index: "documents", id: "1", document: { token: "a" }, refresh: true });
    const query = { term: { token: "a" } };
    const indices = [{ names: ["documents"], privileges: ["read" as const], query }];
    const { encoded: apiKey } = await makeKey(admin, keyWithRole("reader", { indices }));
    const reader = new Client({ node: ready.url, auth: { apiKey }, tls: { ca }, maxRetries: 0 });

    const licensed = await reader.count({ index: "documents" });
    await admin.license.postStartBasic({ acknowledge: true });
    const unlicensed = await reader.count({ index: "documents" }).catch((error: unknown) => error);
    await reader.close();

    expect(licensed.count).toBe(1);
    expect(unlicensed).toBeInstanceOf(errors.ResponseError);
    expect(unlicensed).toMatchObject({
      statusCode: 403,
      message: expect.stringMatching(
        /current license is non-compliant for \[field and document level security\]/,
      ) as string,
    });
  });

  it("without the license, refuses each operation of a bulk request, and the sync would name the license", async () => {
    const { encoded: apiKey } = await makeKey(admin, keyWithQuery("content"));
    const writer = new Client({ node: ready.url, auth: { apiKey }, tls: { ca }, maxRetries: 0 });

    const body = await writer.bulk({
      index,
      operations: [{ index: { _id: "1" } }, {}],
      filter_path: bulkResponseFilter,
    });
    await writer.close();

    expect(readBulkResponse(body, [{ kind: "index" }])).toEqual([
      {
        kind: "denied",
        reason: "current license is non-compliant for [field and document level security]",
        unlicensed: "field and document level security",
      },
    ]);
  });

  it.each<[string, Part]>([
    ["check", "content"],
    ["check", "connectors"],
    ["sync", "content"],
    ["sync", "connectors"],
  ])("without the license, `%s` says in one line that the role has a query: on %s", async (command, part) => {
    const result = await service.run([command], index, await settingsOf(keyWithQuery(part)));

    expect(result.exitCode).toBe(1);
    expect(licenseLines(linesOf(result)), linesOf(result).join("\n")).toEqual([expect.stringMatching(licenseAdvice)]);
  });

  it("without the license, the service ends with that line", async () => {
    const settings = await settingsOf(keyWithQuery("content"));
    await using running = await ServiceProcess.start({ config: service.config(index, settings) });

    const { exitCode } = await running.ended();

    expect(exitCode).toBe(1);
    expect(licenseLines(running.output.split("\n")), running.output).toEqual([expect.stringMatching(licenseAdvice)]);
  });

  it("ends on SIGTERM, and has printed nothing but the ready line", async () => {
    expect(await node.kill("SIGTERM")).toMatchObject({ exitCode: 0, stdout: line });
  });
});

const licenseAdvice =
  /The license of Elasticsearch does not include field and document level security \(403, .*\)\. .*query.*Give the service a key without/;

function licenseLines(lines: readonly string[]): string[] {
  return lines.filter((text) => text.includes("license"));
}

/** The smallest key, with a query on one part of its indices. */
function keyWithQuery(part: Part): Parameters<typeof makeKey>[1] {
  const { cluster, indices } = smallestKeyRole(index);
  const restricted = part === "content" ? 0 : 1;
  const query = { match_all: {} };
  return keyWithRole(`query-on-${part}`, {
    cluster,
    indices: indices.map((entry, position) => (position === restricted ? { ...entry, query } : entry)),
  });
}

/** The settings of a command with this key on this node. */
async function settingsOf(request: Parameters<typeof makeKey>[1]): Promise<Settings> {
  const { encoded } = await makeKey(admin, request);
  return {
    "elasticsearch.host": ready.url,
    "elasticsearch.ca_certs": ready.caCerts,
    "elasticsearch.api_key": encoded,
  };
}
