import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";

const version = "2.146.3";
const cache = path.join(import.meta.dirname, "../../../../.cache/clients");
const installed = path.join(cache, `salesforce-cli-${version}`);

let simulator: RunningSimulator;
let folder: string;
let problem: string | undefined;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  folder = await mkdtemp(path.join(tmpdir(), "salesforce-cli-"));
  problem = await install();
  if (problem === undefined) await signIn();
  else process.stderr.write(`The Salesforce CLI ${version} is not available, so its tests are skipped: ${problem}\n`);
});

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Installs the command line into a folder of its own, once for each version. Returns the reason if that is not possible. */
async function install(): Promise<string | undefined> {
  if (existsSync(installed)) return undefined;
  const unfinished = `${installed}-${process.pid}`;
  try {
    await mkdir(unfinished, { recursive: true });
    const options = ["--prefix", unfinished, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    await startProcess("npm", ["install", ...options, `@salesforce/cli@${version}`]).output();
    await rename(unfinished, installed);
    return undefined;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    return String(error).split("\n")[0] ?? "";
  }
}

/** Runs a command in a home folder of its own and returns its result. */
async function sf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const program = path.join(installed, "node_modules/@salesforce/cli/bin/run.js");
  const output = await startProcess(process.execPath, [program, ...args, "--json"], {
    folder,
    env: {
      HOME: folder,
      SF_AUTOUPDATE_DISABLE: "true",
      SF_DISABLE_LOG_FILE: "true",
      SF_DISABLE_TELEMETRY: "true",
      SF_SKIP_NEW_VERSION_CHECK: "true",
      SF_USE_GENERIC_UNIX_KEYCHAIN: "true",
      ...env,
    },
  }).output();
  return (JSON.parse(output) as { result: unknown }).result;
}

/** The instance URL ends in a slash, which the command line keeps. */
async function signIn(): Promise<void> {
  const client = await RestClient.signIn(simulator, "simulator-admin");
  await client.control("POST", "limits", { bulk_job_seconds: 0 });
  await sf(["org", "login", "access-token", "--instance-url", `${simulator.url}/`, "--no-prompt", "--set-default"], {
    SF_ACCESS_TOKEN: client.token,
  });
}

describe("the Salesforce CLI", () => {
  test("queries records with parents and children", async (context) => {
    if (problem !== undefined) context.skip(problem);
    const query = "SELECT Id, Owner.Name, (SELECT LastName FROM Contacts) FROM Account";
    const live = simulator.org.database.number(`SELECT count(*) FROM "Account" WHERE "IsDeleted" = 0`);

    expect(await sf(["data", "query", "--query", query])).toMatchObject({ totalSize: live, done: true });
  });

  test("writes records with parents to CSV, for which it asks for the columns", async (context) => {
    if (problem !== undefined) context.skip(problem);
    const query = "SELECT Name, Owner.Name, Owner.Profile.Name FROM Account WHERE Owner.Name != null LIMIT 2";
    await sf(["data", "query", "--query", query, "--result-format", "csv", "--output-file", "accounts.csv"]);

    const lines = (await readFile(path.join(folder, "accounts.csv"), "utf8")).trim().split("\n");
    expect(lines[0]).toBe("Name,Owner.Name,Owner.Profile.Name");
    expect(lines).toHaveLength(3);
  });

  test("exports records in bulk", async (context) => {
    if (problem !== undefined) context.skip(problem);
    const query = "SELECT Id, Name, Account.Name FROM Contact";
    await sf(["data", "export", "bulk", "--query", query, "--output-file", "contacts.csv", "--wait", "1"]);

    const lines = (await readFile(path.join(folder, "contacts.csv"), "utf8")).trim().split("\n");
    expect(lines[0]).toBe('"Id","Name","Account.Name"');
    expect(lines).toHaveLength(
      1 + simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`),
    );
  });

  test("creates a record, imports a file in bulk, and finds both", async (context) => {
    if (problem !== undefined) context.skip(problem);
    await writeFile(path.join(folder, "upload.csv"), "Name,Site\nMade by the CLI 2,A\nMade by the CLI 3,B\n");
    const created = await sf([
      "data",
      "create",
      "record",
      "--sobject",
      "Account",
      "--values",
      "Name='Made by the CLI 1'",
    ]);
    const imported = await sf([
      "data",
      "import",
      "bulk",
      "--sobject",
      "Account",
      "--file",
      "upload.csv",
      "--wait",
      "1",
    ]);
    const query = "SELECT Name FROM Account WHERE Name LIKE 'Made by the CLI%' ORDER BY Name";

    expect(created).toMatchObject({ success: true });
    expect(imported).toMatchObject({ successfulRecords: 2, failedRecords: 0 });
    expect(await sf(["data", "query", "--query", query])).toMatchObject({ totalSize: 3 });
  });

  test("describes an object", async (context) => {
    if (problem !== undefined) context.skip(problem);
    expect(await sf(["sobject", "describe", "--sobject", "Account"])).toMatchObject({
      name: "Account",
      keyPrefix: "001",
    });
  });
});
