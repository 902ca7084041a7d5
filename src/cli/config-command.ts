import { stringify } from "yaml";
import { describeConnectorFields } from "../app/describe-connector.ts";
import { isConfiguredInFile, settingsOfEntry } from "../app/sync-settings.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { systemClock } from "../core/clock.ts";
import { redact } from "../core/redact.ts";
import { Schedule } from "../schedule/schedule.ts";
import { describeRules } from "./describe-rules.ts";
import type { CommonOptions } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

/** Validates the file without asking a server, and prints the next times of each schedule. */
export async function configCheckCommand(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { config, warnings } = await loadConfig(options.config);
  for (const warning of warnings) terminal.out(`Warning: ${warning}`);
  for (const entry of config.connectors) {
    terminal.out(describe(entry, config));
    for (const [type, expression] of Object.entries(entry.scheduling ?? {}))
      if (expression !== undefined) terminal.out(`  ${type} (${expression}): ${nextTimes(expression)}`);
  }
  terminal.out(`${options.config} is valid.`);
  return 0;
}

function describe(entry: ConnectorEntry, config: Config): string {
  const { connector_id: id } = entry;
  if (!isConfiguredInFile(entry)) return `Connector ${id} is configured in Kibana.`;
  const { indexName, rules } = settingsOfEntry(entry, config);
  return [`Connector ${id} syncs to ${indexName}.`, ...describeRules(rules).map((line) => `  ${line}`)].join("\n");
}

function nextTimes(expression: string): string {
  const times = Schedule.parse(expression).upcoming(systemClock.now(), 5);
  return times.map((time) => time.toISOString()).join(", ") || "never again";
}

/** Prints the configuration with all defaults, secrets redacted. */
export async function configPrintCommand(options: CommonOptions, terminal: Terminal): Promise<number> {
  const { config } = await loadConfig(options.config);
  terminal.out(stringify(redact(JSON.parse(JSON.stringify(config)))).trimEnd());
  return 0;
}

/** Prints the connector's fields as Kibana gets them. */
export function configFieldsCommand(terminal: Terminal): number {
  terminal.out(JSON.stringify(describeConnectorFields(), null, 2));
  return 0;
}
