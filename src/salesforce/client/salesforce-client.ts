import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Clock } from "../../core/clock.ts";
import type { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { withRetry, type RetryPolicy } from "../../core/retry.ts";
import type { RequestRetry } from "../../sync/service-events.ts";
import type { SalesforceSession } from "../auth/session.ts";
import {
  SalesforceLimitError,
  SalesforceRequestError,
  SalesforceResponseError,
  SalesforceSignInError,
  SalesforceUnavailableError,
} from "../errors.ts";
import { discardBody, type HttpResponse, type HttpUsage, type SalesforceHttp } from "./http.ts";

export interface SalesforceRequest {
  method?: "GET" | "POST";
  /** The path and the encoded query, such as `/services/data/v62.0/sobjects`. */
  path: string;
  headers?: Record<string, string>;
  body?: JsonValue;
}

export interface SalesforceDownload {
  /** Bytes according to the server, if it reports a size. */
  contentLength: number | undefined;
  chunks: AsyncIterable<Buffer>;
  /** Releases the body before its end. */
  discard: () => void;
}

export interface SalesforceClientOptions {
  session: SalesforceSession;
  http: SalesforceHttp;
  /** Such as `62.0`. */
  apiVersion: string;
  baseUrl: string;
  clock: Clock;
  log: Logger;
  /** The largest record, with its children. Larger ones are refused. */
  maxRecordBytes?: number;
  retry?: RetryPolicy;
  onRetry?: ((retry: RequestRetry) => void) | undefined;
}

/** About half a minute in all: longer than Salesforce's short outages, such as a node switch. */
const defaultRetry: RetryPolicy = { attempts: 6, baseMs: 500, capMs: 15_000, jitter: 0.3 };

const defaultMaxRecordBytes = 16_777_216;

/** Ends the sign-ins to an org whose policy refuses every session. */
const maxRefusedSessions = 3;

const callOptions = { "sforce-call-options": "client=salesforce-elasticsearch-connector" };

/** Sends requests to the org's REST API. Data and downloads share the session, retries, limits and errors. */
export class SalesforceClient {
  readonly #options: SalesforceClientOptions;
  readonly #retry: RetryPolicy;
  #serverTime: number | undefined;

  constructor(options: SalesforceClientOptions) {
    this.#options = options;
    this.#retry = options.retry ?? defaultRetry;
  }

  get maxRecordBytes(): number {
    return this.#options.maxRecordBytes ?? defaultMaxRecordBytes;
  }

  get usage(): HttpUsage {
    return this.#options.http.usage;
  }

  /** Salesforce's time (milliseconds since the epoch), from the last response; the machine's time before the first one. */
  get serverTime(): number {
    return this.#serverTime ?? this.#options.clock.now();
  }

  /** The path of a resource below an API version, such as `/services/data/v62.0/query`. */
  resource(name: string, apiVersion = this.#options.apiVersion): string {
    return `/services/data/v${apiVersion}/${name}`;
  }

  object(request: SalesforceRequest, signal: AbortSignal): Promise<JsonObject> {
    return this.parsed(request, signal, z.custom<JsonObject>(isJsonObject));
  }

  /** The response in its documented form. If it has another one, the request is retried. */
  parsed<T>(request: SalesforceRequest, signal: AbortSignal, form: z.ZodType<T>): Promise<T> {
    return this.read(request, signal, (body) => {
      const parsed = form.safeParse(JSON.parse(body.toString()));
      if (parsed.success) return parsed.data;
      throw new SyntaxError("not in the documented form");
    });
  }

  /** Parses a response. The parser may keep and change its bytes. If it throws a SyntaxError, the request is retried. */
  read<T>(request: SalesforceRequest, signal: AbortSignal, parse: (body: Buffer) => T | Promise<T>): Promise<T> {
    const message = { ...request, headers: { ...request.headers, "accept-encoding": "gzip" } };
    return this.#send(message, signal, async (response) => {
      const body = await this.#options.http.readBody(response, { url: this.#url(request), signal });
      // The parser may change the bytes.
      const { length } = body;
      try {
        return await parse(body);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        // The error is not the cause: its message quotes the response.
        throw new SalesforceResponseError(
          `The response of Salesforce to ${pathOnly(request)} is incomplete or not in the documented form (${length} bytes).`,
          { retryable: true, hint: "Check that the host is Salesforce and that no proxy changes its responses." },
        );
      }
    });
  }

  /** Opens a download. Errors after the first bytes are the reader's to handle. */
  download(request: SalesforceRequest, signal: AbortSignal): Promise<SalesforceDownload> {
    return this.#send(request, signal, (response) => {
      const length = Number(response.headers["content-length"]);
      return Promise.resolve({
        contentLength: Number.isSafeInteger(length) ? length : undefined,
        chunks: this.#options.http.readChunks(response, { url: this.#url(request), signal }),
        discard: () => discardBody(response),
      });
    });
  }

  /** Every request takes this path: with a session, with retries, and with errors that say what to do. */
  async #send<T>(
    request: SalesforceRequest,
    signal: AbortSignal,
    use: (response: HttpResponse) => Promise<T>,
  ): Promise<T> {
    const { clock, log } = this.#options;
    const onRetry = ({ message }: AppError, attempt: number, waitMs: number): void => {
      const retry = { request: pathOnly(request), attempt, waitMs, reason: message };
      log.warn("retrying salesforce request", retry);
      this.#options.onRetry?.({ server: "salesforce", ...retry });
    };
    return withRetry(this.#retry, { clock, signal, onRetry }, async () => {
      const response = await this.#sendWithSession(request, signal);
      const { statusCode } = response;
      if (statusCode < 300) return use(response);
      const text = (await this.#options.http.readBody(response, { url: this.#url(request), signal })).toString();
      throw refusedRequest(request, { status: statusCode, text });
    });
  }

  /** Sends the request and renews the session when Salesforce says that it has expired. */
  async #sendWithSession(request: SalesforceRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { session, http, baseUrl } = this.#options;
    let token = await session.token(signal);
    for (let refused = 1; ; refused++) {
      const response = await http.send(this.#message(request, token), signal);
      this.#noteServerTime(response);
      if (response.statusCode !== 401) return response;
      discardBody(response);
      if (refused > maxRefusedSessions) {
        throw new SalesforceSignInError(
          `Salesforce at ${new URL(baseUrl).host} refuses every session right after the sign-in (${maxRefusedSessions} in a row).`,
          {
            hint: "Check the IP ranges, the session policies and the API permission of the integration user.",
          },
        );
      }
      token = await session.renew(token, signal);
    }
  }

  #message({ method = "GET", path, headers, body }: SalesforceRequest, token: string) {
    return {
      method,
      url: this.#url({ path }),
      headers: {
        ...callOptions,
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        authorization: `Bearer ${token}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  #noteServerTime({ headers }: HttpResponse): void {
    const time = typeof headers["date"] === "string" ? Date.parse(headers["date"]) : NaN;
    if (!Number.isNaN(time)) this.#serverTime = time;
  }

  #url({ path }: Pick<SalesforceRequest, "path">): string {
    return `${this.#options.baseUrl}${path}`;
  }
}

function refusedRequest(request: SalesforceRequest, { status, text }: { status: number; text: string }): AppError {
  if (status < 400)
    return new SalesforceUnavailableError(`Salesforce answered ${pathOnly(request)} with a redirect (${status}).`);
  const { errorCode, message } = firstError(text);
  return requestError(request, errorCode ?? `HTTP_${status}`, message ?? `status ${status}`);
}

/** Empty if the body is not an error of the API; the status is then enough. */
function firstError(text: string): z.output<typeof apiErrors>[number] {
  try {
    return apiErrors.safeParse(JSON.parse(text)).data?.[0] ?? {};
  } catch {
    return {};
  }
}

// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
const apiErrors = z.array(z.object({ errorCode: z.string().optional(), message: z.string().optional() }));

function requestError(request: SalesforceRequest, code: string, message: string): AppError {
  // This code has two meanings. The limit on concurrent long requests is temporary.
  if (code === "REQUEST_LIMIT_EXCEEDED" && /concurrent/i.test(message))
    return new SalesforceUnavailableError(`Too many long requests of the org run at once (${message}).`);
  if (code === "REQUEST_LIMIT_EXCEEDED") {
    return new SalesforceLimitError(`Salesforce refuses further API calls (${message}).`, {
      hint: "The org reached its limit of API calls in 24 hours; System Overview in Setup shows which apps used them. Documents that are indexed stay; the next sync continues.",
    });
  }
  // Long messages quote the query, so only the beginning is kept.
  const reason = message.replaceAll(/\s+/g, " ").trim().slice(0, 500);
  return new SalesforceRequestError(code, `Salesforce refused ${pathOnly(request)} with ${code}: ${reason}`);
}

function pathOnly({ path }: SalesforceRequest): string {
  return path.split("?", 1)[0] ?? path;
}
