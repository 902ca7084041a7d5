import { badRequest } from "../core/salesforce-error.ts";

/** The column delimiters of CSV by their names. */
export const bulkDelimiters: Readonly<Record<string, string>> = {
  BACKQUOTE: "`",
  CARET: "^",
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  TAB: "\t",
};

/** A member of a new job. Defaults to the first allowed value. */
export function bulkChoice<T extends string>(
  body: Readonly<Record<string, unknown>>,
  name: string,
  allowed: readonly [T, ...T[]],
): T {
  const value = body[name];
  if (value === undefined) return allowed[0];
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw badRequest("INVALIDJOB", `${name} must be one of ${[...new Set(allowed)].join(", ")}`);
}
