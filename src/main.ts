#!/usr/bin/env node
// The process entry: arguments → command. The only file that listens for signals or sets an exit code.
import { basename } from "node:path";
import { runProgram } from "./cli/program.ts";
import { processTerminal } from "./cli/terminal.ts";

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
const exitCode = await runProgram(process.argv.slice(2), {
  name,
  terminal: processTerminal,
  signal: controller.signal,
});
// Output to a pipe is written in the background; the process ends when that is done and nothing else is under way.
process.exitCode = exitCode;
