import type { Command } from "commander";
import type { ConnectorCancelOptions } from "./cancel.ts";
import type { ConnectorCreateOptions } from "./create.ts";
import type { ConnectorJobsOptions } from "./jobs.ts";
import type { ConnectorListOptions } from "./list.ts";
import type { ConnectorStartOptions } from "./start.ts";
import type { ProgramContext } from "../program-context.ts";

export interface ConnectorProgramOptions {
  program: Command;
  context: ProgramContext;
  /** Adds the options of every command. */
  common: (command: Command) => Command;
  end: (exitCode: number) => void;
}

/** Adds `connector …`: Kibana's actions on connectors, on the same documents. */
export function addConnectorCommands({ program, context, common, end }: ConnectorProgramOptions): void {
  const connector = program.command("connector").description("manage connectors and their jobs");
  const which = "the connector; required if the file does not contain exactly one";
  common(connector.command("list"))
    .description("list the Salesforce connectors and those of the file")
    .option("--json", "print one line of JSON")
    .action(async (options: ConnectorListOptions) => {
      const { connectorListCommand } = await import("./list.ts");
      end(await connectorListCommand(options, context));
    });
  common(connector.command("create"))
    .description("create a connector")
    .argument("<id>", "the id of the new connector")
    .requiredOption("--index-name <name>", "the index to sync to")
    .option("--name <text>", "the displayed name; default: the id")
    .option(
      "--set <key=value>",
      "the value of a configuration field; key=@FILE reads it from a file; can be repeated",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--full <cron>", "the schedule of full syncs, in Quartz form, UTC")
    .option("--incremental <cron>", "the schedule of incremental syncs")
    .action(async (id: string, options: ConnectorCreateOptions) => {
      const { connectorCreateCommand } = await import("./create.ts");
      end(await connectorCreateCommand(id, options, context));
    });
  common(connector.command("start"))
    .description("start a sync in a running service; prints the job's id")
    .argument("<type>", "full, incremental or access_control")
    .option("--connector <id>", which)
    .option("--allow-deletes", "let this sync delete any number of documents")
    .action(async (type: string, options: ConnectorStartOptions) => {
      const { connectorStartCommand } = await import("./start.ts");
      end(await connectorStartCommand(type, options, context));
    });
  common(connector.command("cancel"))
    .description("cancel a job, or all unfinished jobs of a connector")
    .argument("[job]", "the id of the job")
    .option("--connector <id>", "cancel all unfinished jobs of this connector")
    .action(async (job: string | undefined, options: ConnectorCancelOptions) => {
      const { connectorCancelCommand } = await import("./cancel.ts");
      end(await connectorCancelCommand(job, options, context));
    });
  common(connector.command("jobs"))
    .description("list the jobs of a connector, newest first")
    .option("--connector <id>", which)
    .option("--limit <count>", "the maximum of jobs", "20")
    .option("--json", "print one line of JSON, with reports")
    .action(async (options: ConnectorJobsOptions) => {
      const { connectorJobsCommand } = await import("./jobs.ts");
      end(await connectorJobsCommand(options, context));
    });
}
