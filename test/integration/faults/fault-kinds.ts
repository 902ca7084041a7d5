import type { Fault } from "../../support/fault-proxy.ts";
import type { Endpoint } from "./endpoints.ts";

export interface FaultKind {
  /** The fault of one request. */
  of: (endpoint: Endpoint) => Fault;
  /** The number of requests that it hits in the first sync; default: all. */
  times?: number;
  /** A retry does not help. In the second sync there is then no fault; otherwise it hits one request. */
  lasting?: boolean;
  /** Only responses with a body can have it. */
  ofBody?: boolean;
}

const limit = 1_048_576;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Fault => ({
  kind: "answer",
  status,
  body: JSON.stringify(body),
  headers,
});

/** An error in the form of each server. */
function refusal({ server }: Endpoint, status: number, [code, message]: readonly [string, string]): Fault {
  const forSalesforce = [{ errorCode: code, message }];
  const cause = { type: code, reason: message };
  return json(status, server === "salesforce" ? forSalesforce : { error: { ...cause, root_cause: [cause] }, status });
}

const noSession = (endpoint: Endpoint): Fault =>
  endpoint.server === "salesforce"
    ? refusal(endpoint, 401, ["INVALID_SESSION_ID", "Session expired or invalid"])
    : refusal(endpoint, 401, ["security_exception", "missing authentication credentials for REST request"]);

const answer = (body: string): Fault => ({ kind: "answer", status: 200, body });

export const faultKinds = {
  "500": { of: (endpoint) => refusal(endpoint, 500, ["UNKNOWN_EXCEPTION", "An unexpected error occurred."]) },
  "503 with HTML": {
    of: () => ({
      kind: "answer",
      status: 503,
      body: "<html><body>Down for maintenance</body></html>",
      headers: { "content-type": "text/html" },
    }),
  },
  "429": { of: (endpoint) => refusal(endpoint, 429, ["SERVER_BUSY", "Too many requests."]) },
  "429 with Retry-After": { of: () => json(429, {}, { "retry-after": "1" }) },
  "403 of a limit": {
    lasting: true,
    of: (endpoint) =>
      endpoint.server === "salesforce"
        ? refusal(endpoint, 403, ["REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."])
        : refusal(endpoint, 403, ["security_exception", "this action is unauthorized for API key id [key]"]),
  },
  "401 once": { times: 1, lasting: true, of: noSession },
  "401": { lasting: true, of: noSession },
  "no response": { of: () => ({ kind: "silence" }) },
  "refused connection": { of: () => ({ kind: "refuse", forMs: 1500 }) },
  "cut before the response": { of: () => ({ kind: "cut" }) },
  "cut in the body": { ofBody: true, of: () => ({ kind: "cut", afterBytes: 1 }) },
  "garbled JSON": { ofBody: true, of: () => answer('{"id":"1","secret-value') },
  "wrong type": { ofBody: true, of: ({ wrongType }) => answer(wrongType ?? '["not","documented"]') },
  "empty body": { ofBody: true, of: () => answer("") },
  "empty list": { ofBody: true, lasting: true, of: ({ emptyList }) => answer(emptyList ?? "[]") },
  "one byte a second": { ofBody: true, of: () => ({ kind: "drip", everyMs: 1000 }) },
  "body over the limit": { ofBody: true, lasting: true, of: () => ({ kind: "flood", bytes: 3 * limit }) },
  redirect: {
    of: () => ({ kind: "answer", status: 302, body: "", headers: { location: "http://127.0.0.1:9/elsewhere" } }),
  },
} satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;
export const faultNames = Object.keys(faultKinds) as FaultName[];
