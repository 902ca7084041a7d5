import { stringify } from "yaml";
import { loadConfig } from "../config/load-config.ts";
import { describeConfigurationFields } from "../connector/describe-fields.ts";
import { describeRules } from "./describe-rules.ts";
import { isConfiguredInFile, toRunnableConnector } from "../app/sync-settings.ts";
import { Schedule } from "../schedule/schedule.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { redact } from "../core/redact.ts";
import type { CommonOptions } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

/** Whether the file can be used, without asking any server; with the next moments of each schedule. */
export async function configCheckCommand(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { config, warnings } = await loadConfig(options.config);
  for (const warning of warnings) terminal.out(`Warning: ${warning}`);
  for (const entry of config.connectors) {
    terminal.out(describe(entry, config));
    for (const [type, expression] of Object.entries(entry.scheduling ?? {}))
      if (expression !== undefined) terminal.out(`  ${type} (${expression}): ${nextTimes(expression)}`);
  }
  terminal.out(`${options.config} can be used.`);
  return 0;
}

function describe(entry: ConnectorEntry, config: Config): string {
  const { connector_id: id } = entry;
  if (!isConfiguredInFile(entry)) return `Connector ${id} is configured in Kibana.`;
  const connector = toRunnableConnector(entry, config);
  const rules = describeRules(connector.rules).map((line) => `  ${line}`);
  return [`Connector ${id} syncs to ${connector.indexName}.`, ...rules].join("\n");
}

function nextTimes(expression: string): string {
  const times = Schedule.parse(expression).upcoming(Date.now(), 5);
  return times.map((time) => time.toISOString()).join(", ") || "never again";
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
