import { setTimeout as sleep } from "node:timers/promises";
import { errorResponse, thrownErrorResponse } from "../api/error-response.ts";
import type { Fault, Faults } from "../control/faults.ts";
import type { Reaction, ReceivedRequest } from "../http/http-server.ts";
import { type HttpRequest, type HttpResponse, isRecord } from "../http/message.ts";
import { bearerToken } from "../oauth/identity.ts";
import type { Org } from "../org/org.ts";
import type { SimulatorApp } from "./simulator-app.ts";

/** "URI length, and URI plus headers: 16,384 bytes" (API Request Limits: 414 and 431). */
const maxHeadBytes = 16_384;

interface OrgHandlerOptions {
  readonly app: SimulatorApp;
  readonly org: Org;
  readonly faults: Faults;
  /** Called with bugs of the simulator. */
  readonly report: (error: unknown) => void;
}

interface AddedHeaders {
  readonly counted: boolean;
  readonly fault: Fault | undefined;
  readonly status: number;
}

/** Answers requests to one org: applies size limits, API limits and faults, and counts the calls. */
export class OrgHandler {
  readonly #options: OrgHandlerOptions;

  constructor(options: OrgHandlerOptions) {
    this.#options = options;
  }

  async handle(received: ReceivedRequest): Promise<Reaction> {
    const { app, org } = this.#options;
    const request = withOverriddenMethod(received.request);
    const { endpoint, answer, counted } = app.route(request);
    const invalid = sizeError(received) ?? codingError(received);
    const fault = endpoint === "control" ? undefined : this.#faultOf(request, received.url);
    const refused = counted ? this.#count(received) : undefined;
    if (fault !== undefined && fault.delayMs > 0) await sleep(fault.delayMs);
    if (fault?.cut === "before") {
      org.calls.count(endpoint, { status: 0, bytesOut: 0 });
      return { response: undefined };
    }
    const response = invalid ?? refused ?? this.#faultResponse(fault, request) ?? this.#respond(answer, request);
    const headers = { ...response.headers, ...this.#addedHeaders({ counted, fault, status: response.status }) };
    return {
      response: { ...response, headers },
      closeAfterBytes: fault?.cut,
      onSent: (bytesOut) => {
        if (endpoint !== "control") org.calls.count(endpoint, { status: response.status, bytesOut });
      },
    };
  }

  /** A 401 does not count towards the daily limit. */
  #addedHeaders({ counted, fault, status }: AddedHeaders): Record<string, string> {
    const { limits } = this.#options.org;
    const retryAfter = fault?.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    if (!counted) return retryAfter;
    if (status !== 401) return { ...retryAfter, "sforce-limit-info": limits.header() };
    limits.spend("DailyApiRequests", -1);
    return { ...retryAfter, "www-authenticate": "Token" };
  }

  #faultOf(request: HttpRequest, url: string): Fault | undefined {
    return this.#options.faults.trigger({ method: request.method, path: url, query: statementOf(request) });
  }

  /** Counts a request towards the limits. Returns an error response if too many long requests are running. */
  #count({ request, onClose }: ReceivedRequest): HttpResponse | undefined {
    const { limits } = this.#options.org;
    const exhausted = limits.longRequestsExhausted;
    limits.spend("DailyApiRequests");
    onClose(limits.begin());
    if (!exhausted) return undefined;
    return errorResponse(request, {
      status: 403,
      errorCode: "REQUEST_LIMIT_EXCEEDED",
      message: "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
    });
  }

  /** The response of a fault. Undefined if the fault only delays, cuts the connection or expires the session. */
  #faultResponse(fault: Fault | undefined, request: HttpRequest): HttpResponse | undefined {
    if (fault === undefined) return undefined;
    const token = fault.expireToken ? bearerToken(request) : undefined;
    if (token !== undefined) this.#options.org.sessions.close(token);
    const { status, body, errorCode, message } = fault;
    if (status === undefined && body === undefined && errorCode === undefined) return undefined;
    if (body !== undefined) {
      const type = body.trimStart().startsWith("<") ? "text/html" : "application/json;charset=UTF-8";
      return { status: status ?? 200, headers: { "content-type": type }, body };
    }
    return errorResponse(request, {
      status: status ?? 500,
      errorCode: errorCode ?? defaultCodes[String(status)] ?? "UNKNOWN_EXCEPTION",
      message: message ?? "Injected by the simulator's control surface",
    });
  }

  #respond(answer: () => HttpResponse, request: HttpRequest): HttpResponse {
    try {
      return answer();
    } catch (error) {
      return thrownErrorResponse(error, request, this.#options.report);
    }
  }
}

const defaultCodes: Readonly<Record<string, string>> = {
  "401": "INVALID_SESSION_ID",
  "403": "REQUEST_LIMIT_EXCEEDED",
  "404": "NOT_FOUND",
  "503": "SERVER_UNAVAILABLE",
};

/** "If your HTTP library doesn't allow PATCH, send a POST with `_HttpMethod=PATCH`" (REST API, Update a Record). */
function withOverriddenMethod(request: HttpRequest): HttpRequest {
  const method = request.method === "POST" ? request.query.get("_HttpMethod") : null;
  return method === null ? request : { ...request, method: method.toUpperCase() };
}

/** The SOQL or SOSL of a request: in its query string, or in the body of a new bulk job or batch. */
function statementOf({ method, path, query, body }: HttpRequest): string {
  if (method === "POST" && /\/services\/async\/.*\/batch\/?$/u.test(path)) return body.toString("utf8");
  if (method !== "POST" || !/\/jobs\/query\/?$/u.test(path)) return query.get("q") ?? "";
  try {
    const job: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(job) && typeof job["query"] === "string" ? job["query"] : "";
  } catch {
    return "";
  }
}

/** In Salesforce, the web server in front of the API rejects such requests, so the response is an HTML page. */
function sizeError({ url, headBytes }: ReceivedRequest): HttpResponse | undefined {
  if (Buffer.byteLength(url) > maxHeadBytes) return errorPage(414, "URI Too Long");
  return headBytes > maxHeadBytes ? errorPage(431, "Request Header Fields Too Large") : undefined;
}

function errorPage(status: number, title: string): HttpResponse {
  const body = `<html><head><title>Error ${status} ${title}</title></head><body><h2>HTTP ERROR: ${status}</h2><p>${title}</p></body></html>`;
  return { status, headers: { "content-type": "text/html;charset=iso-8859-1" }, body };
}

/** The response to a body whose `Content-Encoding` is unsupported or wrong (codes unconfirmed). */
function codingError({ request, bodyState }: ReceivedRequest): HttpResponse | undefined {
  const coding = request.headers["content-encoding"] ?? "";
  switch (bodyState) {
    case "bytes":
      return undefined;
    case "broken":
      return errorResponse(request, {
        status: 400,
        errorCode: "INVALID_CONTENT",
        message: `The body is not in ${coding}`,
      });
    case "unknown coding":
      return errorResponse(request, {
        status: 415,
        errorCode: "UNSUPPORTED_MEDIA_TYPE",
        message: `Content-Encoding ${coding} is not supported, gzip and deflate are`,
      });
  }
}
