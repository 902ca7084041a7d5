import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "..");

/** A program of this project that runs until it is stopped. */
export interface RunningProgram {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a program of this project, such as `simulator/main.ts`, and waits for its ready line. It ends when this process does. */
export async function startProgram(script: string, args: readonly string[]): Promise<RunningProgram> {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C in the terminal is for the starting process, which then ends the others in their order.
    detached: true,
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const url = await readyUrl(child);
  if (url === undefined) throw new Error(`${script} did not start: ${errors.join("").trim()}`);
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Runs the product's command line to its end; its messages and progress go where ours go. Returns its exit code and what it printed. */
export async function runConnector(
  args: readonly string[],
  { quiet = false, signal }: { quiet?: boolean; signal?: AbortSignal } = {},
): Promise<{ exitCode: number; output: string }> {
  const child = spawn(process.execPath, [join(root, "src/main.ts"), ...args], {
    stdio: ["ignore", "pipe", quiet ? "ignore" : "inherit"],
    detached: true,
  });
  signal?.addEventListener("abort", () => child.kill("SIGTERM"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { exitCode: code ?? 1, output };
}

async function readyUrl(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const url = /^\{"ready":true,"url":"(?<url>[^"]+)"/.exec(line)?.groups?.["url"];
    if (url !== undefined) {
      // Whatever it prints later must not fill the pipe.
      child.stdout.resume();
      return url;
    }
  }
  return undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(patience);
}
