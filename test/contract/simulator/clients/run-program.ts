import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program and returns its standard output. Throws an error with its standard error output if it fails. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { folder?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { stdout } = await run(command, [...args], {
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: { ...process.env, ...options.env },
  });
  return stdout;
}

/** Parses the last line of an output. */
export function lastLine(output: string): unknown {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "null");
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
