import { untilAborted } from "../core/errors.ts";

/** A reader that stopped reading must not keep a process that is to end. */
export const flushTimeoutMs = 200;

const never = new AbortController().signal;

/** Work of the thread pool that Node waits for at the end: looking up a host name can take half a minute. */
const slowWork = ["GetAddrInfoReqWrap", "FSReqCallback", "FSReqPromise"];

/** Ends the process at once, after its output was written or the signal has fired. */
export async function endProcess(exitCode: number, signal: AbortSignal = never): Promise<void> {
  const written = Promise.all([process.stdout, process.stderr].map(flush));
  await untilAborted(written, signal).catch(() => undefined);
  const waits = process.getActiveResourcesInfo().some((name) => slowWork.includes(name));
  // Another program in this process's place does not wait for the thread pool. Not every platform can do this.
  if (waits) replaceBy(["--eval", `process.exit(${exitCode})`]);
  process.exit(exitCode);
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

function replaceBy(args: readonly string[]): void {
  try {
    process.execve?.(process.execPath, [process.execPath, ...args], {});
  } catch {
    // The process ends when its look-ups do.
  }
}
