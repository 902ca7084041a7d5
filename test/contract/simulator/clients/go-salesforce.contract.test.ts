import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";

const sources = path.join(import.meta.dirname, "go-salesforce");
const cache = path.join(import.meta.dirname, "../../../../.cache/clients");

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

afterAll(() => simulator.stop());

/** Downloads the client and compiles the program, once for each version of the sources. Returns the reason if that is not possible. */
async function build(signal: AbortSignal): Promise<{ program: string; problem?: string }> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go"]) hash.update(await readFile(path.join(sources, file)));
  const program = path.join(cache, `go-salesforce-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(program)) return { program };
  const unfinished = `${program}-${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await startProcess("go", ["build", "-o", unfinished, "."], { folder: sources, signal }).output();
    await rename(unfinished, program);
    return { program };
  } catch (error) {
    await rm(unfinished, { force: true });
    return { program, problem: String(error).split("\n")[0] ?? "" };
  }
}

test("go-salesforce (Go) queries, writes one by one, in collections and in bulk, and reads bulk results", async (context) => {
  const { program, problem } = await build(context.signal);
  if (problem !== undefined) {
    process.stderr.write(`go-salesforce is not available, so its test is skipped: ${problem}\n`);
    context.skip(problem);
    return;
  }
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);

  const results: unknown = JSON.parse(
    await startProcess(program, [simulator.url], { signal: context.signal }).output(),
  );

  expect(results).toEqual({
    contacts: live,
    created: true,
    upserted: true,
    site: "Go",
    collection: 2,
    composite: 2,
    left: 0,
    bulk_rows: live,
    ingested: { state: "JobComplete", successes: 2, failures: 0 },
    refused: true,
  });
});
