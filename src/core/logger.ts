import { pino } from "pino";
import { redact, redactText } from "./redact.ts";

/** Fields of a log line. Never field values of a record, the text of a file or the results of a query. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Logs constant text plus fields, so that lines can be counted. error: someone must act; warn: handled; info: a state changed; debug: detail. */
export interface Logger {
  error(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  debug(text: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
}

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

/** `text` is for people; `ecs` is one JSON object a line in the Elastic Common Schema (`--filebeat`). */
export interface LoggerOptions {
  level: LogLevel;
  format: "text" | "ecs";
  /** Default: standard error. */
  write?: (line: string) => void;
}

const standardError = (line: string): void => void process.stderr.write(line);

/** Creates the process's logger. Formats are loaded on demand, so that commands without a log start quickly. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const write = options.write ?? standardError;
  if (options.format === "ecs") {
    const { ecsFormat } = await import("@elastic/ecs-pino-format");
    const format = ecsFormat({ serviceName: "salesforce-connector", convertErr: false });
    return wrap(pino({ ...format, level: options.level }, { write }), placeInLabels);
  }
  const { prettyFactory } = await import("pino-pretty");
  const pretty = prettyFactory({
    colorize: options.write === undefined && process.stderr.isTTY,
    ignore: "pid,hostname",
    translateTime: "SYS:HH:MM:ss",
    singleLine: true,
    errorLikeObjectKeys: [],
  });
  return wrap(pino({ level: options.level }, { write: (line: string) => write(pretty(line)) }), (fields) => fields);
}

export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};

type Sink = Pick<pino.Logger, "error" | "warn" | "info" | "debug" | "isLevelEnabled">;
type Placement = (fields: LogFields) => LogFields;

function wrap(sink: Sink, place: Placement, bound: LogFields = {}): Logger {
  const at =
    (level: "error" | "warn" | "info" | "debug") =>
    (text: string, fields: LogFields = {}): void => {
      if (sink.isLevelEnabled(level))
        sink[level](place(redact({ ...bound, ...fields }) as LogFields), redactText(text));
    };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: (fields) => wrap(sink, place, { ...bound, ...fields }),
  };
}

/** The Elastic Common Schema keeps application fields under `labels`, as flat scalars. */
function placeInLabels({ error, ...fields }: LogFields): LogFields {
  const labels = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]);
  return { labels: Object.fromEntries(labels) as LogFields, ...(error === undefined ? {} : { error }) };
}
