import { Command, CommanderError, InvalidArgumentError } from "commander";
import { majors, parseMajor, type Major } from "../embedded-elasticsearch/versions.ts";

export interface DemoOptions {
  once: boolean;
  json: boolean;
  size: string;
  query: string;
  version: Major;
  security: boolean;
}

/** The demo ends before it starts anything: after `--help` (0), or because of an invalid argument (2). */
interface NothingToRun {
  readonly exitCode: 0 | 2;
  readonly text: string;
}

/** `args` does not contain the names of Node and the program. */
export function parseOptions(args: readonly string[]): DemoOptions | NothingToRun {
  const written: string[] = [];
  const command = new Command("npm run demo --")
    .description(
      "A simulated Salesforce org, a real Elasticsearch, and the connector between them: a full sync, a search, and more syncs.",
    )
    .option("--once", "end after the search", false)
    .option("--json", "print the report as one JSON object on the last line", false)
    .option("--size <size>", "tiny, small, medium, large, or a number of records", orgSize, "small")
    .option("--query <words>", "the words to search for", "spare parts for the old inverter")
    .option("--version <major>", `of Elasticsearch: ${majors.join(" or ")}`, knownMajor, 8)
    .option("--no-security", "start Elasticsearch without users and HTTPS")
    .helpOption("--help", "show this")
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => written.push(text), writeErr: (text) => written.push(text) });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? 0 : 2, text: written.join("").trim() };
  }
  return command.opts<DemoOptions & Record<string, unknown>>();
}

function knownMajor(text: string): Major {
  const major = parseMajor(text);
  if (major === undefined) throw new InvalidArgumentError(`${majors.join(" or ")} is expected.`);
  return major;
}

/** The simulator validates the number of records. */
function orgSize(text: string): string {
  if (/^(tiny|small|medium|large|\d+)$/.test(text)) return text;
  throw new InvalidArgumentError("tiny, small, medium, large, or a number is expected.");
}
