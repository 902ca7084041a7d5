import { CanceledError, toError, type AppError } from "../../core/errors.ts";
import { SalesforceUnavailableError, SalesforceUnreachableError } from "../errors.ts";

/** Codes after which the same request may well succeed: the connection broke, or the other side was slow. */
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
  // A compressed body that ends early.
  "Z_BUF_ERROR",
  "Z_DATA_ERROR",
]);

const certificateCodes = /CERT|SSL|TLS|SELF_SIGNED|LEAF_SIGNATURE|ERR_SSL/;

/** Turns what a request threw before or while its answer came into an error that says what to do. */
export function networkError(thrown: unknown, url: URL, signal: AbortSignal | undefined): AppError {
  if (signal?.aborted === true) return new CanceledError("The request was stopped.", { cause: thrown });
  const error = toError(thrown);
  const code = errorCode(error);
  if (code === "ENOTFOUND") {
    return new SalesforceUnreachableError(`The Salesforce host ${url.host} does not exist.`, {
      cause: thrown,
      hint: "Check domain (what stands before .my.salesforce.com in the org's URL) or salesforce.base_url.",
    });
  }
  if (certificateCodes.test(code)) {
    return new SalesforceUnreachableError(`The certificate of ${url.host} is not trusted (${code}).`, {
      cause: thrown,
      hint: "Check salesforce.base_url; for an authority of your own set NODE_EXTRA_CA_CERTS.",
    });
  }
  if (passing.has(code) || error.message === "terminated") {
    return new SalesforceUnavailableError(`The connection to ${url.host} failed (${code || error.message}).`, {
      cause: thrown,
      hint: "Check that the host can be reached from here; a proxy is taken from HTTPS_PROXY.",
    });
  }
  return new SalesforceUnreachableError(`The request to ${url.host} failed: ${error.message}.`, { cause: thrown });
}

function errorCode(error: Error): string {
  const own = "code" in error && typeof error.code === "string" ? error.code : "";
  if (own === "" && error.cause instanceof Error) return errorCode(error.cause);
  // A socket error wraps the system's own code, which says more.
  return own === "UND_ERR_SOCKET" && error.cause instanceof Error ? errorCode(error.cause) || own : own;
}
