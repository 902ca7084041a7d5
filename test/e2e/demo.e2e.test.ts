import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProcess, startScript, type ProcessResult } from "../../demo/processes.ts";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";
import { prepareHome } from "../../embedded-elasticsearch/prepare-home.ts";
import type { RunReport } from "../../src/sync/report.ts";

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "demo-test-"));
});

afterAll(async () => {
  await rm(temporary, { recursive: true, force: true });
});

/** The command of the README. It starts its own Elasticsearch and keeps its files in the test's folder. */
function runDemo(...args: string[]): Promise<ProcessResult> {
  const env = { ELASTICSEARCH_URL: undefined, TMPDIR: temporary };
  return startProcess("npm", ["run", "demo", "--", "--once", ...args], { env }).ended;
}

/** The address that a line of the demo names, such as `Salesforce:    http://127.0.0.1:8085`. */
const urlOf = (name: string, text: string): string =>
  new RegExp(`^${name}: +(?<url>https?://\\S+)`, "m").exec(text)?.groups?.["url"] ?? "";

describe("npm run demo", () => {
  it("ends with the error, and leaves nothing behind, if the org cannot be generated", async () => {
    const result = await runDemo("--size", "5");

    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('simulator/main.ts did not start: Unknown size "5"') as string,
    });
    expect((await readdir(temporary)).filter((name) => name !== "node-compile-cache")).toEqual([]);
  });
});

describe("npm run demo -- --once --json", () => {
  it("syncs an org, finds something in it, prints the report, and leaves nothing behind", async () => {
    const { exitCode, stdout, stderr } = await runDemo("--json");

    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as RunReport;
    expect(report).toMatchObject({ status: "completed", error: null, index_name: "search-salesforce" });
    const written = Object.values(report.objects).reduce((sum, counts) => sum + counts.written, 0);
    expect(written).toBeGreaterThan(4500);
    expect(report.objects["files"]?.written).toBeGreaterThan(20);
    expect(stderr).toMatch(/Searching for “.+”:\n\n {2}\w+: .+\n {4}.*«.+».*\n {4}http:/);
    for (const name of ["Salesforce", "Elasticsearch"]) {
      await expect(fetch(urlOf(name, stderr)), name).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    }
    // npm keeps its compile cache there.
    expect((await readdir(temporary)).filter((name) => name !== "node-compile-cache")).toEqual([]);
  });
});

const jdk = await findJdk(17);

describe.runIf(jdk !== undefined)("npm run demo without the jars of Elasticsearch's security", () => {
  it("uses a node without security, and says why in one line", async () => {
    const cache = join(temporary, "cache");
    await mkdir(cache);
    if (jdk !== undefined) {
      const home = await prepareHome({ major: 8, jdk });
      await symlink(home, join(cache, basename(home)));
    }
    await mkdir(join(temporary, ".m2"));
    await writeFile(join(temporary, ".m2", "settings.xml"), "<settings><offline>true</offline></settings>");
    const env = {
      ELASTICSEARCH_URL: undefined,
      ELASTICSEARCH_EMBEDDED: "true",
      EMBEDDED_ELASTICSEARCH_CACHE: cache,
      MAVEN_OPTS: `-Duser.home=${temporary}`,
    };

    const { exitCode, stdout } = await startScript("demo/main.ts", ["--once", "--size", "tiny"], { env }).ended;

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Elasticsearch: http:/m);
    expect(stdout).toMatch(
      /^It runs without security: "mvn" failed to fetch the jars of Elasticsearch 8\.19\.0\. .+$/m,
    );
    expect(stdout).not.toContain("User:");
  });
});
