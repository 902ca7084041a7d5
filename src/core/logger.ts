import { pino } from "pino";
import { redact, redactText } from "./redact.ts";

/** Facts beside a log line's text. Never a record's field values, a file's text or a query's results. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Constant text plus fields, so that a kind of line can be counted. error: someone must act; warn: we coped; info: a state changed; debug: detail. */
export interface Logger {
  error(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  debug(text: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
}

/** How much is logged. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/** How lines look: for a person, or one JSON object a line in the Elastic Common Schema (`--filebeat`). */
export interface LoggerOptions {
  level: LogLevel;
  format: "text" | "ecs";
  /** Where lines go; standard error unless told otherwise. */
  write?: (line: string) => void;
}

const standardError = (line: string): void => void process.stderr.write(line);

/** Makes the process's logger. The formats are loaded here, so that commands which log nothing start quickly. */
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

/** A logger that writes nothing. */
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

/** The Elastic Common Schema keeps facts of an application's own under `labels`, as flat scalars; Elastic's connectors do the same. */
function placeInLabels({ error, ...fields }: LogFields): LogFields {
  const labels = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]);
  return { labels: Object.fromEntries(labels) as LogFields, ...(error === undefined ? {} : { error }) };
}
