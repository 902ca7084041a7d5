#!/usr/bin/env node
// The process entry.
import { enableCompileCache } from "node:module";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { endProcess } from "./cli/end-process.ts";
import { startProcess } from "./cli/start-process.ts";

const signal = startProcess();

// A sync makes much garbage and keeps little. By default V8 lets the heap grow to several times its live data; collecting a little more
// often halves the memory of the process without a measurable loss of speed (docs/performance.md). Neither setting is a limit.
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=50");

// Compiled sources are kept for later starts, if the folder is writable.
enableCompileCache(join(import.meta.dirname, "../.cache/compiled"));
const { runProgram } = await import("./cli/program.ts");
const { processTerminal } = await import("./cli/terminal.ts");

const name = basename(process.argv[1] ?? "").startsWith("elastic-ingest") ? "elastic-ingest" : "salesforce-connector";
await endProcess(await runProgram(process.argv.slice(2), { name, terminal: processTerminal, signal }));
