import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Faults } from "../control/faults.ts";
import type { Org } from "../org.ts";
import { type ApiRequest, type ApiResponse, decodedPath, isRecord } from "./api-request.ts";
import { decodeBody, type DecodedBody, encodeBody } from "./content-coding.ts";
import { errorAnswer, thrownAnswer } from "./error-answers.ts";
import type { SimulatorApp } from "./simulator-app.ts";

/** "URI length, and URI plus headers: 16,384 bytes" (API Request Limits: 414 and 431). */
const maxHeadBytes = 16_384;

/** Largest body that is read: a file of 37 MB as base64 is about 50 MB of JSON. */
const maxBodyBytes = 52 * 1024 * 1024;

/** Node answers by itself what is longer: enough for the longest statement with every sign escaped, so that it is told 414 as well. */
const maxHeadRead = 1024 * 1024;

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
  const settings = { keepAliveTimeout: 75_000, maxHeaderSize: maxHeadRead };
  if (tls === undefined) return createServer(settings, handle);
  const { askForCertificate, ...pair } = tls;
  return createTlsServer({ ...settings, ...pair, requestCert: askForCertificate, rejectUnauthorized: false }, handle);
}

async function serve(incoming: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const url = incoming.url ?? "/";
  const body = await readBody(incoming);
  if (body.kind === "too large") {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const request = requestOf(incoming, { url, body, options });
  const { app, org, faults } = options;
  const { endpoint, answer, counted } = app.route(request);
  const unreadable = headTooLong(incoming, request) ?? unreadableBody(request, body);
  const fault = endpoint === "control" ? undefined : faultOf(request, url, faults);
  const refused = counted ? account(request, response, org) : undefined;
  if (fault !== undefined && fault.delayMs > 0) await sleep(fault.delayMs);
  if (fault?.cut === "before") {
    org.calls.note(endpoint, { status: 0, bytesOut: 0 });
    response.destroy();
    return;
  }
  const result =
    unreadable ?? refused ?? faultyAnswer(fault, { request, options }) ?? answered(answer, request, options);
  const bytesOut = send(response, { request, result, fault, limitInfo: counted ? org.limits.header() : undefined });
  if (endpoint !== "control") org.calls.note(endpoint, { status: result.status, bytesOut });
}

function faultOf(request: ApiRequest, url: string, faults: Faults): Fault | undefined {
  return faults.hit({ method: request.method, path: url, query: statementOf(request) });
}

/** The SOQL or SOSL of a request: in its query string, or in the body that creates a bulk job. */
function statementOf({ method, path, query, body }: ApiRequest): string {
  if (method !== "POST" || !/\/jobs\/query\/?$/u.test(path)) return query.get("q") ?? "";
  try {
    const job: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(job) && typeof job["query"] === "string" ? job["query"] : "";
  } catch {
    return "";
  }
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

/** The answer to a body in another coding than it says, or in one that is not taken (codes unconfirmed). */
function unreadableBody(request: ApiRequest, { kind }: DecodedBody): ApiResponse | undefined {
  if (kind === "bytes") return undefined;
  const coding = request.headers["content-encoding"] ?? "";
  return kind === "broken"
    ? errorAnswer(request, { status: 400, errorCode: "INVALID_CONTENT", message: `The body is no ${coding}` })
    : errorAnswer(request, {
        status: 415,
        errorCode: "UNSUPPORTED_MEDIA_TYPE",
        message: `Content-Encoding ${coding} is not supported, gzip and deflate are`,
      });
}

/** The whole body without its coding, or why it cannot be had. */
async function readBody(incoming: IncomingMessage): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return { kind: "too large" };
    chunks.push(chunk);
  }
  return decodeBody(Buffer.concat(chunks), incoming.headers["content-encoding"], maxBodyBytes);
}

function requestOf(
  incoming: IncomingMessage,
  { url, body, options }: { url: string; body: DecodedBody; options: ServerOptions },
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
    body: body.kind === "bytes" ? body.bytes : Buffer.alloc(0),
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

interface Sending {
  readonly request: ApiRequest;
  readonly result: ApiResponse;
  readonly fault: Fault | undefined;
  readonly limitInfo: string | undefined;
}

/** Writes the answer; returns the bytes of its body. */
function send(response: ServerResponse, { request, result, fault, limitInfo }: Sending): number {
  const { bytes, coding } = encodeBody(result, request.headers["accept-encoding"]);
  const headers: Record<string, string | number> = {
    ...(result.body === undefined ? {} : { "content-type": "application/json;charset=UTF-8" }),
    ...result.headers,
    ...(limitInfo === undefined ? {} : { "sforce-limit-info": limitInfo }),
    ...(coding === undefined ? {} : { "content-encoding": coding }),
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
