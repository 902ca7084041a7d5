import type { Command } from "commander";
import type { ConnectorCancelOptions } from "./cancel.ts";
import type { ConnectorCreateOptions } from "./create.ts";
import type { ConnectorJobsOptions } from "./jobs.ts";
import type { ConnectorListOptions } from "./list.ts";
import type { ConnectorStartOptions } from "./start.ts";
import type { ProgramContext } from "../program-context.ts";

/** What the commands are added to, and with. */
export interface ConnectorProgramOptions {
  program: Command;
  context: ProgramContext;
  /** Gives a command the options that all have. */
  common: (command: Command) => Command;
  end: (exitCode: number) => void;
}

/** Adds `connector …`: what Kibana offers for connectors, on the same documents. */
export function addConnectorCommands({ program, context, common, end }: ConnectorProgramOptions): void {
  const connector = program.command("connector").description("connectors and their jobs, as Kibana shows them");
  const which = "the connector, where the file has several or none";
  common(connector.command("list"))
    .description("the connectors of this type, and those that the file names")
    .option("--json", "print one line of JSON")
    .action(async (options: ConnectorListOptions) => {
      const { connectorListCommand } = await import("./list.ts");
      end(await connectorListCommand(options, context));
    });
  common(connector.command("create"))
    .description("make a connector, as Kibana would")
    .argument("<id>", "the id of the new connector")
    .requiredOption("--index-name <name>", "the index that it syncs to")
    .option("--name <text>", "what people call it; the id unless given")
    .option(
      "--set <key=value>",
      "the value of a configuration field; key=@FILE reads it from a file; may be given several times",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--full <cron>", "when full syncs run, in Quartz form, UTC")
    .option("--incremental <cron>", "when incremental syncs run")
    .action(async (id: string, options: ConnectorCreateOptions) => {
      const { connectorCreateCommand } = await import("./create.ts");
      end(await connectorCreateCommand(id, options, context));
    });
  common(connector.command("start"))
    .description("ask for a sync, which a running service takes up; prints the job's id")
    .argument("<type>", "full, incremental or access_control")
    .option("--connector <id>", which)
    .action(async (type: string, options: ConnectorStartOptions) => {
      const { connectorStartCommand } = await import("./start.ts");
      end(await connectorStartCommand(type, options, context));
    });
  common(connector.command("cancel"))
    .description("cancel a job, or all of a connector that have not ended")
    .argument("[job]", "the id of the job")
    .option("--connector <id>", "every job of this connector that has not ended")
    .action(async (job: string | undefined, options: ConnectorCancelOptions) => {
      const { connectorCancelCommand } = await import("./cancel.ts");
      end(await connectorCancelCommand(job, options, context));
    });
  common(connector.command("jobs"))
    .description("the jobs of a connector, the newest first")
    .option("--connector <id>", which)
    .option("--limit <count>", "as many at most", "20")
    .option("--json", "print one line of JSON, with the report of each")
    .action(async (options: ConnectorJobsOptions) => {
      const { connectorJobsCommand } = await import("./jobs.ts");
      end(await connectorJobsCommand(options, context));
    });
}
