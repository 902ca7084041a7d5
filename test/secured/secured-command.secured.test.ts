import { readFile } from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, errors } from "@elastic/elasticsearch";
import { afterEach, expect, inject, it } from "vitest";
import type { NodeSecurity } from "../../embedded-elasticsearch/start-embedded-node.ts";
import { startScript, type RunningProcess } from "../../demo/processes.ts";
import { describeSecured, keyWithRole, makeKey } from "../support/secured-elasticsearch.ts";

// `npm run elasticsearch -- --secured`: a node of its own, whose licence this test ends.

interface ReadyLine extends NodeSecurity {
  readonly ready: boolean;
  readonly url: string;
}

let node: RunningProcess | undefined;
let dataDir = "";

afterEach(async () => {
  await node?.kill();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

describeSecured("npm run elasticsearch -- --secured", () => {
  it("says how it is reached, has the generic pipeline on request, and refuses document-level security without its licence", async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), "secured-command-"));
    const major = inject("securedNode")?.version.split(".")[0] ?? "";
    const args = ["--secured", "--generic-pipeline", "--version", major, "--heap", "512", "--data", dataDir];
    node = startScript("embedded-elasticsearch/main.ts", args);
    const [line] = await node.waitForOutput(/^.*\n/);
    const { ready, url, caCerts, username, password } = JSON.parse(line) as ReadyLine;
    const tls = { ca: await readFile(caCerts) };
    const admin = new Client({ node: url, auth: { username, password }, tls, maxRetries: 0 });

    const pipelines = Object.keys(await admin.ingest.getPipeline());
    await admin.index({ index: "documents", id: "1", document: { token: "a" }, refresh: true });
    const query = { term: { token: "a" } };
    const indices = [{ names: ["documents"], privileges: ["read" as const], query }];
    const { encoded: apiKey } = await makeKey(admin, keyWithRole("reader", { indices }));
    const reader = new Client({ node: url, auth: { apiKey }, tls, maxRetries: 0 });
    const licensed = await reader.count({ index: "documents" });
    await admin.license.postStartBasic({ acknowledge: true });
    const unlicensed = await reader.count({ index: "documents" }).catch((error: unknown) => error);
    await Promise.all([admin.close(), reader.close()]);

    expect({ ready, username, password }).toEqual({ ready: true, username: "elastic", password: "changeme" });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(pipelines.sort()).toEqual(["ent-search-generic-ingestion", "search-default-ingestion"]);
    expect(licensed.count).toBe(1);
    expect(unlicensed).toBeInstanceOf(errors.ResponseError);
    expect(unlicensed).toMatchObject({
      statusCode: 403,
      message: expect.stringMatching(
        /current license is non-compliant for \[field and document level security\]/,
      ) as string,
    });

    expect(await node.kill("SIGTERM")).toMatchObject({ exitCode: 0, stdout: line });
  });
});
