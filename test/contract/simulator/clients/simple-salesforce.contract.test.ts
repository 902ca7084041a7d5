import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { lastLine, runProgram, messageOf } from "./run-program.ts";

const version = "1.12.10";
const cache = path.join(import.meta.dirname, "../../../../.cache/clients");
const environment = path.join(cache, `simple-salesforce-${version}`);

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

/** Installs the client in a virtual environment, once for each version. Returns the reason if that is not possible. */
async function prepare(): Promise<{ python: string } | { missing: string }> {
  const python = path.join(environment, "bin", "python");
  if (existsSync(python)) return { python };
  const unfinished = `${environment}-${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await runProgram("python3", ["-m", "venv", unfinished]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `simple-salesforce==${version}`];
    await runProgram(path.join(unfinished, "bin", "python"), pip);
    await rename(unfinished, environment);
    return { python };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    return { missing: messageOf(error).split("\n")[0] ?? "" };
  }
}

test("simple-salesforce (Python) queries, iterates, writes, searches, describes and reads bulk results", async (context) => {
  const prepared = await prepare();
  if ("missing" in prepared) {
    process.stderr.write(
      `simple-salesforce ${version} is not available, so its test is skipped: ${prepared.missing}\n`,
    );
    context.skip(prepared.missing);
    return;
  }
  const certificate = path.join(folder, "certificate.pem");
  await writeFile(certificate, simulator.certificate ?? "");
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);
  const all = simulator.org.database.number(`SELECT count(*) FROM "Contact"`);

  const script = path.join(import.meta.dirname, "simple_salesforce_check.py");
  const results = lastLine(
    await runProgram(prepared.python, [script, simulator.url, new URL(simulator.url).host, certificate]),
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
