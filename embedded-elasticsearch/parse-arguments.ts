import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { EmbeddedNodeOptions } from "./start-embedded-node.ts";
import { securedUser } from "./secured-configuration.ts";
import { messageOf } from "./start-failure.ts";
import { majors, parseMajor, type Major } from "./versions.ts";

type CommandOptions = Pick<
  EmbeddedNodeOptions,
  "major" | "port" | "dataDir" | "heapMb" | "secured" | "genericPipeline"
>;

/** The command exits without starting a node: with 0 after `--help`, with 2 for invalid arguments. */
interface NothingToRun {
  readonly exitCode: 0 | 2;
  readonly text: string;
}

/** Option names as commander returns them. */
interface ParsedOptions {
  version: Major;
  port: number;
  heap: number;
  data?: string;
  secured?: true;
  genericPipeline?: true;
}

const lowestHeapMb = 256;
const highestHeapMb = 31_744;
const highestPort = 65_535;

/** @param args - without the paths of Node.js and of the script */
export function parseArguments(args: readonly string[]): CommandOptions | NothingToRun {
  const written: string[] = [];
  const command = new Command("npm run elasticsearch --")
    .description(
      "Runs a real Elasticsearch on 127.0.0.1, without Docker, until Ctrl-C.\n" +
        'Prints {"ready":true,"url":"…"} as a separate line on standard output when the node is ready.',
    )
    .option("--port <port>", "port to listen on; 0 for a free port", wholeNumber({ from: 0, to: highestPort }), 0)
    .option("--version <major>", majors.join(" or "), knownMajor, 8)
    .option("--data <folder>", "persistent data folder (default: a temporary folder, deleted at the end)", folder)
    .option("--heap <MB>", "Java heap", wholeNumber({ from: lowestHeapMb, to: highestHeapMb }), 1024)
    .option(
      "--secured",
      `enable Elasticsearch security and HTTPS; user ${securedUser.username}, password ${securedUser.password}`,
    )
    .option("--generic-pipeline", "with --secured: also install the pipeline ent-search-generic-ingestion")
    .helpOption("--help", "show this")
    .exitOverride()
    .configureOutput({ writeOut: (text) => written.push(text), writeErr: (text) => written.push(text) });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    const asked = error instanceof CommanderError && error.exitCode === 0;
    const text = written.join("").trim();
    return { exitCode: asked ? 0 : 2, text: text === "" ? messageOf(error) : text };
  }
  const { version, port, heap, data, secured, genericPipeline } = command.opts<ParsedOptions>();
  if (genericPipeline && !secured) {
    return { exitCode: 2, text: "error: --generic-pipeline needs --secured: a plain node has no built-in pipelines" };
  }
  return {
    major: version,
    port,
    heapMb: heap,
    ...(data !== undefined && { dataDir: data }),
    ...(secured && { secured }),
    ...(genericPipeline && { genericPipeline }),
  };
}

function wholeNumber({ from, to }: { from: number; to: number }): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < from || number > to) {
      throw new InvalidArgumentError(`A whole number from ${from} to ${to} is expected.`);
    }
    return number;
  };
}

function knownMajor(text: string): Major {
  const major = parseMajor(text);
  if (major === undefined) throw new InvalidArgumentError(`${majors.join(" or ")} is expected.`);
  return major;
}

function folder(text: string): string {
  if (text === "") throw new InvalidArgumentError("The name of a folder is expected.");
  return text;
}
