#!/usr/bin/env node
// The process entry. The only file that listens for signals or sets an exit code.
import { enableCompileCache } from "node:module";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";

// A sync makes much garbage and keeps little. By default V8 lets the heap grow to several times its live data; collecting a little more
// often halves the memory of the process without a measurable loss of speed (docs/performance.md). Neither setting is a limit.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=50");

// Compiled sources are kept for later starts, if the folder is writable.
enableCompileCache(join(import.meta.dirname, "../.cache/compiled"));
const { runProgram } = await import("./cli/program.ts");
const { processTerminal } = await import("./cli/terminal.ts");

const controller = new AbortController();

function onSignal(signal: NodeJS.Signals): void {
  if (controller.signal.aborted) {
    processTerminal.err(`Ended by a second ${signal}; unfinished requests were dropped.`);
    process.exit(1);
  }
  processTerminal.err(`${signal}: finishing requests to Elasticsearch. A second signal ends the process at once.`);
  controller.abort(signal);
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
// A reader of the output, such as `head`, may close it early.
process.stdout.on("error", () => process.exit(1));

const name = basename(process.argv[1] ?? "").startsWith("elastic-ingest") ? "elastic-ingest" : "salesforce-connector";
// Output to a pipe is written in the background; the process ends after that, when nothing else runs.
process.exitCode = await runProgram(process.argv.slice(2), {
  name,
  terminal: processTerminal,
  signal: controller.signal,
});
