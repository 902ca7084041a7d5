import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program to its end and gives what it wrote to standard output; its failure carries what it wrote to standard error. */
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

/** The last line of an output as JSON. */
export function lastLine(output: string): unknown {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "null");
}

/** Words of a thrown thing. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
