import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { decodeBody, type DecodedBody, encodeBody } from "./content-coding.ts";
import { headerName } from "./header-name.ts";
import { type HttpRequest, type HttpResponse, splitUrl } from "./message.ts";

/** A file of 37 MB as base64 is about 50 MB of JSON. */
const maxBodyBytes = 52 * 1024 * 1024;

/** Node.js rejects a longer head. The limit is high so that the handler can reject long statements with the status of Salesforce. */
const maxHeadBytes = 1024 * 1024;

export interface ReceivedRequest {
  readonly request: HttpRequest;
  /** Path and query as the client sent them. */
  readonly url: string;
  /** Bytes of the URL and the headers. */
  readonly headBytes: number;
  /** `bytes` if the body could be decompressed. */
  readonly bodyState: Exclude<DecodedBody["kind"], "too large">;
  /** Calls the listener after the response was sent or the connection was closed. */
  readonly onClose: (listener: () => void) => void;
}

export interface Reaction {
  /** If undefined, the connection is closed. */
  readonly response: HttpResponse | undefined;
  /** Closes the connection after this number of bytes of the body. */
  readonly closeAfterBytes?: number | undefined;
  /** Called with the number of sent bytes of the body. */
  readonly onSent?: (bodyBytes: number) => void;
}

export interface ServerOptions {
  readonly handle: (received: ReceivedRequest) => Promise<Reaction>;
  /** Key and certificate (PEM) for HTTPS. If undefined, the server uses plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly askForCertificate: boolean } | undefined;
  readonly origin: () => string;
  /** Called with errors that the handler throws. The connection is closed. */
  readonly report: (error: unknown) => void;
}

/** Creates a server that does not listen yet. */
export function createHttpServer(options: ServerOptions): Server {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void serve(incoming, outgoing, options).catch((error: unknown) => {
      options.report(error);
      outgoing.destroy();
    });
  };
  const settings = { keepAliveTimeout: 75_000, maxHeaderSize: maxHeadBytes };
  if (options.tls === undefined) return createServer(settings, listener);
  const { askForCertificate, ...pair } = options.tls;
  return createTlsServer({ ...settings, ...pair, requestCert: askForCertificate, rejectUnauthorized: false }, listener);
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, options: ServerOptions): Promise<void> {
  const body = await readBody(incoming);
  if (body.kind === "too large") {
    outgoing.writeHead(413, { connection: "close" }).end();
    return;
  }
  const url = incoming.url ?? "/";
  const request = requestOf(incoming, { url, options, body: body.kind === "bytes" ? body.bytes : Buffer.alloc(0) });
  const { response, closeAfterBytes, onSent } = await options.handle({
    request,
    url,
    headBytes: incoming.rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, Buffer.byteLength(url)),
    bodyState: body.kind,
    onClose: (listener) => void outgoing.once("close", listener),
  });
  if (response === undefined) outgoing.destroy();
  else onSent?.(send(outgoing, response, { request, closeAfterBytes }));
}

async function readBody(incoming: IncomingMessage): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return { kind: "too large" };
    chunks.push(chunk);
  }
  return decodeBody(Buffer.concat(chunks), incoming.headers["content-encoding"], maxBodyBytes);
}

function requestOf(
  incoming: IncomingMessage,
  { url, body, options }: { url: string; body: Buffer; options: ServerOptions },
): HttpRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: incoming.method ?? "GET",
    ...splitUrl(url),
    headers,
    body,
    origin: options.origin(),
    clientCertificate: options.tls?.askForCertificate === true && hasCertificate(incoming.socket),
  };
}

function hasCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
}

/** Sends the response and returns the number of bytes of its body. */
function send(
  outgoing: ServerResponse,
  response: HttpResponse,
  { request, closeAfterBytes }: { request: HttpRequest; closeAfterBytes: number | undefined },
): number {
  const { bytes, coding } = encodeBody(response, request.headers["accept-encoding"]);
  const headers: Record<string, string | number> = {
    ...(response.body === undefined ? {} : { "content-type": "application/json;charset=UTF-8" }),
    ...response.headers,
    ...(coding === undefined ? {} : { "content-encoding": coding }),
    vary: "Accept-Encoding",
    "content-length": bytes.length,
  };
  if (response.status === 204 || response.status === 304) delete headers["content-length"];
  outgoing.writeHead(
    response.status,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [headerName(name), value])),
  );
  if (closeAfterBytes !== undefined && closeAfterBytes < bytes.length) {
    const { socket } = outgoing;
    outgoing.write(bytes.subarray(0, closeAfterBytes), () => socket?.destroy());
    return closeAfterBytes;
  }
  outgoing.end(bytes);
  return bytes.length;
}
