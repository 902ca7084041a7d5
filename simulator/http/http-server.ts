import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Fault, Faults } from "../control/faults.ts";
import type { Org } from "../org.ts";
import { RenderedBody } from "../query/page-cache.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";
import { errorAnswer, thrownAnswer } from "./error-answers.ts";
import type { SimulatorApp } from "./simulator-app.ts";

/** "URI length, and URI plus headers: 16,384 bytes" (API Request Limits: 414 and 431). */
const maxHeadBytes = 16_384;

/** Largest body that is read: a file of 37 MB as base64 is about 50 MB of JSON. */
const maxBodyBytes = 52 * 1024 * 1024;

/** What the server is given. */
export interface ServerOptions {
  readonly app: SimulatorApp;
  readonly org: Org;
  readonly faults: Faults;
  /** Key and certificate for HTTPS; plain HTTP without. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly askForCertificate: boolean } | undefined;
  readonly origin: () => string;
  /** Told what went wrong inside: a mistake of the simulator, not of a client. */
  readonly report: (error: unknown) => void;
}

/** A server for the org. Listening is the caller's business. */
export function createOrgServer(options: ServerOptions): Server {
  const { tls } = options;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, options).catch((error: unknown) => {
      options.report(error);
      response.destroy();
    });
  };
  const settings = { keepAliveTimeout: 75_000, maxHeaderSize: 4 * maxHeadBytes };
  if (tls === undefined) return createServer(settings, handle);
  const { askForCertificate, ...pair } = tls;
  return createTlsServer({ ...settings, ...pair, requestCert: askForCertificate, rejectUnauthorized: false }, handle);
}

async function serve(incoming: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const url = incoming.url ?? "/";
  const body = await readBody(incoming);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const request = requestOf(incoming, { url, body, options });
  const { app, org, faults } = options;
  const { endpoint, answer, counted } = app.route(request);
  const head = headTooLong(incoming, request);
  const fault =
    endpoint === "control"
      ? undefined
      : faults.hit({ method: request.method, path: url, query: request.query.get("q") ?? "" });
  const refused = counted ? account(request, response, org) : undefined;
  if (fault !== undefined && fault.delayMs > 0) await sleep(fault.delayMs);
  if (fault?.cut === "before") {
    org.calls.note(endpoint, { status: 0, bytesOut: 0 });
    response.destroy();
    return;
  }
  const result = head ?? refused ?? faultyAnswer(fault, { request, options }) ?? answered(answer, request, options);
  const bytesOut = send(response, { request, result, fault, limitInfo: counted ? org.limits.header() : undefined });
  if (endpoint !== "control") org.calls.note(endpoint, { status: result.status, bytesOut });
}

function answered(answer: () => ApiResponse, request: ApiRequest, { report }: ServerOptions): ApiResponse {
  try {
    return answer();
  } catch (error) {
    return thrownAnswer(error, request, report);
  }
}

/** What a fault answers in place of the handler; nothing where it only delays, cuts or ends the session. */
function faultyAnswer(
  fault: Fault | undefined,
  { request, options }: { request: ApiRequest; options: ServerOptions },
): ApiResponse | undefined {
  if (fault === undefined) return undefined;
  if (fault.expireToken) options.app.expire(request);
  const { status, body, errorCode, message } = fault;
  if (status === undefined && body === undefined && errorCode === undefined) return undefined;
  if (body !== undefined) {
    const type = body.trimStart().startsWith("<") ? "text/html" : "application/json;charset=UTF-8";
    return { status: status ?? 200, headers: { "content-type": type }, body };
  }
  return errorAnswer(request, {
    status: status ?? 500,
    errorCode: errorCode ?? defaultCodes[String(status)] ?? "UNKNOWN_EXCEPTION",
    message: message ?? "Injected by the simulator's control surface",
  });
}

const defaultCodes: Readonly<Record<string, string>> = {
  "401": "INVALID_SESSION_ID",
  "403": "REQUEST_LIMIT_EXCEEDED",
  "404": "NOT_FOUND",
  "503": "SERVER_UNAVAILABLE",
};

/** Counts a request towards the day and the requests that run; answers it where too many run long already. */
function account(request: ApiRequest, response: ServerResponse, { limits }: Org): ApiResponse | undefined {
  const crowded = limits.longRequestsExhausted;
  limits.spend("DailyApiRequests");
  response.once("close", limits.begin());
  if (!crowded) return undefined;
  return errorAnswer(request, {
    status: 403,
    errorCode: "REQUEST_LIMIT_EXCEEDED",
    message: "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
  });
}

function headTooLong(incoming: IncomingMessage, request: ApiRequest): ApiResponse | undefined {
  const url = Buffer.byteLength(incoming.url ?? "");
  if (url > maxHeadBytes) {
    return errorAnswer(request, {
      status: 414,
      errorCode: "URI_TOO_LONG",
      message: "The URI is longer than 16,384 bytes",
    });
  }
  const headers = incoming.rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, 0);
  if (url + headers <= maxHeadBytes) return undefined;
  return errorAnswer(request, {
    status: 431,
    errorCode: "REQUEST_HEADER_FIELDS_TOO_LARGE",
    message: "The URI and the headers are together longer than 16,384 bytes",
  });
}

/** The whole body, or undefined where it is too large. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function requestOf(
  incoming: IncomingMessage,
  { url, body, options }: { url: string; body: Buffer; options: ServerOptions },
): ApiRequest {
  const mark = url.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  return {
    method: methodOf(incoming, query),
    path: decodedPath(mark < 0 ? url : url.slice(0, mark)),
    query,
    headers,
    body,
    origin: options.origin(),
    clientCertificate: options.tls?.askForCertificate === true && hasCertificate(incoming.socket),
  };
}

/** "If your HTTP library doesn't allow PATCH, send a POST with `_HttpMethod=PATCH`" (REST API, Update a Record). */
function methodOf(incoming: IncomingMessage, query: URLSearchParams): string {
  const method = incoming.method ?? "GET";
  return method === "POST" ? (query.get("_HttpMethod")?.toUpperCase() ?? method) : method;
}

function hasCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Sending {
  readonly request: ApiRequest;
  readonly result: ApiResponse;
  readonly fault: Fault | undefined;
  readonly limitInfo: string | undefined;
}

/** Writes the answer; returns the bytes of its body. */
function send(response: ServerResponse, { request, result, fault, limitInfo }: Sending): number {
  const { bytes, gzipped } = encoded(result, request);
  const headers: Record<string, string | number> = {
    ...(result.body === undefined ? {} : { "content-type": "application/json;charset=UTF-8" }),
    ...result.headers,
    ...(limitInfo === undefined ? {} : { "sforce-limit-info": limitInfo }),
    ...(gzipped ? { "content-encoding": "gzip" } : {}),
    ...(fault?.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter }),
    vary: "Accept-Encoding",
    "content-length": bytes.length,
  };
  if (result.status === 204 || result.status === 304) delete headers["content-length"];
  response.writeHead(result.status, headers);
  if (typeof fault?.cut === "number" && fault.cut < bytes.length) {
    const socket: Socket | null = response.socket;
    response.write(bytes.subarray(0, fault.cut), () => socket?.destroy());
    return fault.cut;
  }
  response.end(bytes);
  return bytes.length;
}

const worthCompressing = 1024;

function encoded({ body, headers }: ApiResponse, request: ApiRequest): { bytes: Buffer; gzipped: boolean } {
  const wanted = /\bgzip\b/iu.test(request.headers["accept-encoding"] ?? "");
  if (body instanceof RenderedBody) {
    return wanted ? { bytes: body.gzip(), gzipped: true } : { bytes: body.plain(), gzipped: false };
  }
  if (body === undefined) return { bytes: Buffer.alloc(0), gzipped: false };
  if (Buffer.isBuffer(body)) return { bytes: body, gzipped: headers?.["content-encoding"] === "gzip" };
  const bytes = Buffer.from(body);
  const gzipped = wanted && bytes.length > worthCompressing;
  return { bytes: gzipped ? gzipSync(bytes, { level: 1 }) : bytes, gzipped };
}
