import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "../../../../demo/processes.ts";
import { findJdk, type Jdk } from "../../../../embedded-elasticsearch/find-jdk.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";

const sources = path.join(import.meta.dirname, "force-rest-api");
const cache = path.join(import.meta.dirname, "../../../../.cache/clients");

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
});

afterAll(() => simulator.stop());

/** Downloads the client's jars and compiles the program, once for each version of the sources. */
async function prepare(jdk: Jdk, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["pom.xml", "Check.java"]) hash.update(await readFile(path.join(sources, file)));
  const folder = path.join(cache, `force-rest-api-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-${process.pid}`;
  try {
    await mkdir(unfinished, { recursive: true });
    await cp(sources, unfinished, { recursive: true });
    const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    const options = { folder: unfinished, env: { JAVA_HOME: jdk.home }, signal };
    await startProcess("mvn", ["--batch-mode", "--quiet", "-DoutputDirectory=jars", plugin], options).output();
    const javac = path.join(jdk.home, "bin", "javac");
    await startProcess(javac, ["-cp", "jars/*", "-d", "classes", "Check.java"], options).output();
    if (!existsSync(folder)) await rename(unfinished, folder);
  } finally {
    // The folder still exists if a step failed or another process was faster.
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

test("force-rest-api (Java) signs in with a password, reads all pages, writes, describes and reads its identity", async ({
  signal,
}) => {
  const jdk = await findJdk(17);
  if (jdk === undefined) throw new Error("The Java client requires a JDK 17 or later, but none was found.");
  const folder = await prepare(jdk, signal);
  const live = simulator.org.database.number(`SELECT count(*) FROM "Contact" WHERE "IsDeleted" = 0`);

  const classPath = ["classes", "jars/*"].join(path.delimiter);
  const java = path.join(jdk.home, "bin", "java");
  const results: unknown = JSON.parse(
    await startProcess(java, ["-cp", classPath, "Check", simulator.url], { folder, signal }).output(),
  );

  expect(results).toEqual({
    total: live,
    records: live,
    name: "Made by force-rest-api",
    industry: "Banking",
    upsert: "CREATED",
    gone: 404,
    refused: 400,
    objects: expect.any(Number) as number,
    contactFields: expect.any(Number) as number,
    user: "simulator@simulated.example",
  });
});
