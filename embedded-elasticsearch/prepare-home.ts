import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { assembleHome } from "./assemble-home.ts";
import { exclusively } from "./exclusively.ts";
import type { Jdk } from "./find-jdk.ts";
import { versionOf, type Major } from "./versions.ts";

const sources = path.join(import.meta.dirname, "node");
const checkout = path.dirname(import.meta.dirname);
const unfinished = ".unfinished";

/** Which home is wanted, and of whom. */
interface HomeRequest {
  readonly major: Major;
  readonly jdk: Jdk;
  /** With Elasticsearch's own security. */
  readonly secured?: boolean;
  /** Where homes are kept; `.cache/elasticsearch` of the checkout unless a test names another. */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
}

/**
 * The folder that a node is started from: Elasticsearch's jars, our plugin, its configuration. It is made once for each version and
 * state of the sources, with Maven and the network, and then only read, by any number of nodes at once.
 *
 * A home is put together under another name and renamed when it is complete, so a home that exists is whole, whatever was interrupted.
 * Preparations take turns: Maven's own store is not made for several writers.
 *
 * @throws StartFailure when Maven, the network or the compiler fails
 */
export async function prepareHome(request: HomeRequest): Promise<string> {
  const { major, jdk, secured = false, cacheFolder = path.join(checkout, ".cache", "elasticsearch"), signal } = request;
  const { version } = versionOf({ major, secured });
  const home = path.join(cacheFolder, `${version}${secured ? "-secured" : ""}-${await fingerprint()}`);
  if (existsSync(home)) return home;

  await mkdir(cacheFolder, { recursive: true });
  const prepare = async (): Promise<void> => {
    if (existsSync(home)) return;
    await removeUnfinished(cacheFolder);
    const folder = `${home}${unfinished}`;
    await assembleHome({ sources, folder, major, secured, jdk }, signal);
    await rename(folder, home);
  };
  await exclusively(path.join(cacheFolder, "lock"), prepare, signal);
  return home;
}

/** Whoever holds the lock is the only one at work: what is unfinished was left by a process that is gone. */
async function removeUnfinished(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (name.endsWith(unfinished)) await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

/** Of every file that the home is made of, so that a change makes another home. */
async function fingerprint(): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(`${path.relative(sources, file)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 12);
}
