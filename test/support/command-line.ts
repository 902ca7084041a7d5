import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

const root = join(import.meta.dirname, "../..");

/** What a command line program printed, and what it ended with. */
export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A command that is running. */
export interface RunningCommand {
  process: ChildProcess;
  /** What it has printed so far. */
  readonly stderr: string;
  ended: Promise<CommandResult>;
}

/** How a command is started. */
export interface CommandOptions {
  /** Added to this process's own. */
  environment?: Record<string, string>;
  /** The path by which the program is started; its own unless given. */
  script?: string;
}

/** Starts the product's command line as a process, as a user would. */
export function startCommand(
  args: readonly string[],
  { environment = {}, script = join(root, "src/main.ts") }: CommandOptions = {},
): RunningCommand {
  const child = spawn(join(root, "node_modules/.bin/node"), [script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close").then(([exitCode]): CommandResult => ({
    exitCode: exitCode as number | null,
    stdout,
    stderr,
  }));
  return {
    process: child,
    get stderr() {
      return stderr;
    },
    ended,
  };
}

/** Runs the product's command line to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
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
