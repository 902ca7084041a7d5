import type { RenderedBody } from "./rendered-body.ts";

export interface HttpRequest {
  readonly method: string;
  /** Decoded, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decompressed. */
  readonly body: Buffer;
  /** Scheme, host and port under which the client reached the server. */
  readonly origin: string;
  /** True if the client presented a certificate. Only the port for mutual TLS requests one. */
  readonly clientCertificate: boolean;
}

/** The body is JSON unless the headers give another content type. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | RenderedBody;
}

export function json(value: unknown, status = 200): HttpResponse {
  return { status, body: JSON.stringify(value) };
}

/** Splits a URL without its host into the decoded path and the query. */
export function splitUrl(url: string): Pick<HttpRequest, "path" | "query"> {
  const mark = url.indexOf("?");
  return {
    path: decodedPath(mark < 0 ? url : url.slice(0, mark)),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
  };
}

/** Does not decode a path with invalid escape sequences. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Tells if a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
