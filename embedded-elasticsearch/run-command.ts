import { once } from "node:events";
import process from "node:process";
import { parseArguments } from "./parse-arguments.ts";
import { onStarterGone } from "./starter-watch.ts";
import { startEmbeddedNode, type EmbeddedNodeOptions } from "./start-embedded-node.ts";
import { messageOf, StartFailure } from "./start-failure.ts";
import { versionOf } from "./versions.ts";

/**
 * `npm run elasticsearch`: runs the embedded node until a signal arrives or the parent process exits.
 *
 * @returns the exit code: 0 after a signal, 1 if the node cannot start or exits unexpectedly, 2 for invalid arguments
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if ("exitCode" in parsed) {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(`${parsed.text}\n`);
    return parsed.exitCode;
  }
  const ending = endOfThisCommand();
  try {
    return await runNode({ ...parsed, signal: ending });
  } catch (error) {
    if (ending.aborted) return 0;
    report(error);
    return 1;
  }
}

async function runNode(options: EmbeddedNodeOptions & { signal: AbortSignal }): Promise<number> {
  const { version } = versionOf({ major: options.major, secured: options.secured ?? false });
  tell(`Starting Elasticsearch ${version}; the first start downloads it.`);
  const node = await startEmbeddedNode(options);
  process.stdout.write(`${JSON.stringify({ ready: true, url: node.url, ...node.security })}\n`);
  tell(
    `Elasticsearch ${node.version} answers on ${node.url} (Java ${node.jdk.version}, process ${node.pid}). Press Ctrl-C to stop it.`,
  );
  const how = await Promise.race([node.ended, aborted(options.signal)]);
  await node.stop();
  if (how === undefined) return 0;
  tell(`Elasticsearch exited unexpectedly: ${how}. Start it again; only --data keeps the data.`);
  return 1;
}

/** Aborts at the first SIGINT or SIGTERM, or when the parent process exits. */
function endOfThisCommand(): AbortSignal {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, end);
  onStarterGone(end);
  return ending.signal;
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, "abort");
}

/** Writes the details first, so that the failure and its remedy are on the last line. */
function report(error: unknown): void {
  if (error instanceof StartFailure) {
    if (error.details !== "") tell(error.details);
    tell(error.sentence);
  } else {
    // A bug in this program: the stack helps to find it.
    tell(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
