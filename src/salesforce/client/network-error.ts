import { AppError, CanceledError, toError } from "../../core/errors.ts";
import { SalesforceUnavailableError, SalesforceUnreachableError } from "../errors.ts";

/** Codes of broken connections and slow servers: the same request may succeed later. */
const passing = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CLOSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_ABORTED",
  // A truncated compressed body.
  "Z_BUF_ERROR",
  "Z_DATA_ERROR",
]);

const certificateCodes = /CERT|SSL|TLS|SELF_SIGNED|LEAF_SIGNATURE|ERR_SSL/;

/** Converts an error thrown while a request was sent or its response was read. */
export function networkError(thrown: unknown, url: URL, signal: AbortSignal): AppError {
  if (signal.aborted) return new CanceledError("The request was canceled.", { cause: thrown });
  if (thrown instanceof AppError) return thrown;
  const error = toError(thrown);
  const code = errorCode(error);
  if (code === "ENOTFOUND") {
    return new SalesforceUnreachableError(`The Salesforce host ${url.host} does not exist.`, {
      cause: thrown,
      hint: "Check domain (the part before .my.salesforce.com in the org's URL) or salesforce.base_url.",
    });
  }
  if (certificateCodes.test(code)) {
    return new SalesforceUnreachableError(`The certificate of ${url.host} is not trusted (${code}).`, {
      cause: thrown,
      hint: "Check salesforce.base_url; for a private certificate authority set NODE_EXTRA_CA_CERTS.",
    });
  }
  if (passing.has(code) || error.message === "terminated") {
    return new SalesforceUnavailableError(`The connection to ${url.host} failed (${inWords(code, error)}).`, {
      cause: thrown,
      hint: "Check that this machine can reach the host; a proxy is taken from HTTPS_PROXY.",
    });
  }
  return new SalesforceUnreachableError(`The request to ${url.host} failed: ${error.message}.`, { cause: thrown });
}

/** The codes of the HTTP client are not known outside of it. */
const words: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: "the other side closed it",
  UND_ERR_CLOSED: "the other side closed it",
  UND_ERR_CONNECT_TIMEOUT: "it was not accepted in time",
  UND_ERR_HEADERS_TIMEOUT: "no response came in time",
  UND_ERR_BODY_TIMEOUT: "the response stopped",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the response is incomplete",
  Z_BUF_ERROR: "the response is incomplete",
};

function inWords(code: string, { message }: Error): string {
  return words[code] ?? (code || message);
}

function errorCode(error: Error): string {
  const own = "code" in error && typeof error.code === "string" ? error.code : "";
  if (own === "" && error.cause instanceof Error) return errorCode(error.cause);
  // A socket error wraps the system's code, which says more.
  return own === "UND_ERR_SOCKET" && error.cause instanceof Error ? errorCode(error.cause) || own : own;
}
