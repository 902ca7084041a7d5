import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { lastLine, messageOf, runProgram } from "./run-program.ts";

const sources = path.join(import.meta.dirname, "go-salesforce");
const cache = path.join(import.meta.dirname, "../../../../.cache/clients");

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

afterAll(() => simulator.stop());

/** Downloads the client and compiles the program, once for each version of the sources. Returns the reason if that is not possible. */
async function build(): Promise<{ program: string; problem?: string }> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go"]) hash.update(await readFile(path.join(sources, file)));
  const program = path.join(cache, `go-salesforce-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(program)) return { program };
  const unfinished = `${program}-${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await runProgram("go", ["build", "-o", unfinished, "."], { folder: sources });
    await rename(unfinished, program);
    return { program };
  } catch (error) {
    await rm(unfinished, { force: true });
    return { program, problem: messageOf(error).split("\n")[0] ?? "" };
  }
}

test("go-salesforce (Go) queries, writes one by one, in collections and in bulk, and reads bulk results", async (context) => {
  const { program, problem } = await build();
  if (problem !== undefined) {
    process.stderr.write(`go-salesforce is not available, so its test is skipped: ${problem}\n`);
    context.skip(problem);
    return;
  }
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);

  expect(lastLine(await runProgram(program, [simulator.url]))).toEqual({
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
