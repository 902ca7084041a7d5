import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startElasticsearch, type RunningElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import type { ProcessResult } from "../../demo/processes.ts";
import { ConfigFolder, runCommand } from "../support/command-line.ts";
import { Kibana } from "../support/kibana.ts";
import { ServiceProcess } from "../support/service-process.ts";

// The stand-in for Kibana reads the documents of `connector …`, and the other way round.

let folder: ConfigFolder;
let simulator: RunningSimulator;
let elasticsearch: RunningElasticsearch;
let client: Client;
let kibana: Kibana;
let file: string;

beforeAll(async () => {
  [folder, simulator, elasticsearch] = await Promise.all([
    ConfigFolder.create(),
    startSimulator({ size: "tiny" }),
    startElasticsearch({ major: 8, heapMb: 512 }),
  ]);
  client = new Client({ node: elasticsearch.url });
  kibana = await Kibana.create({ client });
  file = await folder.write(config());
  await writeFile(join(folder.path, "secret"), "simulator\n");
});

afterAll(async () => {
  await client.close();
  await Promise.all([folder[Symbol.asyncDispose](), simulator.stop(), elasticsearch.stop()]);
});

const config = (ids: readonly string[] = []): object => ({
  "elasticsearch.host": elasticsearch.url,
  "service.idling": 1,
  connectors: ids.map((id) => ({ connector_id: id, "salesforce.base_url": simulator.url })),
});

const connector = (...args: string[]): Promise<ProcessResult> => runCommand(["connector", ...args, "-c", file]);

const credentials = (): string[] => [
  ...["--set", "domain=acme", "--set", "client_id=simulator"],
  ...["--set", `client_secret=@${join(folder.path, "secret")}`],
];

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

interface JsonJob {
  job_id: string;
  status: string;
  type: string;
  report: { objects: Record<string, { written: number }> } | null;
}

async function jobsOf(id: string): Promise<JsonJob[]> {
  const { stdout } = await connector("jobs", "--connector", id, "--json");
  return JSON.parse(stdout) as JsonJob[];
}

describe("connector create", () => {
  it("creates the same document as Kibana, and prints the next steps", async () => {
    const { exitCode, stdout, stderr } = await connector(
      ...["create", "made", "--index-name", "search-made", "--name", "Made here", ...credentials()],
      ...["--set", "sync_custom_objects=true", "--set", "custom_objects_to_sync=*", "--full", "0 0 0 * * ?"],
    );

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^The connector made is created\. It syncs to search-made\.\n {2}1\. Add - connector_id: made /,
    );
    expect(stdout).toMatch(/\n {2}3\. .*connector start full -c .* --connector made\n$/);
    expect(stderr).toMatch(/^The command line contains client_id/);
    expect(stdout + stderr).not.toContain("client_secret");
    const made = await kibana.getConnector("made");
    expect(made).toMatchObject({
      name: "Made here",
      status: "configured",
      index_name: "search-made",
      service_type: "salesforce",
      is_native: false,
      error: null,
      scheduling: { full: { enabled: true, interval: "0 0 0 * * ?" }, incremental: { enabled: false } },
      features: { sync_rules: { basic: { enabled: true } }, document_level_security: { enabled: true } },
      configuration: {
        domain: { value: "acme", label: "Domain" },
        client_secret: { value: "simulator", sensitive: true },
        sync_custom_objects: { value: true },
      },
      filtering: [{ domain: "DEFAULT", active: { validation: { state: "valid" } } }],
    });
    await expect(kibana.saveConfiguration("made", { domain: "other" })).resolves.toBeUndefined();
    await expect(kibana.createConnector({ indexName: "search-made" })).rejects.toThrow("used by another connector");
  });

  it("leaves missing values to be filled in", async () => {
    const { exitCode, stdout } = await connector("create", "bare", "--index-name", "search-bare");

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /1\. Fill in domain \(Domain\), client_id \(Client ID\), client_secret \(Client Secret\) in Kibana/,
    );
    expect(await kibana.getConnector("bare")).toMatchObject({ name: "bare", status: "needs_configuration" });
  });

  it.each([
    ["an id that exists", ["taken", "--index-name", "search-other"], 1, "The connector taken already exists."],
    [
      "an index that another connector has",
      ["other", "--index-name", "search-taken"],
      1,
      "The index search-taken belongs to the connector taken. Use another index",
    ],
    ["no index", ["other"], 2, "required option '--index-name <name>' not specified"],
    ["no index name", ["other", "--index-name", "Search"], 2, '"Search" is not a valid index name. Use lower case'],
    [
      "an unknown field",
      ["other", "--index-name", "search-other", "--set", "domian=acme"],
      2,
      "domian is not a field of this connector. Did you mean domain?",
    ],
    [
      "a bad value",
      ["other", "--index-name", "search-other", "--set", "standard_objects_to_sync=Accuont"],
      2,
      "standard_objects_to_sync Accuont is not one of Account, Opportunity, Contact, Lead, Campaign, Case; did you mean",
    ],
    [
      "an invalid schedule",
      ["other", "--index-name", "search-other", "--full", "daily"],
      2,
      '"daily" is not a Quartz expression',
    ],
  ])("refuses %s", async (...[, args, expected, message]) => {
    await kibana.createConnector({ id: "taken", indexName: "search-taken", serviceType: "salesforce" });

    const { exitCode, stdout, stderr } = await connector("create", ...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    expect(stderr).toContain(message);
    await expect(kibana.getConnector("other")).rejects.toThrow("not found");
  });
});

describe("connector list", () => {
  it("shows connectors of this type and those of the file, with any origin", async () => {
    await kibana.createConnector({
      id: "from-kibana",
      indexName: "search-kibana",
      name: "Sales",
      serviceType: "salesforce",
    });
    await kibana.createConnector({ id: "untyped", name: "No type yet" });
    await kibana.createConnector({ id: "another", indexName: "search-jira", serviceType: "jira" });
    const path = await folder.write(config(["untyped", "nowhere"]), "list.yml");

    const { exitCode, stdout, stderr } = await runCommand(["connector", "list", "-c", path]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^id +name +index +status +last sync +ended +error\n/);
    expect(stdout).toMatch(/\nfrom-kibana +Sales +search-kibana +created +- +-\n/);
    expect(stdout).toMatch(/\nuntyped +No type yet +- +created +- +-\n/);
    expect(stdout).not.toContain("another");
    expect(lastLine(stderr)).toContain("Not created yet: nowhere.");
    const json = await runCommand(["connector", "list", "--json", "-c", path]);
    expect(json.stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toContainEqual(
      expect.objectContaining({ connector_id: "from-kibana", state: "created" }) as object,
    );
    expect(json.stdout).not.toContain("client_secret");
  });
});

describe("connector start, jobs and cancel", () => {
  it("request a sync from a running service and show its result", async () => {
    await connector("create", "running", "--index-name", "search-running", ...credentials());
    await using service = await ServiceProcess.start({ config: config(["running"]) });

    const started = await connector("start", "full", "--connector", "running");

    const id = started.stdout.trim();
    expect(started).toMatchObject({ exitCode: 0, stdout: `${id}\n` });
    await service.waitUntil(async () => (await kibana.getJob(id)).status === "completed", { what: "the sync's end" });
    const job = await kibana.getJob(id);
    expect(job).toMatchObject({ job_type: "full", trigger_method: "on_demand", connector: { id: "running" } });
    const [shown] = await jobsOf("running");
    expect(shown).toMatchObject({ job_id: id, status: "completed", type: "full", error: null });
    expect(shown?.report?.objects["Account"]?.written).toBeGreaterThan(0);
    const table = await connector("jobs", "--connector", "running");
    expect(table.stdout).toMatch(
      new RegExp(`\\n${id} +full +completed +on_demand +\\S+Z +0:\\d\\d +${job.indexed_document_count} `),
    );
    expect((await connector("list")).stdout).toMatch(
      /\nrunning +running +search-running +connected +completed +2\S+Z\n/,
    );
    expect(await connector("cancel", id)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`The job ${id} has ended: it is completed.`) as string,
    });
  });

  it("cancel a pending job at once, and request the worker of a running job to stop", async () => {
    await kibana.createConnector({ id: "waiting", indexName: "search-waiting", serviceType: "salesforce" });
    const { stdout, stderr } = await connector("start", "full", "--connector", "waiting");
    const first = stdout.trim();
    const second = await kibana.startSync("waiting", "incremental");
    await kibana.putRawJob("third", { ...(await kibana.getJob(second)), status: "in_progress" });

    const one = await connector("cancel", first);
    const all = await connector("cancel", "--connector", "waiting");

    expect(stderr).toContain("No service has sent a heartbeat for this connector yet; the job waits until one runs");
    expect(one).toMatchObject({ exitCode: 0, stdout: `${first} is canceled.\n` });
    expect(all).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^${second} is canceled\\.\nthird is being canceled: `)) as string,
    });
    for (const id of [first, second]) {
      const { status, ...times } = await kibana.getJob(id);
      expect(status).toBe("canceled");
      for (const time of [times.canceled_at, times.cancelation_requested_at, times.completed_at])
        expect(Date.parse(time ?? "")).toBeGreaterThan(Date.parse(times.created_at));
    }
    const third = await kibana.getJob("third");
    expect(third).toMatchObject({ status: "canceling", cancelation_requested_at: expect.any(String) as string });
    expect(third.completed_at).toBeUndefined();
    expect(await connector("cancel", "--connector", "waiting")).toMatchObject({
      stdout: expect.stringContaining("third") as string,
    });
    expect((await jobsOf("waiting")).map(({ status }) => status).sort()).toEqual(["canceled", "canceled", "canceling"]);
  });

  it("show the newest jobs first, up to the limit", async () => {
    await kibana.createConnector({ id: "many", indexName: "search-many", serviceType: "salesforce" });
    const ids = [];
    for (let count = 0; count < 3; count++) ids.push(await kibana.startSync("many"));

    const { stdout, stderr } = await connector("jobs", "--connector", "many", "--limit", "2");

    expect(
      stdout
        .split("\n")
        .slice(1, 3)
        .map((line) => line.split(" ")[0]),
    ).toEqual([ids[2], ids[1]]);
    expect(stderr).toBe("Older jobs are not shown; --limit shows more.\n");
  });

  it.each([
    ["start full --connector indexless", 1, /The connector indexless has no index/],
    ["start full --connector typeless", 1, /The connector typeless has no service type/],
    ["start full --connector typelses", 1, /The connector typelses does not exist\./],
    ["start full --connector indexles", 1, /The connector indexles does not exist\. Did you mean indexless\?/],
    ["start full", 2, /contains no connector/],
    ["start everything --connector typeless", 2, /everything is not a type of sync\. Use full, incremental or/],
    ["cancel", 2, /Name either a job or, with --connector, a connector/],
    ["cancel none", 1, /The job none does not exist\. salesforce-connector connector jobs lists/],
    ["cancel --connector none", 1, /The connector none does not exist\./],
    ["jobs --connector none", 1, /The connector none does not exist\./],
    ["jobs --connector typeless --limit some", 2, /--limit some is invalid/],
  ])("print one line with the reason of a refusal: %s", async (args, expected, message) => {
    await kibana.createConnector({ id: "indexless", serviceType: "salesforce" });
    await kibana.createConnector({ id: "typeless", indexName: "search-typeless" });

    const { exitCode, stdout, stderr } = await connector(...args.split(" "));

    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
    expect(lastLine(stderr)).toMatch(message);
  });
});
