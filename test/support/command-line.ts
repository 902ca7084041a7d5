import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startScript, type ProcessOptions, type ProcessResult, type RunningProcess } from "../../demo/processes.ts";

/** Starts the product's command line as a process, as a user would. */
export function startCommand(args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  return startScript("src/main.ts", args, options);
}

/** Runs the product's command line to its end. */
export function runCommand(args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  return startCommand(args, options).ended;
}

/** A folder for configuration files. */
export class ConfigFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<ConfigFolder> {
    return new ConfigFolder(await mkdtemp(join(tmpdir(), "connector-test-")));
  }

  /** Writes a configuration file and returns its path. */
  async write(content: unknown, name = "config.yml"): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, typeof content === "string" ? content : stringify(content));
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
