import type { Command } from "commander";
import type { CommonOptions } from "./open-config.ts";
import { UsageError, type ProgramContext } from "./program-context.ts";

// The command line of Elastic's connectors: `elastic-ingest -c /config/config.yml` starts this service.

interface IngestOptions extends Omit<CommonOptions, "config"> {
  configFile: string;
  action?: string[];
  serviceType?: string;
}

const serviceActions = ["schedule", "sync_content", "sync_access_control", "cleanup"];

/** Adds the options of `elastic-ingest`. */
export function addElasticIngest(program: Command, context: ProgramContext, end: (exitCode: number) => void): Command {
  return program
    .description(
      "Keeps Elasticsearch in sync with Salesforce. Accepts the options of Elastic's connectors; salesforce-connector has more commands.",
    )
    .option("-c, --config-file <file>", "the configuration file", "config.yml")
    .option("--log-level <level>", "DEBUG, INFO, WARNING, ERROR or CRITICAL")
    .option("--debug", "the same as --log-level DEBUG")
    .option("--filebeat", "log as JSON in the Elastic Common Schema")
    .option(
      "--action <action>",
      `one of ${[...serviceActions, "list", "config"].join(", ")}; can be repeated`,
      (value: string, all: string[] | undefined) => [...(all ?? []), value],
    )
    .option("--service-type <type>", "the connector type for --action config")
    .option("--uvloop", "accepted, no effect")
    .action(async ({ configFile, action = serviceActions, serviceType, ...options }: IngestOptions) => {
      end(await runActions(action, { serviceType, context, common: { ...options, config: configFile } }));
    });
}

async function runActions(
  actions: readonly string[],
  { serviceType, context, common }: { serviceType: string | undefined; context: ProgramContext; common: CommonOptions },
): Promise<number> {
  const unknown = actions.find((action) => ![...serviceActions, "list", "config"].includes(action));
  if (unknown !== undefined)
    throw new UsageError(`${unknown} is not an action.`, {
      hint: `Use ${[...serviceActions, "list", "config"].join(", ")}.`,
    });
  if (actions.length > 1 && (actions.includes("list") || actions.includes("config"))) {
    throw new UsageError("The actions list and config cannot be combined with others.", { hint: "Give one --action." });
  }
  if (actions.includes("list")) {
    context.terminal.out("Registered connectors:\n- Salesforce (salesforce)");
    return 0;
  }
  if (actions.includes("config")) return printFields(serviceType, context);
  const { runCommand } = await import("./run-command.ts");
  return runCommand(common, context);
}

async function printFields(serviceType: string | undefined, { terminal }: ProgramContext): Promise<number> {
  if (serviceType !== "salesforce") {
    throw new UsageError(
      serviceType === undefined ? "--service-type is missing." : `The connector type ${serviceType} is unknown.`,
      {
        hint: "Use --service-type salesforce.",
      },
    );
  }
  const { configFieldsCommand } = await import("./config-command.ts");
  return configFieldsCommand(terminal);
}
