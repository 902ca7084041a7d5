import type { Dispatcher } from "undici";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Clock } from "../../core/clock.ts";
import { AppError, toError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { withRetry, type RetryPolicy } from "../../core/retry.ts";
import type { SalesforceSession } from "../auth/session.ts";
import { SalesforceLimitError, SalesforceRequestError, SalesforceUnavailableError } from "../errors.ts";
import { networkError } from "./network-error.ts";
import type { SalesforceTransport, TransportUsage } from "./transport.ts";

/** One request to the org's REST API. */
export interface SalesforceRequest {
  method?: "GET" | "POST";
  /** From the host on, such as `/services/data/v62.0/sobjects`; a query is encoded already. */
  path: string;
  headers?: Record<string, string>;
  body?: JsonValue;
}

/** A body that has not been read yet. */
export interface SalesforceDownload {
  /** What the server says the size is, if it does. */
  contentLength: number | undefined;
  chunks: AsyncIterable<Buffer>;
  /** Lets go of it before its end. */
  discard: () => void;
}

/** What the client is made of. */
export interface SalesforceClientOptions {
  session: SalesforceSession;
  transport: SalesforceTransport;
  apiVersion: string;
  baseUrl: string;
  clock: Clock;
  log: Logger;
  retry?: RetryPolicy;
}

const noBytes = Buffer.alloc(0);

/** Half a minute or so in all, then the caller hears of it. Salesforce's short outages (a switch of nodes) are shorter. */
const defaultRetry: RetryPolicy = { attempts: 6, baseMs: 500, capMs: 15_000, jitter: 0.3 };

/** Asks the org's REST API: with a session, again where that helps, and with errors that say what to do. */
export class SalesforceClient {
  readonly #options: SalesforceClientOptions;
  readonly #retry: RetryPolicy;

  constructor(options: SalesforceClientOptions) {
    this.#options = options;
    this.#retry = options.retry ?? defaultRetry;
  }

  /** Calls made and bytes read so far. */
  get usage(): TransportUsage {
    return this.#options.transport.usage;
  }

  /** The path of a resource below the API version, such as `/services/data/v62.0/query`. */
  resource(name: string): string {
    return `/services/data/v${this.#options.apiVersion}/${name}`;
  }

  /** Asks for JSON. */
  json(request: SalesforceRequest, signal: AbortSignal): Promise<JsonValue> {
    return this.read(request, signal, (body) => JSON.parse(body.toString()) as JsonValue);
  }

  /** Asks for JSON that is an object. */
  object(request: SalesforceRequest, signal: AbortSignal): Promise<JsonObject> {
    return this.read(request, signal, (body) => {
      const answer = JSON.parse(body.toString()) as JsonValue;
      if (isJsonObject(answer)) return answer;
      throw new SyntaxError("not an object");
    });
  }

  /** Asks, and parses the answer's bytes, which are the parser's to keep; an answer that `parse` refuses with a SyntaxError is asked for again, as one that broke off. */
  async read<T>(request: SalesforceRequest, signal: AbortSignal, parse: (body: Buffer) => T): Promise<T> {
    return this.#retrying(request, signal, async () => {
      let body: Buffer = noBytes;
      const receive = (bytes: Buffer): void => void (body = bytes);
      // Past jsforce, which would parse it whole, and would hand over what it cannot parse as if it were an answer.
      const options = { signal, receive, responseType: "text/plain" };
      await this.#options.session.connection.request(this.#message(request), options);
      const { length } = body;
      try {
        return parse(body);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        // Without the error's own words, and without it as a cause: they quote what stands in the answer.
        throw new SalesforceUnavailableError(
          `The answer of Salesforce to ${pathOnly(request)} breaks off after ${length} bytes, or is not what the documents say.`,
        );
      }
    });
  }

  /** Opens a download. What goes wrong after the first bytes is the reader's to handle. */
  async download(request: SalesforceRequest, signal: AbortSignal): Promise<SalesforceDownload> {
    return this.#retrying(request, signal, async () => {
      const { session, transport } = this.#options;
      const token = session.connection.accessToken;
      const answer = await transport.open(this.#message(request, token), signal);
      if (answer.statusCode < 300) {
        const length = Number(answer.headers["content-length"]);
        return {
          contentLength: Number.isSafeInteger(length) ? length : undefined,
          chunks: readChunks(answer.body, { usage: transport.usage, url: new URL(this.#url(request.path)), signal }),
          discard: () => discardBody(answer.body),
        };
      }
      const text = await answer.body.text();
      if (answer.statusCode === 401) await session.renew(token);
      throw refusal(request, { status: answer.statusCode, text });
    });
  }

  async #retrying<T>(request: SalesforceRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { session, clock, log } = this.#options;
    const onRetry = (error: AppError, attempt: number, waitMs: number): void =>
      log.warn("salesforce request is tried again", {
        path: pathOnly(request),
        attempt,
        waitMs,
        reason: error.message,
      });
    return withRetry(this.#retry, { clock, signal, onRetry }, async () => {
      try {
        await session.open();
        return await work();
      } catch (error) {
        throw this.#explain(error, request);
      }
    });
  }

  #explain(thrown: unknown, request: SalesforceRequest): AppError {
    if (thrown instanceof AppError) return thrown;
    const error = toError(thrown);
    // Of all requests that wait for a renewal, jsforce gives its error to one in words of its own, and to the others as it is.
    const renewal = error.message.startsWith("Unable to refresh session") ? this.#options.session.failure : undefined;
    if (renewal) return renewal;
    // jsforce has taken the body for text here as well, and put it into the message.
    return refusal(request, { status: statusOf(error), text: error.message });
  }

  #message({ method = "GET", path, headers, body }: SalesforceRequest, token?: string | null) {
    return {
      method,
      url: this.#url(path),
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  #url(path: string): string {
    return `${this.#options.baseUrl}${path}`;
  }
}

/** The body's chunks, counted; what breaks it off becomes an error that says what happened. */
async function* readChunks(
  body: Dispatcher.ResponseData["body"],
  { usage, url, signal }: { usage: TransportUsage; url: URL; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      usage.bytesRead += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw networkError(error, url, signal);
  }
}

/** Ends a body before its end; it then reports an error that nobody needs. */
function discardBody(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => undefined);
  body.destroy();
}

function refusal(request: SalesforceRequest, { status, text }: { status: number; text: string }): AppError {
  let code = `ERROR_HTTP_${status}`;
  let message = `status ${status}`;
  try {
    const [first] = JSON.parse(text) as [{ errorCode?: string; message?: string }?];
    code = first?.errorCode ?? code;
    message = first?.message ?? message;
  } catch {
    // Not Salesforce's own wording; the status says what there is to say.
  }
  // A session that has just been renewed deserves another attempt.
  return status === 401
    ? new SalesforceUnavailableError(`The session had expired during ${pathOnly(request)}.`)
    : requestError(request, code, message);
}

function requestError(request: SalesforceRequest, code: string, message: string): AppError {
  // The same code stands for two limits. This one is of long requests that run at once: it passes.
  if (code === "REQUEST_LIMIT_EXCEEDED" && /concurrent/i.test(message))
    return new SalesforceUnavailableError(`Salesforce runs too many long requests of the org at once (${message}).`);
  if (code === "REQUEST_LIMIT_EXCEEDED") {
    return new SalesforceLimitError(`Salesforce refuses further API calls (${message}).`, {
      hint: "The org's calls of the last 24 hours are used up: Setup, System Overview shows by whom. The next sync goes on from what is indexed.",
    });
  }
  // The longest messages quote the query; its beginning says enough.
  const reason = message.replaceAll(/\s+/g, " ").trim().slice(0, 500);
  return new SalesforceRequestError(code, `Salesforce refused ${pathOnly(request)} with ${code}: ${reason}`);
}

/** jsforce names an error that it could not read after the answer's status. */
function statusOf({ name }: Error): number {
  return Number(/^ERROR_HTTP_(?<status>\d{3})$/.exec(name)?.groups?.["status"] ?? 0);
}

function pathOnly({ path }: SalesforceRequest): string {
  return path.split("?", 1)[0] ?? path;
}
