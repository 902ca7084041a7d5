import { readFile } from "node:fs/promises";
import { describeConfigurationFields } from "../../connector/describe-fields.ts";
import { closestName } from "../../core/closest-name.ts";
import { toError } from "../../core/errors.ts";
import { UsageError } from "../errors.ts";

/** What `--set` said, all of it. */
export interface ConnectorSettings {
  values: Record<string, string>;
  /** Sensitive fields whose value stood on the command line itself. */
  open: readonly string[];
}

/**
 * Reads settings of the form `key=value`. A value that begins with @ names a file that holds it, so that a secret need not stand where
 * others see it; `@/dev/stdin` is standard input. `@@` begins a value with @.
 */
export async function readSettings(settings: readonly string[]): Promise<ConnectorSettings> {
  const fields = describeConfigurationFields();
  const values: Record<string, string> = {};
  const open: string[] = [];
  for (const setting of settings) {
    const { key, text } = splitSetting(setting);
    const field = fields[key];
    if (!field) throw unknownKey(key, Object.keys(fields));
    if (Object.hasOwn(values, key)) throw new UsageError(`--set ${key} is given twice.`, { hint: "Give it once." });
    const value = await readValue(key, text);
    if (value === "")
      throw new UsageError(`--set ${key} has no value.`, { hint: "Leave it out, and the field has its default." });
    if (field.sensitive && !isFile(text)) open.push(key);
    values[key] = value;
  }
  return { values, open };
}

/** The message must not show what stands there: a secret may have lost its key. */
function splitSetting(setting: string): { key: string; text: string } {
  const at = setting.indexOf("=");
  if (at > 0) return { key: setting.slice(0, at).trim(), text: setting.slice(at + 1) };
  throw new UsageError("--set needs key=value.", {
    hint: "Such as --set domain=acme or --set client_secret=@secret.txt.",
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
