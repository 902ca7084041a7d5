import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, isRecord } from "../http/message.ts";
import type { JsonValueError } from "../records/json-value-error.ts";
import { jsonErrorOffset, jsonPosition } from "./json-position.ts";

/** Maximum nesting of a body (unconfirmed). Without a limit, a body could exhaust the stack. */
const maxDepth = 200;

/** Returns the body as a JSON object. Throws the error of Salesforce for another content type or format. */
export function jsonBody(request: HttpRequest): Record<string, unknown> {
  const value = jsonValue(request);
  if (isRecord(value)) return value;
  throw badRequest("JSON_PARSER_ERROR", "Cannot deserialize instance of object from a value that is not a JSON object");
}

function jsonValue(request: HttpRequest): unknown {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/json";
  if (type !== "application/json") throw new SalesforceError(415, "UNSUPPORTED_MEDIA_TYPE", `${type} is not supported`);
  const text = request.body.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidJson(text);
  }
  checkDepth(value);
  return value;
}

function invalidJson(text: string): SalesforceError {
  const offset = jsonErrorOffset(text);
  const character = text.charAt(offset);
  const message =
    character === ""
      ? "Unexpected end-of-input"
      : `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): expected a valid value or the next part of the body`;
  return badRequest("JSON_PARSER_ERROR", `${message} at ${jsonPosition(text, Math.min(offset + 1, text.length))}`);
}

/** Adds the position of the value in the body to an error. */
export function withJsonPosition(error: JsonValueError, { body }: HttpRequest): SalesforceError {
  const text = body.toString("utf8");
  const pattern = new RegExp(`"${error.field}"\\s*:\\s*(?<value>"(?:[^"\\\\]|\\\\.)*"|[\\[{]|[^,}\\]\\s]+)`, "giu");
  const [found] = [...text.matchAll(pattern)].filter(({ groups }) => holds(groups?.["value"] ?? "", error.value));
  if (found === undefined) return error;
  return badRequest(
    error.errorCode,
    `${error.message} at ${jsonPosition(text, found.index + found[0].length)}`.replace("value at [", "value ["),
  );
}

function holds(written: string, value: unknown): boolean {
  if (written === "[") return Array.isArray(value);
  if (written === "{") return isRecord(value);
  try {
    return JSON.parse(written) === value;
  } catch {
    return false;
  }
}

function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw badRequest("JSON_PARSER_ERROR", `The JSON body nests deeper than ${maxDepth} levels`);
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
}

/** Returns a string member of a body. Throws if it is missing or not a string. */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw badRequest("JSON_PARSER_ERROR", `The member ${name} of the body must be a string`);
}
