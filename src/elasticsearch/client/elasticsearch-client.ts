import { errors, type Client } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { AppError, CanceledError, hasTimedOut, toError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import type { Logger } from "../../core/logger.ts";
import { withRetry, type RetryPolicy } from "../../core/retry.ts";
import type { RequestRetry } from "../../sync/service-events.ts";
import {
  ElasticsearchDiskError,
  ElasticsearchLicenseError,
  ElasticsearchPrivilegeError,
  ElasticsearchRequestError,
  ElasticsearchResponseError,
  ElasticsearchUnavailableError,
  ElasticsearchUnreachableError,
  isDiskBlock,
  RequestTooLargeError,
  withoutValues,
} from "../errors.ts";
import { privilegeHint } from "../required-privileges.ts";

/** Options that every request passes to the official client, with its own added. */
export interface RequestOptions {
  signal: AbortSignal;
}

export interface ElasticsearchClientOptions {
  client: Client;
  /** The cluster's address, for error messages. */
  host: string;
  /** For the whole response, from the request to the last byte. */
  requestTimeoutMs: number;
  clock: Clock;
  log: Logger;
  retry: RetryPolicy;
  retryOnTimeout: boolean;
  onRetry?: ((retry: RequestRetry) => void) | undefined;
}

/** Requests to Elasticsearch: retried while the cluster is unavailable, with errors that say what to do. */
export class ElasticsearchClient implements AsyncDisposable {
  readonly #options: ElasticsearchClientOptions;

  constructor(options: ElasticsearchClientOptions) {
    this.#options = options;
  }

  /**
   * Makes one request. `doing` describes it in logs and errors, such as "reading the mapping of search-salesforce"; `send` makes the request
   * with the official client and the given options, and may parse the response: a ZodError means that it is not in the documented form.
   */
  request<T>(
    doing: string,
    signal: AbortSignal,
    send: (client: Client, options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const { client, host, clock, log, retry, retryOnTimeout, requestTimeoutMs } = this.#options;
    const onRetry = ({ message }: AppError, attempt: number, waitMs: number): void => {
      const details = { request: doing, attempt, waitMs, reason: message };
      log.warn("retrying elasticsearch request", details);
      this.#options.onRetry?.({ server: "elasticsearch", ...details });
    };
    return withRetry(retry, { clock, signal, onRetry }, async () => {
      const timeout = clock.timeout(requestTimeoutMs);
      try {
        return checkBody(await send(client, { signal: AbortSignal.any([signal, timeout]) }));
      } catch (error) {
        throw toAppError(error, {
          host,
          doing,
          retryOnTimeout,
          timedOut: timeout.aborted || hasTimedOut(signal),
          canceled: signal.aborted && !hasTimedOut(signal),
        });
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.client.close();
  }
}

/** Elasticsearch answers with a JSON object; to HEAD, the client gives true or false. */
function checkBody<T>(response: T): T {
  const body = isJsonObject(response) && "statusCode" in response ? response["body"] : response;
  if (typeof body !== "boolean" && !isJsonObject(body)) throw new UndocumentedBodyError();
  return response;
}

class UndocumentedBodyError extends Error {}

/** Returns the response if it is in the documented form. */
export function inForm<T>(form: z.ZodType, response: T): T {
  form.parse(response);
  return response;
}

/** The response to a change of an index, an alias or a pipeline. False means that the cluster has not applied it in time. */
export const acknowledgedAnswer = z.object({ acknowledged: z.literal(true) });

const unavailable = new Set([429, 500, 502, 503, 504]);

interface FailedRequest {
  host: string;
  doing: string;
  retryOnTimeout: boolean;
  timedOut: boolean;
  canceled: boolean;
}

/** Converts an error of the official client. */
function toAppError(thrown: unknown, failed: FailedRequest): AppError {
  const { host, doing, retryOnTimeout } = failed;
  if (thrown instanceof AppError) return thrown;
  const error = toError(thrown);
  if (failed.canceled) return new CanceledError(`Canceled while ${doing}.`, { cause: thrown });
  if (error instanceof errors.ResponseError) return fromResponse(error, doing);
  if (failed.timedOut || error instanceof errors.TimeoutError) {
    const message = `Elasticsearch at ${host} timed out while ${doing}.`;
    const hint = "Check the load of the cluster; elasticsearch.request_timeout sets the limit.";
    return retryOnTimeout
      ? new ElasticsearchUnavailableError(message, { hint, cause: thrown })
      : new ElasticsearchRequestError(0, message, { hint, cause: thrown });
  }
  if (error instanceof errors.RequestAbortedError) {
    return new ElasticsearchResponseError(`The response of Elasticsearch at ${host} is too large (${doing}).`, {
      cause: thrown,
      hint: "Check that elasticsearch.host is Elasticsearch; elasticsearch.max_response_size sets the limit.",
    });
  }
  if (isUndocumented(error)) {
    // The error is not the cause: it may quote the response.
    const message = `The response of ${host} while ${doing} is not what Elasticsearch documents.`;
    return new ElasticsearchResponseError(message);
  }
  const passing = error instanceof errors.ConnectionError && !/certificate|self.signed|ENOTFOUND/i.test(error.message);
  return new ElasticsearchUnreachableError(`Elasticsearch at ${host} cannot be reached: ${error.message}.`, {
    retryable: passing,
    cause: thrown,
    hint: "Check elasticsearch.host, and ca_certs if the cluster uses its own certificate authority.",
  });
}

function isUndocumented(error: Error): boolean {
  return [UndocumentedBodyError, z.ZodError, errors.DeserializationError, errors.ProductNotSupportedError].some(
    (kind) => error instanceof kind,
  );
}

function fromResponse(error: errors.ResponseError, doing: string): AppError {
  const status = error.statusCode ?? 0;
  const reason = reasonOf(error);
  const { type, reason: words } = requestError.safeParse(error.body).data?.error ?? {};
  if (isDiskBlock(type, words)) return new ElasticsearchDiskError(doing);
  if (status === 401) {
    return new ElasticsearchPrivilegeError(
      `Elasticsearch does not accept the credentials (401) while ${doing}: ${refusedCredentials(error)}.`,
      {
        hint: "Check elasticsearch.api_key, or username and password. An API key may have expired or been invalidated.",
      },
    );
  }
  const unlicensed = securityError.safeParse(error.body).data?.error["license.expired.feature"];
  if (unlicensed !== undefined) return new ElasticsearchLicenseError(doing, unlicensed);
  if (status === 403)
    return new ElasticsearchPrivilegeError(`Elasticsearch does not allow ${doing} (403): ${deniedAction(error)}.`, {
      hint: privilegeHint,
    });
  if (status === 413)
    return new RequestTooLargeError(`The request is too large for Elasticsearch (${doing}).`, {
      hint: "Lower elasticsearch.bulk.chunk_max_mem_size.",
    });
  if (unavailable.has(status))
    return new ElasticsearchUnavailableError(`Elasticsearch answered ${status} while ${doing}: ${reason}.`);
  return new ElasticsearchRequestError(status, `Elasticsearch refused ${doing} with ${status}: ${reason}.`);
}

/** Elasticsearch's reason. Other bodies, such as the page of a proxy, are not quoted: they may contain anything. */
function reasonOf({ body }: errors.ResponseError): string {
  const error = requestError.safeParse(body).data?.error;
  if (!error) return "the response is not an error of Elasticsearch; a proxy may have sent it";
  return withoutValues(`${error.type}: ${error.reason ?? ""}`).replace(/[.:]$/, "");
}

const requestError = z.object({ error: z.object({ type: z.string(), reason: z.string().nullish() }) });

/** Elasticsearch's own words: the action, the index and the missing privileges. Other reasons may quote document values. */
function deniedAction({ body, meta }: errors.ResponseError): string {
  const reason = securityError.safeParse(body).data?.error.reason;
  if (reason !== undefined) return reason.slice(0, 1000);
  // The response to HEAD has no body. Only the existence of an index or an alias is requested by HEAD.
  const isHead = meta.meta.request.params.method === "HEAD";
  return isHead ? "the index privilege view_index_metadata is missing" : "a privilege is missing";
}

/** Elasticsearch's own words: why an API key is refused, or that the user or password is wrong. */
function refusedCredentials({ body }: errors.ResponseError): string {
  const error = securityError.safeParse(body).data?.error;
  const reason = error?.additional_unsuccessful_credentials ?? error?.reason ?? "no reason was given";
  return reason.slice(0, 1000).replace(/\.$/, "");
}

const securityError = z.object({
  error: z.object({
    reason: z.string(),
    additional_unsuccessful_credentials: z.string().optional(),
    "license.expired.feature": z.string().optional(),
  }),
});
