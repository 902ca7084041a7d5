import { loadConfig } from "../config/load-config.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { isConfiguredInFile, toRunnableConnector } from "../app/sync-settings.ts";
import type { NamedConnector } from "../app/service.ts";
import { createLogger, type Logger, type LogLevel } from "../core/logger.ts";
import { UsageError } from "./errors.ts";

/** The options that every command takes. */
export interface CommonOptions {
  config: string;
  logLevel?: string;
  debug?: boolean;
  filebeat?: boolean;
}

/** A configuration file that passed its checks, and a logger as it asks for. */
export interface OpenedConfig {
  config: Config;
  log: Logger;
}

/** Reads the configuration file; says what its author should know. Beside progress bars, what goes well is not logged unless asked for. */
export async function openConfig(options: CommonOptions, { bars = false } = {}): Promise<OpenedConfig> {
  const { config, warnings } = await loadConfig(options.config);
  const configured = bars && config.service.log_level === "info" ? "warning" : config.service.log_level;
  const wanted = options.debug === true ? "debug" : (options.logLevel ?? configured);
  const log = await createLogger({ level: toLogLevel(wanted), format: options.filebeat === true ? "ecs" : "text" });
  for (const warning of warnings) log.warn(warning);
  return { config, log };
}

/** Every connector that the file names; those that are configured there have passed their checks. */
export function allConnectors(config: Config): NamedConnector[] {
  if (config.connectors.length === 0) {
    throw new UsageError("The configuration file names no connector.", {
      hint: "Add one under connectors; config.example.yml shows how.",
    });
  }
  return config.connectors.map((entry) => checked(entry, config));
}

/** The connector that a command is meant for: the one that is named, of the file or of Kibana, or the only one of the file. */
export function oneConnector(config: Config, id: string | undefined): NamedConnector {
  if (id !== undefined) {
    const entry = config.connectors.find(({ connector_id }) => connector_id === id);
    return entry ? checked(entry, config) : { id, entry: undefined };
  }
  const [only, another] = allConnectors(config);
  if (only && !another) return only;
  const ids = config.connectors.map(({ connector_id }) => connector_id);
  throw new UsageError(`The configuration file names ${ids.length} connectors.`, {
    hint: `Choose one with --connector: ${ids.join(", ")}.`,
  });
}

function checked(entry: ConnectorEntry, config: Config): NamedConnector {
  if (isConfiguredInFile(entry)) toRunnableConnector(entry, config);
  return { id: entry.connector_id, entry };
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
