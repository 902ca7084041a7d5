import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";
import { installPythonClient } from "./install-python-client.ts";
import { refreshToken } from "./refresh-token.ts";

const version = "2.10.3";

let simulator: RunningSimulator;
let client: RestClient;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator, "simulator-admin");
  folder = await mkdtemp(path.join(tmpdir(), "airbyte-source-"));
});

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Stream {
  readonly name: string;
}

interface Message {
  readonly type: string;
  readonly catalog?: { readonly streams: readonly Stream[] };
  readonly connectionStatus?: { readonly status: string };
  readonly record?: { readonly stream: string };
  readonly trace?: { readonly type: string; readonly stream_status?: { readonly status: string } };
}

/** Writes a JSON file and returns its path. */
async function file(name: string, value: unknown): Promise<string> {
  await writeFile(path.join(folder, name), JSON.stringify(value));
  return path.join(folder, name);
}

async function run(packages: string, args: readonly string[], signal: AbortSignal): Promise<Message[]> {
  const script = path.join(import.meta.dirname, "airbyte_source.py");
  const output = await startProcess("python3", [script, simulator.url, ...args], {
    env: { PYTHONPATH: packages },
    signal,
  }).output();
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Message);
}

/** Bulk queries return deleted records too, REST queries do not. EntityDefinition leaves out share objects that the defaults make unnecessary. */
async function possibleCounts(name: string): Promise<number[]> {
  const { database, schema } = simulator.org;
  if (name === "EntityDefinition") {
    return [((await client.query(`SELECT COUNT() FROM ${name}`)).body as { totalSize: number }).totalSize];
  }
  const all = database.number(`SELECT count(*) FROM "${name}"`);
  if (!schema.get(name).fieldsByName.has("isdeleted")) return [all];
  return [all, database.number(`SELECT count(*) FROM "${name}" WHERE "IsDeleted" = 0`)];
}

test("Airbyte's source checks the connection, discovers the objects and reads all records of each", async (context) => {
  const { folder: packages, problem = "" } = await installPythonClient(
    "airbyte-source-salesforce",
    version,
    context.signal,
  );
  if (packages === undefined) {
    process.stderr.write(`airbyte-source-salesforce ${version} is not available, so its test is skipped: ${problem}\n`);
    context.skip(problem);
    return;
  }
  const config = await file("config.json", {
    client_id: "simulator-admin",
    client_secret: "simulator-admin",
    refresh_token: await refreshToken(client),
    auth_type: "Client",
    is_sandbox: false,
    start_date: "2000-01-01T00:00:00Z",
  });
  const checked = await run(packages, ["check", "--config", config], context.signal);
  const discovered = await run(packages, ["discover", "--config", config], context.signal);
  const streams = discovered.find(({ type }) => type === "CATALOG")?.catalog?.streams ?? [];
  const catalog = await file("catalog.json", {
    streams: streams.map((stream) => ({ stream, sync_mode: "full_refresh", destination_sync_mode: "append" })),
  });
  const read = await run(packages, ["read", "--config", config, "--catalog", catalog], context.signal);

  expect(checked.find(({ type }) => type === "CONNECTION_STATUS")?.connectionStatus).toMatchObject({
    status: "SUCCEEDED",
  });
  const completed = read.filter(({ trace }) => trace?.stream_status?.status === "COMPLETE");
  expect(completed).toHaveLength(streams.length);
  // "Describe" is a stream of the source, not an object.
  const objects = streams.map(({ name }) => name).filter((name) => name !== "Describe");
  expect(objects).toEqual(
    expect.arrayContaining(["Account", "CaseHistory", "ContentDocumentLink", "Project__c", "User"]),
  );
  for (const name of objects) {
    const records = read.filter(({ record }) => record?.stream === name).length;
    expect(await possibleCounts(name), name).toContain(records);
  }
}, 600_000);
