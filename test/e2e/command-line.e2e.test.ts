import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProcess } from "../../demo/processes.ts";
import { ConfigFolder, runCommand } from "../support/command-line.ts";

// Errors that need no server end with 2; each failure ends in one line with advice.

const root = join(import.meta.dirname, "../..");
let folder: ConfigFolder;

beforeAll(async () => {
  folder = await ConfigFolder.create();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const connector = (changes: object = {}): object => ({
  connectors: [
    {
      connector_id: "main",
      index_name: "search-main",
      configuration: { domain: "acme", client_id: "id", client_secret: "open sesame" },
      ...changes,
    },
  ],
});

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

describe("the command line", () => {
  it("prints its version and its help, and loads nothing for it", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };

    expect(await runCommand(["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    expect(await runCommand(["--help"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /run .*\n[\s\S]*sync .*\n[\s\S]*check .*\n[\s\S]*connector .*\n[\s\S]*config /,
      ) as string,
    });
    expect(await runCommand(["sync", "--help"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("--json") as string,
    });
  });

  it.each([
    [["snyc"], /unknown command 'snyc'\n\(Did you mean sync\?\)/],
    [["sync", "--tpye", "full"], /unknown option '--tpye'/],
    [
      ["sync", "--type", "partial", "-c", "whatever.yml"],
      /partial is not a type of sync\. Use full, incremental or access_control\./,
    ],
  ])("ends with 2 for %j", async (args, message) => {
    const result = await runCommand(args);

    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toMatch(message);
  });

  it.each(["run", "sync", "check", "config check", "config print", "connector list", "connector start full"])(
    "ends with 2 when %s finds no configuration file",
    async (command) => {
      const result = await runCommand([...command.split(" "), "-c", join(folder.path, "missing.yml")]);

      expect(result).toMatchObject({ exitCode: 2, stdout: "" });
      expect(lastLine(result.stderr)).toMatch(
        /missing\.yml does not exist\. Copy config\.example\.yml, fill it in, and pass its path with -c\.$/,
      );
    },
  );

  it.each([
    ["an unreadable file", "elasticsearch: [", /line \d+ is not YAML/],
    [
      "a field of the wrong type",
      { "elasticsearch.bulk.chunk_size": "many" },
      /line 1: elasticsearch\.bulk\.chunk_size must be a whole number from 1 to 100000; found "many"\./,
    ],
    [
      "an unknown setting",
      { "elasticsearch.hosst": "http://es:9200" },
      /elasticsearch\.hosst is not a setting; did you mean host\?/,
    ],
    [
      "an unknown standard object",
      connector({
        configuration: { domain: "a", client_id: "b", client_secret: "c", standard_objects_to_sync: "Accuont" },
      }),
      /Accuont is not one of Account, .*; did you mean Account\?/,
    ],
    [
      "a malformed advanced rule",
      connector({ sync_rules: { advanced: [{ query: "SELECT Id FROM Account", language: "soql" }] } }),
      /sync_rules\.advanced: Rule 1: language is "soql"; expected SOQL or SOSL/,
    ],
    [
      "an advanced rule with a syntax error",
      connector({ sync_rules: { advanced: [{ query: "SELECT Id, FROM Account", language: "SOQL" }] } }),
      /sync_rules\.advanced: Rule 1 \(SOQL\) is invalid: .*unexpected "FROM"/,
    ],
    [
      "an invalid schedule",
      connector({ scheduling: { full: "every day" } }),
      /scheduling\.full: "every day" is not a Quartz expression/,
    ],
    ["no index", connector({ index_name: undefined }), /index_name is missing/],
    [
      "an invalid basic rule",
      connector({ sync_rules: { basic: [{ policy: "exclude", field: "Type", rule: "is", value: "Other" }] } }),
      /sync_rules\.basic \(rule-1\): rule must be one of equals, .*; found "is"\./,
    ],
  ])("ends with 2 for %s", async (_, content, message) => {
    const path = await folder.write(content);

    for (const command of [["sync"], ["config", "check"]]) {
      const result = await runCommand([...command, "-c", path]);

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toContain("sesame");
      expect(result.stderr).not.toMatch(/\n\s+at /);
    }
  });

  it("confirms a valid configuration, with the times of its next syncs", async () => {
    const path = await folder.write(connector({ scheduling: { full: "0 30 6 ? * MON-FRI" } }));

    const result = await runCommand(["config", "check", "-c", path]);

    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toMatch(/full \(0 30 6 \? \* MON-FRI\): (\d{4}-\d\d-\d\dT06:30:00\.000Z(, )?){5}\n/);
  });

  it("describes the rules of a file, and names the connectors that Kibana configures", async () => {
    const sync_rules = {
      basic: [{ policy: "exclude", field: "Type", rule: "equals", value: "Competitor" }],
      advanced: [{ language: "SOQL", query: "SELECT Name FROM Account" }],
    };
    const { connectors } = connector({ sync_rules }) as { connectors: object[] };
    const path = await folder.write({ connectors: [...connectors, { connector_id: "from-kibana" }] });

    const result = await runCommand(["config", "check", "-c", path]);

    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout.split("\n")).toEqual([
      "Connector main syncs to search-main.",
      "  Advanced rules replace the selected objects. These queries are synced:",
      "    1. SOQL: SELECT Name FROM Account",
      "  Basic rules; the first one that matches decides:",
      '    1. exclude if Type equals "Competitor"',
      "    Documents that no rule matches are included.",
      "Connector from-kibana is configured in Kibana.",
      `${path} is valid.`,
      "",
    ]);
  });

  it("prints a configuration with every default and no secret", async () => {
    const path = await folder.write({ ...connector(), "elasticsearch.api_key": "${KEY}" });

    const result = await runCommand(["config", "print", "-c", path], { env: { KEY: "very secret key" } });

    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain("request_timeout: 240");
    expect(result.stdout).toContain('client_secret: "[redacted]"');
    expect(result.stdout).not.toMatch(/sesame|very secret/);
  });

  it("does not start a service that would do nothing", async () => {
    const result = await runCommand(["run", "-c", await folder.write({ connectors: [] })]);

    expect(result).toMatchObject({ exitCode: 2 });
    expect(lastLine(result.stderr)).toMatch(
      /^The configuration file contains no connector, so the service has nothing to do\. Add one under connectors, or /,
    );
  });

  it("requires --connector if there are several connectors", async () => {
    const path = await folder.write({ connectors: [{ connector_id: "first" }, { connector_id: "second" }] });

    expect((await runCommand(["sync", "-c", path])).stderr).toContain("Choose one with --connector: first, second.");
  });

  it("ends with 1 and one line if no server responds", async () => {
    const path = await folder.write({ "elasticsearch.host": "http://127.0.0.1:1", ...connector() });

    const result = await runCommand(["sync", "-c", path]);

    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(lastLine(result.stderr)).toMatch(
      /^Elasticsearch at http:\/\/127\.0\.0\.1:1 cannot be reached: .* Check elasticsearch\.host/,
    );
  });
});

describe("elastic-ingest", () => {
  it("accepts the options of Elastic's command", async () => {
    const name = join(folder.path, "elastic-ingest");
    await symlink(join(root, "src/main.ts"), name);
    const ingest = (...args: string[]) => startProcess(process.execPath, [name, ...args]).ended;
    const missing = join(folder.path, "none.yml");

    for (const args of [
      ["-c", missing],
      ["--config-file", missing, "--action", "sync_content", "--action", "schedule", "--debug"],
      ["-c", missing, "--log-level", "WARNING", "--filebeat", "--uvloop"],
    ]) {
      expect(await ingest(...args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("none.yml does not exist") as string,
      });
    }
    expect(await ingest("--action", "list")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("salesforce") as string,
    });
    expect(await ingest("--action", "poll")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("poll is not an action") as string,
    });
    const config = await ingest("--action", "config", "--service-type", "salesforce");
    expect(JSON.parse(config.stdout)).toMatchObject({
      domain: { order: 1, type: "str", required: true },
      client_secret: { sensitive: true },
      use_document_level_security: { value: false },
    });
  });
});
