import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import type { RunReport } from "../../src/sync/report.ts";
import { ConfigFolder, runCommand, startCommand } from "../support/command-line.ts";

// Whole processes: the command line, an org, a node.

let folder: ConfigFolder;
let simulator: RunningSimulator;
let elasticsearch: RunningElasticsearch;

beforeAll(async () => {
  [folder, simulator, elasticsearch] = await Promise.all([
    ConfigFolder.create(),
    startSimulator({ size: "small" }),
    startElasticsearch({ major: 8, heapMb: 512 }),
  ]);
});

afterAll(async () => {
  await Promise.all([folder[Symbol.asyncDispose](), simulator.stop(), elasticsearch.stop()]);
});

const config = (
  index: string,
  {
    connector = {},
    configuration = {},
    ...settings
  }: { connector?: object; configuration?: object; [setting: string]: unknown } = {},
): object => ({
  "elasticsearch.host": elasticsearch.url,
  "service.idling": 0.5,
  ...settings,
  connectors: [
    {
      connector_id: index,
      index_name: index,
      "salesforce.base_url": simulator.url,
      configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator", ...configuration },
      ...connector,
    },
  ],
});

const reportOf = (stdout: string): RunReport => JSON.parse(stdout) as RunReport;

async function faults(list: readonly object[]): Promise<void> {
  await fetch(`${simulator.url}/__simulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(list),
  });
}

async function countIn(index: string): Promise<number> {
  await fetch(`${elasticsearch.url}/${index}/_refresh`, { method: "POST" });
  return ((await (await fetch(`${elasticsearch.url}/${index}/_count`)).json()) as { count: number }).count;
}

/** The status of a connector's jobs, the oldest first. */
async function jobStatuses(connectorId: string): Promise<string[]> {
  const jobs = `${elasticsearch.url}/.elastic-connectors-sync-jobs`;
  await fetch(`${jobs}/_refresh`, { method: "POST" });
  const query = { query: { term: { "connector.id": connectorId } }, sort: "created_at" };
  const answer = await fetch(`${jobs}/_search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(query),
  });
  const { hits } = (await answer.json()) as { hits: { hits: { _source: { status: string } }[] } };
  return hits.hits.map(({ _source }) => _source.status);
}

describe("sync", () => {
  it("prints the report as the only line on standard output, and progress and log to standard error", async () => {
    const path = await folder.write(config("json"));

    const { exitCode, stdout, stderr } = await runCommand(["sync", "-c", path, "--json"]);

    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const report = reportOf(stdout);
    expect(report).toMatchObject({
      type: "full",
      status: "completed",
      connector_id: "json",
      index_name: "json",
      error: null,
      warnings: [],
    });
    expect(Object.keys(report.objects).sort()).toEqual([
      "Account",
      "Campaign",
      "Case",
      "Contact",
      "Lead",
      "Opportunity",
      "files",
    ]);
    for (const counts of Object.values(report.objects)) {
      expect(Object.keys(counts)).toEqual([
        "source",
        "extracted",
        "written",
        "unchanged",
        "filtered",
        "refused",
        "deleted",
      ]);
    }
    expect(report.salesforce_calls).toBeGreaterThan(10);
    expect(report.peak_rss_bytes).toBeGreaterThan(50_000_000);
    expect(stderr).toMatch(/Account +\d+ of \d+ \(100 %\)/);
    expect(await countIn("json")).toBe(Object.values(report.objects).reduce((sum, { written }) => sum + written, 0));
  });

  it("prints a table without --json, and logs in the Elastic Common Schema with --filebeat", async () => {
    const path = await folder.write(config("table"));

    const { exitCode, stdout, stderr } = await runCommand(["sync", "-c", path, "--filebeat"]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +source +extracted +written/);
    expect(stdout).toMatch(/full sync of table completed in [\d.]+ s, [\d,]+ calls to Salesforce/);
    const started = stderr
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { message: string; labels: object })
      .find(({ message }) => message === "sync started");
    expect(started).toMatchObject({ labels: { connector_id: "table", index_name: "table" } });
  });

  it("ends with 1 if the brake held deletes back, and lets them once with --allow-deletes", async () => {
    const configuration = { standard_objects_to_sync: "Campaign", mass_delete_documents: 3 };
    const path = await folder.write(config("braked", { configuration }));
    const command = ["sync", "-c", path, "--json"];
    const first = await runCommand(command);
    const body = { totalSize: 0, done: true, records: [] };
    await faults([{ match: { path: "/query", query: "FROM Campaign" }, status: 200, body }]);

    const held = await runCommand(command);
    const allowed = await runCommand([...command, "--allow-deletes"]);
    const after = await runCommand(command);
    await faults([]);

    const before = reportOf(first.stdout).objects["Campaign"]?.source ?? 0;
    expect(before).toBeGreaterThan(3);
    expect([first, held, allowed, after].map(({ exitCode }) => exitCode)).toEqual([0, 1, 0, 0]);
    expect(held.stderr).toMatch(
      /Deletes of Campaign were held back: .* salesforce-connector sync --allow-deletes --connector braked/,
    );
    expect(reportOf(held.stdout).held_deletes).toEqual([
      { object: "Campaign", of: "records", before, now: 0, held: before },
    ]);
    expect(reportOf(allowed.stdout).objects["Campaign"]?.deleted).toBe(before);
  });

  it("warns that --type incremental is a full sync for now", async () => {
    const path = await folder.write(config("table"));

    const { exitCode, stderr } = await runCommand(["sync", "-c", path, "--type", "incremental", "--json"]);

    expect(exitCode).toBe(0);
    expect(stderr).toContain("Incremental syncs are not available in this version yet: this is a full sync.");
  });

  it.each([
    [
      "a wrong secret",
      { configuration: { client_secret: "wrong" } },
      /refused the sign-in, invalid_client: .* Check client_id and client_secret/,
    ],
    [
      "a domain that does not exist",
      { connector: { "salesforce.base_url": "https://no-such-org.my.salesforce.invalid" } },
      /The Salesforce host no-such-org\.my\.salesforce\.invalid does not exist\. Check domain/,
    ],
    [
      "an unknown custom object",
      { configuration: { sync_custom_objects: true, custom_objects_to_sync: "Nothing" } },
      /Custom objects that do not exist or are not visible to the integration user: Nothing__c\. Check custom_objects_to_sync/,
    ],
    [
      "a pipeline that does not exist",
      { connector: { "pipeline.name": "none" } },
      /The ingest pipeline none does not exist\. Create it/,
    ],
  ])("ends with 1, one clear line and nothing written for %s", async (_, changes, message) => {
    const path = await folder.write(config("nothing", changes));

    const { exitCode, stderr } = await runCommand(["sync", "-c", path]);

    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n").at(-1)).toMatch(message);
    expect((await fetch(`${elasticsearch.url}/nothing`, { method: "HEAD" })).status).toBe(404);
  });

  it("names refused documents in the report, writes the others and ends with 0", async () => {
    await fetch(`${elasticsearch.url}/picky`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        mappings: {
          properties: {
            id: { type: "keyword" },
            title: { type: "keyword" },
            Rating: { type: "keyword" },
            _timestamp: { type: "date", format: "epoch_second" },
          },
        },
      }),
    });
    const path = await folder.write(config("picky", { "elasticsearch.bulk.error_monitor.enabled": false }));

    const { stdout, stderr } = await runCommand(["sync", "-c", path, "--json"]);

    const report = reportOf(stdout);
    expect(report.objects["Account"]).toMatchObject({ written: 0, refused: report.objects["Account"]?.source });
    expect(report.refusals["Account"]).toHaveLength(10);
    expect(report.refusals["Account"]?.[0]?.reason).toMatch(
      /^document_parsing_exception: .*failed to parse field \[_timestamp\] of type \[date\]/,
    );
    expect(stderr).toContain("document refused");
  });

  it("ends cleanly on SIGTERM: it writes the records already read, deletes nothing, and the next sync completes the rest", async () => {
    const path = await folder.write(config("stopped"));
    await faults([{ match: { path: "/query", query: "FROM Contact" }, delay_ms: 120_000 }]);
    const command = startCommand(["sync", "-c", path, "--json"]);
    await expect.poll(() => command.stderr, { timeout: 60_000 }).toMatch(/Opportunity +\d+ of/);

    const { exitCode, stdout, stderr } = await command.kill("SIGTERM");
    await faults([]);
    const written = await countIn("stopped");
    const second = await runCommand(["sync", "-c", path, "--json"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("SIGTERM: finishing requests to Elasticsearch. A second signal ends the process at once.");
    const report = reportOf(stdout);
    expect(report.status).toBe("canceled");
    expect(await jobStatuses("stopped")).toEqual(["canceled", "completed"]);
    expect(written).toBe(Object.values(report.objects).reduce((sum, counts) => sum + counts.written, 0));
    expect(second.exitCode).toBe(0);
    expect(reportOf(second.stdout).objects["Account"]).toMatchObject({ unchanged: report.objects["Account"]?.written });
  });
});

describe("check", () => {
  it("reports the result of each check", async () => {
    const { exitCode, stdout } = await runCommand(["check", "-c", await folder.write(config("checked"))]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ok +Elasticsearch: version 8\.\d+\.\d+\.\n/);
    expect(stdout).toMatch(/ok +Content index: checked does not exist yet; the first sync creates it\.\n/);
    expect(stdout).toMatch(/ok +Salesforce sign-in: signed in to .*; [\d]+ of [\d]+ API calls are left for today\.\n/);
    expect(stdout).toMatch(/ok +Salesforce objects: can read Account, .* and files\.\n/);
    expect((await fetch(`${elasticsearch.url}/checked`, { method: "HEAD" })).status).toBe(404);
  });

  it("ends with 1 and gives advice if a check fails", async () => {
    const { exitCode, stdout } = await runCommand([
      "check",
      "-c",
      await folder.write(config("checked", { configuration: { client_secret: "wrong" } })),
    ]);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAILED +Salesforce sign-in: .*invalid_client.* Check client_id and client_secret/);
  });
});

describe("run", () => {
  it("syncs by its schedule until SIGTERM, and then ends with 0", async () => {
    const path = await folder.write(config("scheduled", { connector: { scheduling: { full: "0/2 * * * * ?" } } }));
    const command = startCommand(["run", "-c", path, "--filebeat"]);

    await expect
      .poll(() => command.stderr.match(/"message":"sync report"/g)?.length ?? 0, { timeout: 90_000, interval: 200 })
      .toBeGreaterThanOrEqual(2);
    const { exitCode, stderr } = await command.kill("SIGTERM");

    expect(exitCode).toBe(0);
    expect(stderr).toContain('"message":"service stopped"');
    expect(await countIn("scheduled")).toBeGreaterThan(4000);
  });

  it("ends a running sync on SIGTERM", async () => {
    const path = await folder.write(config("interrupted", { connector: { scheduling: { full: "* * * * * ?" } } }));
    await faults([{ match: { path: "/query" }, delay_ms: 120_000 }]);
    const command = startCommand(["run", "-c", path]);
    await expect.poll(() => command.stderr, { timeout: 60_000 }).toContain("sync started");

    const { exitCode } = await command.kill("SIGINT");
    await faults([]);

    expect(exitCode).toBe(0);
  });

  it("reports the error of a connector, and continues", async () => {
    const path = await folder.write(
      config("failing", {
        connector: { scheduling: { full: "* * * * * ?" } },
        configuration: { client_secret: "wrong" },
      }),
    );
    const command = startCommand(["run", "-c", path]);

    await expect.poll(() => command.stderr, { timeout: 60_000 }).toContain("connector has a problem");
    expect(command.isRunning).toBe(true);

    const { exitCode, stderr } = await command.kill("SIGTERM");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/invalid_client.* Check client_id and client_secret/);
    expect(stderr).not.toContain("sync started");
  });
});
