import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { AppError, describeError } from "../core/errors.ts";
import { addConnectorCommands } from "./connector/program.ts";
import { addElasticIngest } from "./elastic-ingest.ts";
import type { ExplainOptions } from "./explain-command.ts";
import type { CommonOptions } from "./open-config.ts";
import type { RunOptions } from "./run-command.ts";
import type { SyncOptions } from "./sync-command.ts";
import type { ProgramContext } from "./program-context.ts";

/** Runs the command line and returns the exit code. */
export async function runProgram(args: readonly string[], context: ProgramContext): Promise<number> {
  let exitCode = 0;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has already printed help, the version, or an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    context.terminal.err(error instanceof AppError ? errorText(error) : `Unexpected error: ${describeError(error)}`);
    return error instanceof AppError ? error.exitCode : 1;
  }
}

/** Several problems are printed one a line; the hint comes last. */
function errorText(error: AppError): string {
  return error.hint === undefined
    ? error.message
    : `${error.message}${error.message.includes("\n") ? "\n" : " "}${error.hint}`;
}

// Commands are loaded on demand, so that --version and --help answer at once.
function createProgram(context: ProgramContext, end: (exitCode: number) => void): Command {
  const program = new Command(context.name)
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("Run with --help for the list of commands and options.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.err(text.trimEnd()),
    });
  if (context.name === "elastic-ingest") return addElasticIngest(program, context, end);
  program.description("Keeps Elasticsearch in sync with Salesforce: records and files.");
  addRun(program, context, end);
  addSync(program, context, end);
  addCheck(program, context, end);
  addExplain(program, context, end);
  addConnectorCommands({ program, context, common, end });
  addConfig(program, context, end);
  return program;
}

function addRun(program: Command, context: ProgramContext, end: (exitCode: number) => void): void {
  common(program.command("run"))
    .description("run the service: connectors and their jobs, until SIGTERM or SIGINT")
    .option("--health-file <file>", "write a sign of life to this file, for the command health")
    .action(async (options: RunOptions) => {
      const { runCommand } = await import("./run-command.ts");
      end(await runCommand(options, context));
    });
  program
    .command("health")
    .description("exit code 0 if the service that writes the file is healthy; for the health check of a container")
    .requiredOption("--health-file <file>", "the file of run --health-file")
    .action(async (options: { healthFile: string }) => {
      const { healthCommand } = await import("./health.ts");
      end(await healthCommand(options, context.terminal));
    });
}

function addSync(program: Command, context: ProgramContext, end: (exitCode: number) => void): void {
  common(program.command("sync"))
    .description("run one sync now; exit code 0 only if it completed")
    .option("--type <type>", "full, incremental or access_control", "full")
    .option("--connector <id>", "the connector; required if the file contains several")
    .option("--allow-deletes", "let this sync delete any number of documents")
    .option("--json", "print the report as one line of JSON, and nothing else, to standard output")
    .action(async (options: SyncOptions) => {
      const { syncCommand } = await import("./sync-command.ts");
      end(await syncCommand(options, context));
    });
}

function addCheck(program: Command, context: ProgramContext, end: (exitCode: number) => void): void {
  common(program.command("check"))
    .description("check that Salesforce and Elasticsearch can be reached and used")
    .option("--connector <id>", "check only this connector")
    .action(async (options: CommonOptions & { connector?: string }) => {
      const { checkCommand } = await import("./check-command.ts");
      end(await checkCommand(options, context));
    });
}

function addExplain(program: Command, context: ProgramContext, end: (exitCode: number) => void): void {
  common(program.command("explain-access"))
    .description("say why a user sees a record or a file, or does not; with document level security")
    .requiredOption("--user <user>", "an id, a user name or an e-mail address")
    .requiredOption("--record <id>", "the id of a record or a file")
    .option("--connector <id>", "the connector; required if the file contains several")
    .option("--json", "print one line of JSON")
    .action(async (options: ExplainOptions) => {
      const { explainCommand } = await import("./explain-command.ts");
      end(await explainCommand(options, context));
    });
}

function addConfig(program: Command, context: ProgramContext, end: (exitCode: number) => void): void {
  const config = program
    .command("config")
    .description("validate or print the configuration file, without asking a server");
  common(config.command("check"))
    .description("validate the file; prints the next times of each schedule")
    .action(async (options: CommonOptions) => {
      const { configCheckCommand } = await import("./config-command.ts");
      end(await configCheckCommand(options, context.terminal));
    });
  common(config.command("print"))
    .description("print the settings with all defaults, secrets redacted")
    .action(async (options: CommonOptions) => {
      const { configPrintCommand } = await import("./config-command.ts");
      end(await configPrintCommand(options, context.terminal));
    });
}

function common(command: Command): Command {
  return command
    .option("-c, --config <file>", "the configuration file", "config.yml")
    .option("--log-level <level>", "debug, info, warning, error or critical; overrides service.log_level")
    .option("--debug", "the same as --log-level debug")
    .option("--filebeat", "log as JSON in the Elastic Common Schema");
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
