import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProcess } from "../../demo/processes.ts";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";

const hasJdk = (await findJdk(17)) !== undefined;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "missing-jars-"));
  // The run looks for leaked nodes with `ps`.
  const [ps = ""] = (await startProcess("which", ["ps"]).output()).split("\n");
  await mkdir(path.join(folder, "bin"));
  await symlink(ps, path.join(folder, "bin", "ps"));
  await mkdir(path.join(folder, ".m2"));
  await writeFile(path.join(folder, ".m2", "settings.xml"), "<settings><offline>true</offline></settings>");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface TestRun {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Which outcomes the tests of a run had: those with security, and the others. */
function outcomes({ testResults }: TestRun): Record<"secured" | "others", string[]> {
  const of = (isSecured: boolean): string[] => {
    const files = testResults.filter(({ name }) => name.endsWith(".secured.test.ts") === isSecured);
    return [...new Set(files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status)))];
  };
  return { secured: of(true), others: of(false) };
}

describe.runIf(hasJdk)("a test run that cannot fetch the jars of Elasticsearch's security", () => {
  it.each([
    ["Maven is offline", () => ({ MAVEN_OPTS: `-Duser.home=${folder}` }), '"mvn" failed to fetch the jars'],
    ["Maven is missing", () => ({ PATH: path.join(folder, "bin") }), '"mvn" is needed to fetch the jars'],
  ])("skips the tests with security, says why in one line, and runs the others: %s", async (_name, env, reason) => {
    const report = path.join(folder, "report.json");
    const files = ["test/secured", "embedded-elasticsearch/parse-arguments.test.ts"];
    const args = ["run", "--project", "secured-8", "--project", "unit", "--reporter", "json", "--outputFile", report];
    const cache = { EMBEDDED_ELASTICSEARCH_CACHE: path.join(folder, "cache") };

    const run = startProcess(process.execPath, ["node_modules/vitest/vitest.mjs", ...args, ...files], {
      env: { ...cache, ...env() },
    });
    const { exitCode, stdout, stderr } = await run.ended;

    expect(exitCode, stderr).toBe(0);
    expect(stdout.split("\n").filter((line) => line.includes("secured-8"))).toEqual([
      expect.stringContaining(`The tests of secured-8 are skipped: ${reason} of Elasticsearch 8.19.0`),
    ]);
    const result = JSON.parse(await readFile(report, "utf8")) as TestRun;
    expect(result.success).toBe(true);
    expect(outcomes(result)).toEqual({ secured: ["skipped"], others: ["passed"] });
  });
});
