import { badRequest } from "../salesforce-error.ts";
import type { RenderedBody } from "../query/page-cache.ts";

/** A request as handlers see it, body read whole. */
export interface ApiRequest {
  readonly method: string;
  /** Decoded path without query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** `https://…` or `http://…` as the client reached it. */
  readonly origin: string;
  /** Whether the client showed a certificate: only the port of mutual TLS asks for one. */
  readonly clientCertificate: boolean;
}

/** What a handler answers. A string is JSON unless the headers say otherwise. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | RenderedBody;
}

/** A 200 with a value as JSON. */
export function json(value: unknown, status = 200): ApiResponse {
  return { status, body: JSON.stringify(value) };
}

/** The request's body as a JSON object, or the errors that Salesforce answers for a wrong type or form. */
export function jsonBody(request: ApiRequest): Record<string, unknown> {
  const value = jsonValue(request);
  if (isRecord(value)) return value;
  throw badRequest("JSON_PARSER_ERROR", "Cannot deserialize instance of object from a value that is no JSON object");
}

function jsonValue(request: ApiRequest): unknown {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "application/json";
  if (type !== "application/json") throw unsupportedMediaType(type);
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw badRequest("JSON_PARSER_ERROR", "Unexpected character or end of input in the JSON body");
  }
  refuseDepth(value);
  return value;
}

/** How deep a body may nest. No resource asks for more than a tenth of it; without a bound a body can exhaust the stack (unconfirmed). */
const maxDepth = 200;

function refuseDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw badRequest("JSON_PARSER_ERROR", `The JSON body nests deeper than ${maxDepth} levels`);
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
}

/** A path without its escapes; as it is where they are none. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a parsed value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that must be text. */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw badRequest("JSON_PARSER_ERROR", `The member ${name} of the body has to be a text`);
}

/** The 415 of a body in a format that the resource does not take. */
function unsupportedMediaType(type: string): Error {
  return new UnsupportedMediaType(type);
}

/** Answered with 415. */
export class UnsupportedMediaType extends Error {
  constructor(type: string) {
    super(`${type} is not supported`);
  }
}
