import { promisify } from "node:util";
import { gunzip, type ZlibOptions } from "node:zlib";
import { EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { systemClock, type Clock } from "../../core/clock.ts";
import { SalesforceResponseError, SalesforceUnavailableError } from "../errors.ts";
import { networkError } from "./network-error.ts";

/** Limits of one request. */
export interface HttpLimits {
  connectMs: number;
  /** Salesforce ends a query after two minutes, so its headers arrive little later at the latest. */
  headersMs: number;
  /** The longest pause between two parts of a body. */
  bodyIdleMs: number;
  /** The longest wait for each mebibyte of a body (salesforce.mebibyte_timeout): a server that sends one byte a second never pauses. */
  mebibyteMs: number;
  /** The largest body that is read whole, compressed or not (salesforce.max_response_size). */
  maxBodyBytes: number;
  /** A server that asks for a longer wait is asked again after this time (salesforce.max_retry_after). */
  maxRetryAfterMs: number;
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

/** A page of 2,000 records takes a few megabytes; Salesforce makes pages of wide records shorter. */
const defaultLimits: HttpLimits = {
  connectMs: 15_000,
  headersMs: 180_000,
  bodyIdleMs: 60_000,
  mebibyteMs: 120_000,
  maxBodyBytes: 134_217_728,
  maxRetryAfterMs: 600_000,
};

const mebibyte = 1_048_576;

/**
 * Sends every request to Salesforce: sign-ins, data and downloads. Connections are pooled, a proxy is taken from HTTPS_PROXY, and redirects are
 * never followed, because they would carry the session to another host.
 */
export class SalesforceHttp implements AsyncDisposable {
  readonly usage: HttpUsage = { calls: 0, bytesRead: 0 };
  readonly #limits: HttpLimits;
  readonly #clock: Clock;
  readonly #dispatcher: Dispatcher;

  constructor(limits: Partial<HttpLimits> = {}, clock: Clock = systemClock) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#clock = clock;
    this.#dispatcher = new EnvHttpProxyAgent({
      connect: { timeout: this.#limits.connectMs },
      headersTimeout: this.#limits.headersMs,
      bodyTimeout: this.#limits.bodyIdleMs,
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
      await this.#refuseUnavailable(response, target);
      return response;
    } catch (error) {
      throw error instanceof SalesforceUnavailableError ? error : networkError(error, target, signal);
    }
  }

  /**
   * Reads and decompresses a whole body.
   * @throws SalesforceResponseError for a body over `maxBodyBytes`; as `send`
   */
  async readBody(response: HttpResponse, { url, signal }: { url: string; signal: AbortSignal }): Promise<Buffer> {
    const target = new URL(url);
    try {
      const body = await this.#decompressedBody(response, target);
      this.usage.bytesRead += body.length;
      return body;
    } catch (error) {
      throw networkError(error, target, signal);
    }
  }

  /** Reads a body in chunks, as they arrive. */
  async *readChunks(
    response: HttpResponse,
    { url, signal }: { url: string; signal: AbortSignal },
  ): AsyncGenerator<Buffer> {
    const target = new URL(url);
    try {
      for await (const chunk of this.#chunks(response, target)) {
        this.usage.bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw networkError(error, target, signal);
    }
  }

  /** Decompression runs outside the main thread. */
  async #decompressedBody(response: HttpResponse, url: URL): Promise<Buffer> {
    const { maxBodyBytes } = this.#limits;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#chunks(response, url)) {
      length += chunk.length;
      if (length > maxBodyBytes) throw tooLarge(url, maxBodyBytes);
      chunks.push(chunk);
    }
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
    if (response.headers["content-encoding"] !== "gzip") return bytes;
    return unzip(bytes, { ...unzipOptions(bytes), maxOutputLength: maxBodyBytes }).catch((error: unknown) => {
      throw error instanceof RangeError ? tooLarge(url, maxBodyBytes) : error;
    });
  }

  /** The chunks of a body. Ends the response if it is too slow; the time that the reader of the chunks takes does not count. */
  async *#chunks({ body }: HttpResponse, url: URL): AsyncGenerator<Buffer> {
    const { mebibyteMs } = this.#limits;
    let bytes = 0;
    let leftMs = mebibyteMs;
    const stop = (): void => {
      const seconds = Math.round(mebibyteMs / 1000);
      body.destroy(
        new SalesforceUnavailableError(
          `Salesforce at ${url.host} sent less than 1 MiB in ${seconds} s (${url.pathname}).`,
          {
            hint: "Check the network between this machine and Salesforce; salesforce.mebibyte_timeout sets the limit.",
          },
        ),
      );
    };
    const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const startedAt = this.#clock.now();
        const timeout = this.#clock.timeout(leftMs);
        timeout.addEventListener("abort", stop, { once: true });
        const next = await chunks.next().finally(() => timeout.removeEventListener("abort", stop));
        if (next.done === true) return;
        leftMs = Math.max(1, leftMs - (this.#clock.now() - startedAt));
        bytes += next.value.length;
        if (bytes >= mebibyte) [bytes, leftMs] = [0, mebibyteMs];
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** 420 is Salesforce's edge without a route to the org; 429 and 5xx are the org itself. */
  async #refuseUnavailable(response: HttpResponse, url: URL): Promise<void> {
    const { statusCode } = response;
    if (statusCode !== 420 && statusCode !== 429 && statusCode < 500) return;
    const retryAfterMs = parseRetryAfter(response.headers["retry-after"], this.#clock.now());
    const code = salesforceCode(await this.#decompressedBody(response, url).then(String, () => ""));
    throw new SalesforceUnavailableError(
      `Salesforce at ${url.host} answered ${statusCode}${code} to ${url.pathname}.`,
      {
        ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, this.#limits.maxRetryAfterMs) }),
        hint: "If this continues, check status.salesforce.com for maintenance of the org's instance.",
      },
    );
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

function tooLarge(url: URL, maxBytes: number): SalesforceResponseError {
  return new SalesforceResponseError(
    `The response of Salesforce at ${url.host} to ${url.pathname} is larger than salesforce.max_response_size (${maxBytes} bytes).`,
    {
      hint: "Check that the host is Salesforce. Raise the setting, or select fewer fields of an object with very large records by advanced sync rules.",
    },
  );
}

const unzip = promisify(gunzip) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** Decompresses in one piece if the size in gzip's last four bytes is plausible. */
function unzipOptions(bytes: Buffer): ZlibOptions {
  const length = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  return { chunkSize: length < 33_554_432 ? Math.max(1024, length + 1) : 262_144 };
}

function salesforceCode(body: string): string {
  const code = /"errorCode"\s*:\s*"(?<code>[A-Z_]+)"/.exec(body)?.groups?.["code"];
  return code === undefined ? "" : ` (${code})`;
}

/** Parses a Retry-After header (seconds or an HTTP date) into milliseconds. */
export function parseRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
