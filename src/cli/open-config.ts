import type { NamedConnector } from "../app/service.ts";
import { isConfiguredInFile, settingsOfEntry } from "../app/sync-settings.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { capabilities, jobTypes, type JobType } from "../connector/capabilities.ts";
import { createLogger, type Logger, type LogLevel } from "../core/logger.ts";
import { UsageError } from "./program-context.ts";

/** The options of every command. */
export interface CommonOptions {
  config: string;
  logLevel?: string;
  debug?: boolean;
  filebeat?: boolean;
}

export interface OpenedConfig {
  config: Config;
  log: Logger;
}

/** Loads the configuration file and creates the logger. With progress bars, info lines are logged only on request. */
export async function openConfig(options: CommonOptions, { bars = false } = {}): Promise<OpenedConfig> {
  const { config, warnings } = await loadConfig(options.config);
  const configured = bars && config.service.log_level === "info" ? "warning" : config.service.log_level;
  const level = options.debug === true ? "debug" : (options.logLevel ?? configured);
  const log = await createLogger({ level: toLogLevel(level), format: options.filebeat === true ? "ecs" : "text" });
  for (const warning of warnings) log.warn(warning);
  return { config, log };
}

/** Every connector of the file, validated. */
export function allConnectors(config: Config): NamedConnector[] {
  if (config.connectors.length === 0) {
    throw new UsageError("The configuration file contains no connector.", {
      hint: "Add one under connectors; config.example.yml shows how.",
    });
  }
  return config.connectors.map((entry) => validated(entry, config));
}

/** The connector of a command: the one with this id, in the file or in Kibana, or the only one of the file. */
export function oneConnector(config: Config, id: string | undefined): NamedConnector {
  if (id !== undefined) {
    const entry = config.connectors.find(({ connector_id }) => connector_id === id);
    return entry ? validated(entry, config) : { id, entry: undefined };
  }
  const [only, another] = allConnectors(config);
  if (only && !another) return only;
  const ids = config.connectors.map(({ connector_id }) => connector_id);
  throw new UsageError(`The configuration file contains ${ids.length} connectors.`, {
    hint: `Choose one with --connector: ${ids.join(", ")}.`,
  });
}

function validated(entry: ConnectorEntry, config: Config): NamedConnector {
  if (isConfiguredInFile(entry)) settingsOfEntry(entry, config);
  return { id: entry.connector_id, entry };
}

/** The job type of an argument, with a notice for the user. Refuses types that this version cannot run. */
export function toJobType(word: string): { type: JobType; notice: string | undefined } {
  const type = jobTypes.find((candidate) => candidate === word);
  if (type === undefined) {
    throw new UsageError(`${word} is not a type of sync.`, { hint: "Use full, incremental or access_control." });
  }
  const support = capabilities.jobs[type];
  if (!support.available) throw new UsageError(support.reason, { hint: support.hint });
  return { type, notice: support.notice };
}

function toLogLevel(word: string): LogLevel {
  const levels: Record<string, LogLevel> = {
    debug: "debug",
    info: "info",
    warning: "warn",
    warn: "warn",
    error: "error",
    critical: "error",
  };
  const level = levels[word.toLowerCase()];
  if (level === undefined)
    throw new UsageError(`${word} is not a log level.`, { hint: "Use debug, info, warning, error or critical." });
  return level;
}
