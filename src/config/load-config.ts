import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { closestName } from "../core/closest-name.ts";
import { redactText } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import { ConfigurationError } from "./errors.ts";
import { readYaml, type SettingPath, type SettingProblem, type YamlSettings } from "./read-yaml.ts";
import { configSchema, type Config } from "./schema.ts";
import { settingNames, metaAt } from "./schema-lookup.ts";

export interface LoadedConfig {
  config: Config;
  warnings: readonly string[];
}

/**
 * Reads and validates a configuration file.
 * @throws ConfigurationError with every problem found, each with its line, its path and the allowed values
 */
export async function loadConfig(
  file: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LoadedConfig> {
  let source: string;
  try {
    source = await readFile(file, "utf8");
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === "ENOENT"
        ? "does not exist"
        : `cannot be read (${(cause as Error).message})`;
    throw new ConfigurationError(`The configuration file ${file} ${reason}.`, {
      cause,
      hint: "Copy config.example.yml, fill it in, and pass its path with -c.",
    });
  }
  return parseConfig(source, { file, environment });
}

/** Validates the text of a configuration file; `file` is its name in messages. */
export function parseConfig(
  source: string,
  { file, environment }: { file: string; environment: Readonly<Record<string, string | undefined>> },
): LoadedConfig {
  const settings = readYaml(source, environment);
  const parsed = configSchema.safeParse(settings.value);
  const problems = [...settings.problems, ...(parsed.success ? [] : schemaProblems(parsed.error, settings))];
  if (problems.length > 0 || !parsed.success) {
    const lines = problems.map((problem) => formatProblem(problem, settings));
    throw new ConfigurationError(
      `The configuration file ${file} is invalid:\n${lines.map((line) => `  ${line}`).join("\n")}`,
    );
  }
  const { config, warnings } = gatherConnectors(parsed.data);
  refuseSharedIndices(config, file);
  return { config, warnings: [...unusedSettings(settings.value), ...warnings] };
}

function formatProblem({ path, message }: SettingProblem, settings: YamlSettings): string {
  const line = settings.lineOf(path);
  return `${line === undefined ? "" : `line ${line}: `}${path.length > 0 ? `${formatPath(path)} ` : ""}${message}${message.endsWith("?") ? "" : "."}`;
}

function formatPath(path: SettingPath): string {
  return path
    .map((part, position) => (typeof part === "number" ? `[${part}]` : position > 0 ? `.${part}` : part))
    .join("");
}

function schemaProblems(error: z.ZodError, settings: YamlSettings): SettingProblem[] {
  return error.issues.flatMap((issue): SettingProblem[] => {
    const path = issue.path as SettingPath;
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
    const found = valueAt(settings.value, path);
    if (found === undefined) return [{ path, message: "is missing" }];
    const isSecret = metaAt(configSchema, path)?.["secret"] === true || found instanceof Secret;
    return [
      {
        path,
        message: isSecret ? expectation(issue) : `${expectation(issue)}; found ${redactText(shown(found, issue))}`,
      },
    ];
  });
}

const kinds: Readonly<Record<string, string>> = {
  object: "settings by name",
  record: "settings by name",
  array: "a list",
};

function expectation(issue: z.core.$ZodIssue): string {
  const kind = issue.code === "invalid_type" ? kinds[issue.expected] : undefined;
  if (kind !== undefined) return `must be ${kind}`;
  return issue.message.startsWith("must") ? issue.message : `is invalid (${issue.message})`;
}

/** Formats a value for a message. Text in place of a list or an object may be a secret, or the whole file, so it is not shown. */
function shown(found: unknown, issue: z.core.$ZodIssue): string {
  if (found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "settings by name";
  const isMisplaced = issue.code === "invalid_type" && kinds[issue.expected] !== undefined;
  return isMisplaced && typeof found === "string" ? "text" : JSON.stringify(found);
}

function unknownKey(path: SettingPath): SettingProblem {
  const nearest = closestName(String(path.at(-1)), settingNames(configSchema, path.slice(0, -1)));
  return { path, message: `is not a setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}` };
}

function valueAt(value: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** Warns about settings of Elastic's configuration file that have no effect here. */
function unusedSettings(value: unknown, path: SettingPath = []): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const reason = metaAt(configSchema, here)?.["unused"];
    return typeof reason === "string" ? [`${formatPath(here)} has no effect: ${reason}.`] : unusedSettings(item, here);
  });
}

/** A sync deletes documents that its connector does not select, so two connectors with one index would delete each other's documents. */
function refuseSharedIndices({ connectors }: Config, file: string): void {
  const owners = new Map<string, string>();
  for (const { index_name: index, connector_id: id } of connectors) {
    const owner = index === undefined ? undefined : owners.get(index);
    if (owner !== undefined)
      throw new ConfigurationError(
        `The configuration file ${file} is invalid: the connectors ${owner} and ${id} have the same index_name, ${index}.`,
        { hint: "Give each connector its own index: a sync deletes documents that its connector does not select." },
      );
    if (index !== undefined) owners.set(index, id);
  }
}

/** Adds a connector in the deprecated form to the list. If two connectors have one id, the last one is used, as in Elastic's service. */
function gatherConnectors(config: Config): LoadedConfig {
  const warnings: string[] = [];
  const byId = new Map<string, Config["connectors"][number]>();
  const single = config.connector_id === undefined ? [] : singleConnector(config.connector_id);
  if (single.length > 0) warnings.push("connector_id at the top of the file is deprecated; move it to connectors.");
  for (const connector of [...single, ...config.connectors]) {
    if (byId.has(connector.connector_id))
      warnings.push(`connectors contains ${connector.connector_id} twice; only the last entry is used.`);
    byId.set(connector.connector_id, connector);
  }
  return { config: { ...config, connectors: [...byId.values()] }, warnings };
}

function singleConnector(id: string): Config["connectors"] {
  return configSchema.parse({ connectors: [{ connector_id: id }] }).connectors;
}
