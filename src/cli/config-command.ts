import { stringify } from "yaml";
import { loadConfig } from "../config/load-config.ts";
import { describeConfigurationFields, isConfiguredInFile, Schedule, toRunnableConnector } from "../compose.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { redact } from "../core/redact.ts";
import type { CommonOptions } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

/** Whether the file can be used, without asking any server; with the next moments of each schedule. */
export async function configCheckCommand(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { config, warnings } = await loadConfig(options.config);
  for (const warning of warnings) terminal.out(`Warning: ${warning}`);
  for (const entry of config.connectors) {
    terminal.out(`Connector ${entry.connector_id} ${describe(entry, config)}.`);
    for (const [type, expression] of Object.entries(entry.scheduling ?? {})) {
      if (expression === undefined) continue;
      const times = Schedule.parse(expression).upcoming(Date.now(), 5);
      terminal.out(`  ${type} (${expression}): ${times.map((time) => time.toISOString()).join(", ") || "never"}`);
    }
  }
  terminal.out(`${options.config} can be used.`);
  return 0;
}

function describe(entry: ConnectorEntry, config: Config): string {
  return isConfiguredInFile(entry)
    ? `syncs to ${toRunnableConnector(entry, config).indexName}`
    : "is configured in Kibana";
}

/** The configuration with every default in its place and every secret hidden. */
export async function configPrintCommand(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { config } = await loadConfig(options.config);
  terminal.out(stringify(redact(JSON.parse(JSON.stringify(config)))).trimEnd());
  return 0;
}

/** The connector's fields as Kibana is told of them. */
export function configFieldsCommand(terminal: Terminal): number {
  terminal.out(JSON.stringify(describeConfigurationFields(), null, 2));
  return 0;
}
