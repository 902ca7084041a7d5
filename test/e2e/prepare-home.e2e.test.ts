import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startProcess } from "../../demo/processes.ts";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";

const hasJdk = (await findJdk(17)) !== undefined;
let cacheFolder: string;

beforeEach(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "prepare-home-"));
});

afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

/** In a separate process: starts a node from the private cache, prints its version, and stops it. */
async function startAndStop(env: NodeJS.ProcessEnv = {}): Promise<string> {
  const module = path.resolve("embedded-elasticsearch/start-embedded-node.ts");
  const script = `import { startEmbeddedNode } from ${JSON.stringify(module)};
    const node = await startEmbeddedNode({ major: 8, heapMb: 384, cacheFolder: ${JSON.stringify(cacheFolder)} });
    const info = await (await fetch(node.url)).json();
    await node.stop();
    console.log(info.version.number);`;
  const args = ["--input-type=module-typescript", "--eval", script];
  return (await startProcess(process.execPath, args, { env }).output()).trim();
}

describe.runIf(hasJdk)("the folder that nodes start from", () => {
  it("is created once by concurrent processes, despite leftovers of an interrupted one, and then needs no Maven", async () => {
    const leftover = path.join(cacheFolder, "8.19.0-interrupted.unfinished");
    await mkdir(leftover);
    await writeFile(path.join(leftover, "half-a-jar"), "");

    const versions = await Promise.all([startAndStop(), startAndStop()]);
    const again = await startAndStop({ PATH: "/nowhere" });

    expect([...versions, again]).toEqual(["8.19.0", "8.19.0", "8.19.0"]);
    expect(await readdir(cacheFolder)).toEqual([expect.stringMatching(/^8\.19\.0-[0-9a-f]{12}$/), "lock"]);
  });
});
