import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import { gunzip, type ZlibOptions } from "node:zlib";
import { Transport } from "jsforce/lib/transport.js";
import { StreamPromise } from "jsforce/lib/util/promise.js";
import type { HttpRequest, HttpRequestOptions, HttpResponse } from "jsforce/lib/types/index.js";
import { EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { SalesforceSignInError, SalesforceUnavailableError } from "../errors.ts";
import { networkError } from "./network-error.ts";

// jsforce decides what is asked (sessions, headers, error bodies); this decides how bytes travel. Its own transport cannot be used for a
// service: a body that breaks off ends the process, Retry-After and NO_PROXY are ignored, and redirects carry the session to other hosts.

/** Bounds on one request. Salesforce ends a query that runs for two minutes, so its headers must come somewhat later at the latest. */
export interface TransportTimeouts {
  connectMs: number;
  headersMs: number;
  /** The longest silence within a body. */
  bodyIdleMs: number;
}

/** What the process has asked of Salesforce. */
export interface TransportUsage {
  calls: number;
  /** Bytes of answers, decompressed. */
  bytesRead: number;
}

/** jsforce hands these on unread, one object for a request and all its repetitions. */
type Options = HttpRequestOptions & {
  signal?: AbortSignal;
  /** Takes the bytes of a successful answer; jsforce then gets an empty one. */
  receive?: (body: Buffer) => void;
  refusedSessions?: number;
};
type RequestMethod = Dispatcher.HttpMethod;

/** Sessions in a row that may be refused to one request. An org whose policy refuses every session must not be asked for ever. */
const maxRefusedSessions = 3;

const defaultTimeouts: TransportTimeouts = { connectMs: 15_000, headersMs: 180_000, bodyIdleMs: 60_000 };

/** How jsforce's requests and the downloads travel: pooled, compressed, bounded in time, never redirected. */
export class SalesforceTransport extends Transport {
  readonly usage: TransportUsage = { calls: 0, bytesRead: 0 };
  readonly #dispatcher: Dispatcher;

  constructor(timeouts: TransportTimeouts = defaultTimeouts) {
    super();
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: timeouts.connectMs },
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyIdleMs,
      allowH2: false,
    });
  }

  /**
   * One request, with its answer read to the end. An answer that says "not now" is thrown, so that jsforce sees only what it can handle.
   * @throws SalesforceUnavailableError, SalesforceUnreachableError, CanceledError
   */
  override httpRequest(message: HttpRequest, options: Options = {}): StreamPromise<HttpResponse> {
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise: this.#readAnswer(message, options) }));
  }

  /** One request whose answer is left unread, for bodies too large to hold. The caller reads or destroys the body. */
  async open(message: HttpRequest, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const url = new URL(message.url);
    this.usage.calls++;
    try {
      const answer = await request(url, {
        dispatcher: this.#dispatcher,
        method: message.method as RequestMethod,
        headers: { ...message.headers },
        body: typeof message.body === "string" ? message.body : null,
        signal: signal ?? null,
      });
      await refuseUnavailable(answer, url);
      return answer;
    } catch (error) {
      throw error instanceof SalesforceUnavailableError ? error : networkError(error, url, signal);
    }
  }

  /** Closes the pooled connections. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #readAnswer(message: HttpRequest, options: Options): Promise<HttpResponse> {
    const { signal } = options;
    const answer = await this.open({ ...message, headers: { ...message.headers, "accept-encoding": "gzip" } }, signal);
    try {
      const { statusCode } = answer;
      const body = await readBody(answer);
      this.usage.bytesRead += body.length;
      if (statusCode === 401) countRefusal(options, new URL(message.url));
      const handedOver = options.receive !== undefined && statusCode < 300;
      if (handedOver) options.receive?.(body);
      return { statusCode, headers: flatHeaders(answer.headers), body: handedOver ? "" : body.toString() };
    } catch (error) {
      throw error instanceof SalesforceSignInError ? error : networkError(error, new URL(message.url), signal);
    }
  }
}

function countRefusal(options: Options, url: URL): void {
  options.refusedSessions = (options.refusedSessions ?? 0) + 1;
  if (options.refusedSessions <= maxRefusedSessions) return;
  throw new SalesforceSignInError(
    `Salesforce at ${url.host} refuses each session that it has just given (${maxRefusedSessions} in a row).`,
    {
      hint: "Check the IP ranges, the session policies and the API permission of the user that the app runs as.",
    },
  );
}

/** 420 is Salesforce's edge that finds no route to the org for the moment; 429 and 5xx say the same of themselves. */
async function refuseUnavailable(answer: Dispatcher.ResponseData, url: URL): Promise<void> {
  const { statusCode } = answer;
  if (statusCode !== 420 && statusCode !== 429 && statusCode < 500) return;
  const retryAfterMs = parseRetryAfter(answer.headers["retry-after"]);
  const code = salesforceCode(await readBody(answer).then(String, () => ""));
  throw new SalesforceUnavailableError(`Salesforce at ${url.host} answered ${statusCode}${code} to ${url.pathname}.`, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    hint: "If this lasts, look at status.salesforce.com for maintenance of the org's instance.",
  });
}

const unzip = promisify(gunzip) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** The size of the pieces into which a body is unzipped: all of it at once where gzip's last four bytes tell how much there is. */
function unzipOptions(bytes: Buffer): ZlibOptions {
  const length = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  return { chunkSize: length < 33_554_432 ? Math.max(1024, length + 1) : 262_144 };
}

/** The whole body. Decompression runs beside the main thread. */
async function readBody({ body, headers }: Dispatcher.ResponseData): Promise<Buffer> {
  const { buffer, byteOffset, length } = await body.bytes();
  const bytes = Buffer.from(buffer, byteOffset, length);
  return headers["content-encoding"] === "gzip" ? unzip(bytes, unzipOptions(bytes)) : bytes;
}

function salesforceCode(body: string): string {
  const code = /"errorCode"\s*:\s*"(?<code>[A-Z_]+)"/.exec(body)?.groups?.["code"];
  return code === undefined ? "" : ` (${code})`;
}

/** Milliseconds that a Retry-After header asks to wait: whole seconds, or an HTTP date. */
export function parseRetryAfter(header: string | string[] | undefined, now: number = Date.now()): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function flatHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
