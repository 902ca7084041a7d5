import { errors } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { CanceledError, AppError, toError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { withRetry, type RetryPolicy } from "../../core/retry.ts";
import {
  ElasticsearchPrivilegeError,
  ElasticsearchRequestError,
  ElasticsearchUnavailableError,
  ElasticsearchUnreachableError,
  RequestTooLargeError,
} from "../errors.ts";

/** What repeating a request needs. */
export interface CallContext {
  /** The cluster's address, for errors. */
  host: string;
  clock: Clock;
  log: Logger;
  retry: RetryPolicy;
  retryOnTimeout: boolean;
}

/** Makes requests to Elasticsearch, again while it says "not now", and turns what goes wrong into errors that say what to do. */
export class ElasticsearchCaller {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Makes one request; `what` names it in errors, such as "reading the mapping of search-salesforce". */
  async call<T>(what: string, signal: AbortSignal, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { host, clock, log, retry, retryOnTimeout } = this.#context;
    const onRetry = (error: AppError, attempt: number, waitMs: number): void =>
      log.warn("elasticsearch request is tried again", { what, attempt, waitMs, reason: error.message });
    return withRetry(retry, { clock, signal, onRetry }, async () => {
      try {
        return await request(signal);
      } catch (error) {
        throw explain(error, { host, what, retryOnTimeout });
      }
    });
  }
}

const unavailable = new Set([429, 502, 503, 504]);

interface Circumstances {
  host: string;
  what: string;
  retryOnTimeout: boolean;
}

/** What an error of the client means. */
function explain(thrown: unknown, { host, what, retryOnTimeout }: Circumstances): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = toError(thrown);
  if (error instanceof errors.RequestAbortedError)
    return new CanceledError(`Stopped while ${what}.`, { cause: thrown });
  if (error instanceof errors.ResponseError) return explainAnswer(error, what);
  if (error instanceof errors.TimeoutError) {
    const message = `Elasticsearch at ${host} took too long ${what}.`;
    const hint = "Look at its load; elasticsearch.request_timeout says how long is too long.";
    return retryOnTimeout
      ? new ElasticsearchUnavailableError(message, { hint, cause: thrown })
      : new ElasticsearchRequestError(0, message, { hint, cause: thrown });
  }
  if (error instanceof errors.ProductNotSupportedError) {
    return new ElasticsearchUnreachableError(`What answers at ${host} is not Elasticsearch.`, {
      cause: thrown,
      hint: "Check elasticsearch.host.",
    });
  }
  const passing = error instanceof errors.ConnectionError && !/certificate|self.signed|ENOTFOUND/i.test(error.message);
  return new ElasticsearchUnreachableError(`Elasticsearch at ${host} cannot be reached: ${error.message}.`, {
    retryable: passing,
    cause: thrown,
    hint: "Check elasticsearch.host, and ca_certs where it uses a certificate of its own.",
  });
}

function explainAnswer(error: errors.ResponseError, what: string): AppError {
  const status = error.statusCode ?? 0;
  const reason = error.message.split("\n", 1)[0]?.slice(0, 300) ?? "";
  if (status === 401 || status === 403) {
    return new ElasticsearchPrivilegeError(
      `Elasticsearch does not allow ${what} (${status}): ${refusedAccess(error)}.`,
      {
        hint: "The API key needs the cluster privileges monitor and manage_connector, and all on the content index, its .search-acl-filter- index and .elastic-connectors*.",
      },
    );
  }
  if (status === 413)
    return new RequestTooLargeError(`Elasticsearch takes no request of this size (${what}).`, {
      hint: "Lower elasticsearch.bulk.chunk_max_mem_size.",
    });
  if (unavailable.has(status))
    return new ElasticsearchUnavailableError(`Elasticsearch answered ${status} ${what}: ${reason}.`);
  return new ElasticsearchRequestError(status, `Elasticsearch refused ${what} with ${status}: ${reason}.`);
}

/** Which action on which index, and which privileges would allow it. Only here: other reasons may quote values of documents. */
function refusedAccess({ body, message }: errors.ResponseError): string {
  const { data } = securityAnswer.safeParse(body);
  return (data?.error.reason ?? message.split("\n", 1)[0] ?? "").slice(0, 1000);
}

const securityAnswer = z.object({ error: z.object({ reason: z.string() }) });
