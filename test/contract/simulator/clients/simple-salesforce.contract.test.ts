import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { installPythonClient } from "./install-python-client.ts";

const version = "1.12.10";

let simulator: RunningSimulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny", tls: true });
  folder = await mkdtemp(path.join(tmpdir(), "simple-salesforce-"));
});

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

test("simple-salesforce (Python) queries, iterates, writes, searches, describes and reads bulk results", async (context) => {
  const { folder: packages, problem = "" } = await installPythonClient("simple-salesforce", version, context.signal);
  if (packages === undefined) {
    process.stderr.write(`simple-salesforce ${version} is not available, so its test is skipped: ${problem}\n`);
    context.skip(problem);
    return;
  }
  const certificate = path.join(folder, "certificate.pem");
  await writeFile(certificate, simulator.certificate ?? "");
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);
  const all = simulator.org.database.number(`SELECT count(*) FROM "Contact"`);

  const script = path.join(import.meta.dirname, "simple_salesforce_check.py");
  const results: unknown = JSON.parse(
    await startProcess("python3", [script, simulator.url, new URL(simulator.url).host, certificate], {
      env: { PYTHONPATH: packages },
      signal: context.signal,
    }).output(),
  );

  expect(results).toEqual({
    contacts: { total: live, records: live },
    iterated: live,
    deleted_too: all,
    created: true,
    updated: 204,
    upserted: 200,
    record: { Name: "Made by simple-salesforce", Industry: "Banking", Rating: "Hot" },
    by_custom_id: true,
    found: true,
    deleted: 204,
    gone: "ENTITY_IS_DELETED",
    refused: "INVALID_FIELD",
    fields: ["Id", "MasterRecordId"],
    objects: expect.any(Number) as number,
    limits: 500_000,
    usage: 500_000,
    bulk: { pages: Math.ceil(live / 50), rows: live, columns: ["Id", "Name", "Account.Name"] },
  });
});
