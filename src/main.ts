#!/usr/bin/env node
// The process entry: arguments → command. The only file that listens for signals or sets an exit code.
import { enableCompileCache } from "node:module";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";

// A sync makes much garbage and keeps little. Left alone, V8 lets the heap grow to several times what is kept; collecting a little more
// often halves the memory of the process and costs no time that shows (docs/performance.md). Neither setting is a limit.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=50");

// What was compiled once need not be compiled, nor freed of its types, again. Where the folder cannot be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, "../.cache/compiled"));
const { runProgram } = await import("./cli/program.ts");
const { processTerminal } = await import("./cli/terminal.ts");

const controller = new AbortController();

function onSignal(signal: NodeJS.Signals): void {
  if (controller.signal.aborted) {
    processTerminal.err(`Ended by a second ${signal}; what was under way is left as it is.`);
    process.exit(1);
  }
  processTerminal.err(`${signal}: finishing what is on its way to Elasticsearch. A second one ends at once.`);
  controller.abort(signal);
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
// Whoever reads the output may leave before its end, as `head` does.
process.stdout.on("error", () => process.exit(1));

const name = basename(process.argv[1] ?? "").startsWith("elastic-ingest") ? "elastic-ingest" : "salesforce-connector";
// Output to a pipe is written in the background; the process ends when that is done and nothing else is under way.
process.exitCode = await runProgram(process.argv.slice(2), {
  name,
  terminal: processTerminal,
  signal: controller.signal,
});
