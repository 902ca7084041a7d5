import { loadConfig } from "../config/load-config.ts";
import type { Config } from "../config/schema.ts";
import { toRunnableConnector, type RunnableConnector } from "../compose.ts";
import { closestName } from "../core/closest-name.ts";
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

/** Reads the configuration file; says what its author should know. */
export async function openConfig(options: CommonOptions): Promise<OpenedConfig> {
  const { config, warnings } = await loadConfig(options.config);
  const wanted = options.debug === true ? "debug" : (options.logLevel ?? config.service.log_level);
  const log = await createLogger({ level: toLogLevel(wanted), format: options.filebeat === true ? "ecs" : "text" });
  for (const warning of warnings) log.warn(warning);
  return { config, log };
}

/** Every connector of the file, ready to be run. */
export function allConnectors(config: Config): RunnableConnector[] {
  if (config.connectors.length === 0) {
    throw new UsageError("The configuration file names no connector.", {
      hint: "Add one under connectors; config.example.yml shows how.",
    });
  }
  return config.connectors.map((entry) => toRunnableConnector(entry, config));
}

/** The connector that a command is meant for: the one that is named, or the only one. */
export function oneConnector(config: Config, id: string | undefined): RunnableConnector {
  const ids = config.connectors.map(({ connector_id }) => connector_id);
  const entry =
    id === undefined ? config.connectors[0] : config.connectors.find(({ connector_id }) => connector_id === id);
  if (id === undefined && ids.length > 1) {
    throw new UsageError(`The configuration file names ${ids.length} connectors.`, {
      hint: `Choose one with --connector: ${ids.join(", ")}.`,
    });
  }
  if (entry) return toRunnableConnector(entry, config);
  const nearest = id === undefined ? undefined : closestName(id, ids);
  throw new UsageError(
    id === undefined ? "The configuration file names no connector." : `The configuration file has no connector ${id}.`,
    {
      hint:
        nearest === undefined ? "Add it under connectors; config.example.yml shows how." : `Did you mean ${nearest}?`,
    },
  );
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
