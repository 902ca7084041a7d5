import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { vi } from "vitest";

/** What `npm run elasticsearch` starts. */
export const program = path.resolve("embedded-elasticsearch/main.ts");

const children: ChildProcess[] = [];

/** Remembers a process, so that the test that started it leaves nothing behind. */
export function killLater(child: ChildProcess): ChildProcess {
  children.push(child);
  return child;
}

/** Kills what is still running; to be called after each test. */
export function killCommands(): void {
  for (const child of children.splice(0)) child.kill("SIGKILL");
}

/** The command as `npm run elasticsearch` starts it. */
export function run(...args: string[]): ChildProcess {
  return killLater(spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
}

/** How a command ended, and what it wrote from now on. */
export async function ending(child: ChildProcess): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("The child's output is read through pipes.");
  const [[status], out, err] = await Promise.all([
    once(child, "exit") as Promise<unknown[]>,
    text(stdout),
    text(stderr),
  ]);
  return { status, stdout: out, stderr: err };
}

/** The first line of standard output. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let read = "";
  child.stdout?.on("data", (chunk: Buffer) => (read += chunk.toString()));
  await vi.waitUntil(() => read.includes("\n") || child.exitCode !== null, { timeout: 170_000 });
  return read.slice(0, read.indexOf("\n"));
}
