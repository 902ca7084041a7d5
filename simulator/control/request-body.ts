import { type HttpRequest, isRecord } from "../http/message.ts";
import { ControlError } from "./request-members.ts";

/** The body as JSON, or an empty object if there is none. */
export function parsedBody(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ControlError("The body is not valid JSON.");
  }
}

export function objectBody(request: HttpRequest): Record<string, unknown> {
  const value = parsedBody(request);
  if (!isRecord(value)) throw new ControlError("The body must be a JSON object.");
  return value;
}
