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

interface HomeRequest {
  readonly major: Major;
  readonly jdk: Jdk;
  /** Includes the modules of Elasticsearch security. */
  readonly secured?: boolean;
  /** Default: `EMBEDDED_ELASTICSEARCH_CACHE` in the environment, else `.cache/elasticsearch` in the repository. */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
}

/**
 * Returns the folder that a node starts from: Elasticsearch's jars, our plugin and its configuration. The folder is built once for each
 * version and state of the sources, with Maven and the network. Afterwards it is read-only, so any number of nodes can share it.
 *
 * A home is built under a temporary name and renamed when it is complete, so an interruption never leaves an incomplete home. Only one
 * process builds at a time, because Maven's local repository does not support concurrent writers.
 *
 * @throws StartFailure if Maven, the network or the compiler fails
 */
export async function prepareHome(request: HomeRequest): Promise<string> {
  const { major, jdk, secured = false, cacheFolder = defaultCacheFolder(), signal } = request;
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

function defaultCacheFolder(): string {
  return process.env["EMBEDDED_ELASTICSEARCH_CACHE"] ?? path.join(checkout, ".cache", "elasticsearch");
}

/** Call it with the lock held: then all unfinished folders belong to processes that have exited. */
async function removeUnfinished(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (name.endsWith(unfinished)) await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

/** A hash of all files that go into the home, so that a change builds a new home. */
async function fingerprint(): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(`${path.relative(sources, file)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 12);
}
