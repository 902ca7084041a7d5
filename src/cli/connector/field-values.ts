import { readFile } from "node:fs/promises";
import { configurationFields } from "../../connector/configuration-fields.ts";
import { closestName } from "../../core/closest-name.ts";
import { toError } from "../../core/errors.ts";
import { UsageError } from "../program-context.ts";

/** The values of all `--set` options. */
export interface FieldValues {
  values: Record<string, string>;
  /** Sensitive fields whose value was on the command line. */
  exposedSecrets: readonly string[];
}

/**
 * Parses options of the form `key=value`. `key=@FILE` reads the value from a file, so that a secret is not on the command line; `@/dev/stdin` is
 * standard input. `@@` starts a value with @.
 */
export async function parseFieldValues(settings: readonly string[]): Promise<FieldValues> {
  const fields = new Map(configurationFields.map((field) => [field.key, field]));
  const values: Record<string, string> = {};
  const exposedSecrets: string[] = [];
  for (const setting of settings) {
    const { key, text } = splitSetting(setting);
    const field = fields.get(key);
    if (!field) throw unknownKey(key, [...fields.keys()]);
    if (Object.hasOwn(values, key)) throw new UsageError(`--set ${key} is given twice.`, { hint: "Give it once." });
    const value = await readValue(key, text);
    if (value === "") throw new UsageError(`--set ${key} has no value.`, { hint: "Omit it to use the default." });
    if (field.sensitive && !isFile(text)) exposedSecrets.push(key);
    values[key] = value;
  }
  return { values, exposedSecrets };
}

/** The message does not quote the option: it may be a secret without its key. */
function splitSetting(setting: string): { key: string; text: string } {
  const at = setting.indexOf("=");
  if (at > 0) return { key: setting.slice(0, at).trim(), text: setting.slice(at + 1) };
  throw new UsageError("--set requires key=value.", {
    hint: "For example --set domain=acme or --set client_secret=@secret.txt.",
  });
}

function unknownKey(key: string, known: readonly string[]): UsageError {
  const nearest = closestName(key, known);
  return new UsageError(`${key} is not a field of this connector.`, {
    hint: nearest === undefined ? `The fields are ${known.join(", ")}.` : `Did you mean ${nearest}?`,
  });
}

function isFile(text: string): boolean {
  return text.startsWith("@") && !text.startsWith("@@");
}

async function readValue(key: string, text: string): Promise<string> {
  if (!isFile(text)) return (text.startsWith("@@") ? text.slice(1) : text).trim();
  const path = text.slice(1);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new UsageError(`The file ${path} for ${key} cannot be read: ${toError(error).message}.`, {
      hint: "Check the path after @.",
      cause: error,
    });
  }
}
