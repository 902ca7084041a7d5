import { promisify } from "node:util";
import { gunzip, type ZlibOptions } from "node:zlib";
import { EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { SalesforceUnavailableError } from "../errors.ts";
import { networkError } from "./network-error.ts";

/** Time limits of one request. Salesforce ends a query after two minutes, so its headers arrive soon after that. */
export interface HttpTimeouts {
  connectMs: number;
  headersMs: number;
  /** The longest pause between two parts of a body. */
  bodyIdleMs: number;
}

export interface HttpUsage {
  calls: number;
  /** Bytes of bodies, decompressed. */
  bytesRead: number;
}

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** A response whose body has not been read. */
export type HttpResponse = Dispatcher.ResponseData;

const defaultTimeouts: HttpTimeouts = { connectMs: 15_000, headersMs: 180_000, bodyIdleMs: 60_000 };

/**
 * Sends every request to Salesforce: sign-ins, data and downloads. Connections are pooled, a proxy is taken from HTTPS_PROXY, and redirects are
 * never followed, because they would carry the session to another host.
 */
export class SalesforceHttp implements AsyncDisposable {
  readonly usage: HttpUsage = { calls: 0, bytesRead: 0 };
  readonly #dispatcher: Dispatcher;

  constructor(timeouts: HttpTimeouts = defaultTimeouts) {
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: timeouts.connectMs },
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyIdleMs,
      allowH2: false,
    });
  }

  /**
   * Sends one request. The caller must read or discard the body.
   * @throws SalesforceUnavailableError for statuses that ask for a retry, SalesforceUnreachableError, CanceledError
   */
  async send({ method, url, headers = {}, body }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const target = new URL(url);
    this.usage.calls++;
    try {
      const response = await request(target, {
        dispatcher: this.#dispatcher,
        method,
        headers: { ...headers },
        body: body ?? null,
        signal,
      });
      await refuseUnavailable(response, target);
      return response;
    } catch (error) {
      throw error instanceof SalesforceUnavailableError ? error : networkError(error, target, signal);
    }
  }

  /** Reads and decompresses a whole body. */
  async readBody(response: HttpResponse, { url, signal }: { url: string; signal: AbortSignal }): Promise<Buffer> {
    try {
      const body = await decompressedBody(response);
      this.usage.bytesRead += body.length;
      return body;
    } catch (error) {
      throw networkError(error, new URL(url), signal);
    }
  }

  /** Reads a body in chunks, as they arrive. */
  async *readChunks(
    { body }: HttpResponse,
    { url, signal }: { url: string; signal: AbortSignal },
  ): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        this.usage.bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw networkError(error, new URL(url), signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

/** Closes a response without reading it. The body then reports an error, which is expected. */
export function discardBody({ body }: HttpResponse): void {
  body.on("error", () => undefined);
  body.destroy();
}

/** 420 is Salesforce's edge without a route to the org; 429 and 5xx are the org itself. */
async function refuseUnavailable(response: HttpResponse, url: URL): Promise<void> {
  const { statusCode } = response;
  if (statusCode !== 420 && statusCode !== 429 && statusCode < 500) return;
  const retryAfterMs = parseRetryAfter(response.headers["retry-after"]);
  const code = salesforceCode(await decompressedBody(response).then(String, () => ""));
  throw new SalesforceUnavailableError(`Salesforce at ${url.host} answered ${statusCode}${code} to ${url.pathname}.`, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    hint: "If this continues, check status.salesforce.com for maintenance of the org's instance.",
  });
}

const unzip = promisify(gunzip) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** Decompresses in one piece if the size in gzip's last four bytes is plausible. */
function unzipOptions(bytes: Buffer): ZlibOptions {
  const length = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  return { chunkSize: length < 33_554_432 ? Math.max(1024, length + 1) : 262_144 };
}

/** Decompression runs outside the main thread. */
async function decompressedBody({ body, headers }: HttpResponse): Promise<Buffer> {
  const { buffer, byteOffset, length } = await body.bytes();
  const bytes = Buffer.from(buffer, byteOffset, length);
  return headers["content-encoding"] === "gzip" ? unzip(bytes, unzipOptions(bytes)) : bytes;
}

function salesforceCode(body: string): string {
  const code = /"errorCode"\s*:\s*"(?<code>[A-Z_]+)"/.exec(body)?.groups?.["code"];
  return code === undefined ? "" : ` (${code})`;
}

/** Parses a Retry-After header (seconds or an HTTP date) into milliseconds. */
export function parseRetryAfter(header: string | string[] | undefined, now: number = Date.now()): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
