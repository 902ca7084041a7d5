import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";
import { startEmbeddedNode } from "../../embedded-elasticsearch/start-embedded-node.ts";
import { ending, firstLine, killCommands, killLater, program, run } from "../support/elasticsearch-command.ts";

const hasJdk = (await findJdk(17)) !== undefined;

afterEach(killCommands);

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

describe("npm run elasticsearch", () => {
  it("refuses an unknown option and a bad value with status 2, and explains itself with status 0", async () => {
    const unknown = await ending(run("--prot", "9200"));
    const bad = await ending(run("--version", "7"));
    const help = await ending(run("--help"));

    expect(unknown).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("unknown option '--prot'") as string,
    });
    expect(bad).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("8 or 9 is expected") as string,
    });
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("--data <folder>") as string, stderr: "" });
  });
});

describe.runIf(hasJdk)("npm run elasticsearch, with a JDK", () => {
  it("says in one line that a port is taken, with status 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    const { status, stdout, stderr } = await ending(run("--port", String(port)));
    other.close();

    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(`Port ${port} of 127.0.0.1 is taken by another program`);
  });

  it("prints one ready line once it answers, runs until SIGTERM, and ends with status 0", async () => {
    const child = run("--heap", "384");
    const line = await firstLine(child);
    const { ready, url } = JSON.parse(line) as { ready: boolean; url: string };

    expect(ready).toBe(true);
    expect(await answers(`${url}/_cluster/health`)).toBe(true);

    const rest = ending(child);
    child.kill("SIGTERM");
    expect(await rest).toMatchObject({ status: 0, stdout: "" });
    expect(await answers(url)).toBe(false);
  });

  it.each([
    ["a program", "sh", ["-c", `"${process.execPath}" "${program}" --heap 384; true`]],
    ["npm", "npm", ["run", "--silent", "elasticsearch", "--", "--heap", "384"]],
  ])("ends, and the node with it, when %s that started it is killed", async (_name, command, args) => {
    const starter = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
    killLater(starter);
    const { url } = JSON.parse(await firstLine(starter)) as { url: string };
    expect(await answers(url)).toBe(true);

    starter.kill("SIGKILL");

    await vi.waitUntil(async () => !(await answers(url)), { timeout: 15_000 });
  });

  it("is told by npm to end, and then npm ends with status 0 too", async () => {
    const npm = spawn("npm", ["run", "--silent", "elasticsearch", "--", "--heap", "384"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    killLater(npm);
    const { url } = JSON.parse(await firstLine(npm)) as { url: string };

    npm.kill("SIGTERM");

    expect(await once(npm, "exit")).toEqual([0, null]);
    expect(await answers(url)).toBe(false);
  });

  it("ends with status 0 when it is told to before the node answers", async () => {
    const child = run("--heap", "384");
    const finished = ending(child);
    await once(child.stderr ?? child, "data");
    child.kill("SIGINT");

    expect(await finished).toMatchObject({ status: 0, stdout: "" });
  });
});

describe("an embedded node without a JDK", () => {
  it("says in one sentence what to install", async () => {
    const start = startEmbeddedNode({ major: 9, jdkSearch: { env: {}, folders: [] } });

    await expect(start).rejects.toThrow(
      /^Elasticsearch 9\.2\.0 needs a JDK of version 21 or newer, and none was found: install one \(/,
    );
  });
});
