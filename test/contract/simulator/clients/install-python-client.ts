import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { startProcess } from "../../../../demo/processes.ts";

const cache = path.join(import.meta.dirname, "../../../../.cache/clients");

/** Either the folder or the problem is set. */
interface Installed {
  readonly folder?: string;
  readonly problem?: string;
}

/** Installs a Python package into a folder of its own, once for each version. Returns the reason if that is not possible. */
export async function installPythonClient(name: string, version: string, signal: AbortSignal): Promise<Installed> {
  const folder = path.join(cache, `${name}-${version}-packages`);
  if (existsSync(folder)) return { folder };
  const unfinished = `${folder}-${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    const options = ["--quiet", "--disable-pip-version-check", "--target", unfinished];
    const args = ["-m", "pip", "install", ...options, `${name}==${version}`];
    await startProcess("python3", args, { signal }).output();
    await rename(unfinished, folder);
    return { folder };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    return { problem: String(error).split("\n")[0] ?? "" };
  }
}
