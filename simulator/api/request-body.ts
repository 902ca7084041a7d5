import { badRequest, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, isRecord } from "../http/message.ts";

/** Maximum nesting of a body (unconfirmed). Without a limit, a body could exhaust the stack. */
const maxDepth = 200;

/** The body of a request as a JSON object, or the error that Salesforce answers for another content type or format. */
export function jsonBody(request: HttpRequest): Record<string, unknown> {
  const value = jsonValue(request);
  if (isRecord(value)) return value;
  throw badRequest("JSON_PARSER_ERROR", "Cannot deserialize instance of object from a value that is not a JSON object");
}

function jsonValue(request: HttpRequest): unknown {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/json";
  if (type !== "application/json") throw new SalesforceError(415, "UNSUPPORTED_MEDIA_TYPE", `${type} is not supported`);
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw badRequest("JSON_PARSER_ERROR", "Unexpected character or end of input in the JSON body");
  }
  checkDepth(value);
  return value;
}

function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw badRequest("JSON_PARSER_ERROR", `The JSON body nests deeper than ${maxDepth} levels`);
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
}

/** A member of a body that has to be a string. */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw badRequest("JSON_PARSER_ERROR", `The member ${name} of the body must be a string`);
}
