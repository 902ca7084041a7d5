import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startProcess, startScript, type RunningProcess } from "../../demo/processes.ts";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";
import { startEmbeddedNode } from "../../embedded-elasticsearch/start-embedded-node.ts";

const program = "embedded-elasticsearch/main.ts";
const hasJdk = (await findJdk(17)) !== undefined;
const processes: RunningProcess[] = [];

afterEach(async () => {
  await Promise.all(processes.splice(0).map((running) => running.kill()));
});

function track(running: RunningProcess): RunningProcess {
  processes.push(running);
  return running;
}

/** The command as `npm run elasticsearch` starts it. */
const start = (...args: string[]): RunningProcess => track(startScript(program, args));

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

describe("npm run elasticsearch", () => {
  it("refuses an unknown option and a bad value with status 2, and prints its help with status 0", async () => {
    const unknown = await start("--prot", "9200").ended;
    const bad = await start("--version", "7").ended;
    const help = await start("--help").ended;

    expect(unknown).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("unknown option '--prot'") as string,
    });
    expect(bad).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("8 or 9 is expected") as string,
    });
    expect(help).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("--data <folder>") as string,
      stderr: "",
    });
  });
});

describe.runIf(hasJdk)("npm run elasticsearch, with a JDK", () => {
  it("prints one line if the port is in use, with status 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    const { exitCode, stdout, stderr } = await start("--port", String(port)).ended;
    other.close();

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(`Port ${port} of 127.0.0.1 is taken by another program`);
  });

  it("prints one ready line once it answers, runs until SIGTERM, and ends with status 0", async () => {
    const running = start("--heap", "384");
    const url = await running.readyUrl();

    expect(await answers(`${url}/_cluster/health`)).toBe(true);
    const { exitCode, stdout } = await running.kill("SIGTERM");
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(await answers(url)).toBe(false);
  });

  it.each([
    ["a program", "sh", ["-c", `"${process.execPath}" ${program} --heap 384; true`]],
    ["npm", "npm", ["run", "--silent", "elasticsearch", "--", "--heap", "384"]],
  ])("ends, and the node with it, when %s that started it is killed", async (_name, command, args) => {
    const starter = track(startProcess(command, args));
    const url = await starter.readyUrl();
    expect(await answers(url)).toBe(true);

    void starter.kill();

    await vi.waitUntil(async () => !(await answers(url)), { timeout: 15_000 });
  });

  it("ends by a signal to npm, and npm ends with status 0 too", async () => {
    const npm = track(startProcess("npm", ["run", "--silent", "elasticsearch", "--", "--heap", "384"]));
    const url = await npm.readyUrl();

    expect(await npm.kill("SIGTERM")).toMatchObject({ exitCode: 0, signal: null });
    expect(await answers(url)).toBe(false);
  });

  it("ends with status 0 if the signal comes before the node responds", async () => {
    const running = start("--heap", "384");
    await running.waitForOutput(/./, "stderr");

    expect(await running.kill("SIGINT")).toMatchObject({ exitCode: 0, stdout: "" });
  });
});

describe("an embedded node without a JDK", () => {
  it("names the JDK to install in one sentence", async () => {
    const start = startEmbeddedNode({ major: 9, jdkSearch: { env: {}, folders: [] } });

    await expect(start).rejects.toThrow(
      /^Elasticsearch 9\.2\.0 needs a JDK of version 21 or newer, and none was found: install one \(/,
    );
  });
});
