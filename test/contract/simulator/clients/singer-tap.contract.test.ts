import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";
import { installPythonClient } from "./install-python-client.ts";
import { refreshToken } from "./refresh-token.ts";

const version = "2.8.1";

let simulator: RunningSimulator;
let client: RestClient;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator, "simulator-admin");
  // The tap polls every 20 seconds, so its jobs have to be done at once.
  await client.control("POST", "limits", { bulk_job_seconds: 0 });
  folder = await mkdtemp(path.join(tmpdir(), "singer-tap-"));
});

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The numbers of records in the tables of the org. EntityDefinition leaves out share objects that the defaults make unnecessary. */
async function expectedCounts(streams: readonly string[]): Promise<Record<string, number>> {
  const counts = streams.map((name) => [name, simulator.org.database.number(`SELECT count(*) FROM "${name}"`)]);
  const { body } = await client.query("SELECT COUNT() FROM EntityDefinition");
  const { totalSize } = body as { totalSize: number };
  return { ...(Object.fromEntries(counts) as Record<string, number>), EntityDefinition: totalSize };
}

test.for(["REST", "BULK"])(
  "tap-salesforce (Singer) discovers the objects and reads all records of each with its %s API",
  async (apiType, context) => {
    const { folder: packages, problem = "" } = await installPythonClient("tap-salesforce", version, context.signal);
    if (packages === undefined) {
      process.stderr.write(`tap-salesforce ${version} is not available, so its test is skipped: ${problem}\n`);
      context.skip(problem);
      return;
    }
    const script = path.join(import.meta.dirname, "singer_tap_check.py");
    const noBulk = simulator.org.schema.objects.filter(({ bulk }) => !bulk).map(({ name }) => name);
    const skipped = apiType === "BULK" ? noBulk.join(",") : "";
    const output = await startProcess(
      "python3",
      [script, simulator.url, await refreshToken(client), apiType, folder, skipped],
      { env: { PYTHONPATH: packages }, signal: context.signal },
    ).output();

    const counts = JSON.parse(output.trim().split("\n").at(-1) ?? "") as Record<string, number>;
    expect(Object.keys(counts)).toEqual(
      expect.arrayContaining([
        "Account",
        "AccountShare",
        "Attachment",
        "CaseHistory",
        "Contact",
        "Group",
        "Project__c",
        "User",
      ]),
    );
    expect(counts).toEqual(await expectedCounts(Object.keys(counts)));
  },
);
