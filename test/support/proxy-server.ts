import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import type { AddressInfo } from "node:net";

/** A request with its body. */
export interface ProxiedRequest {
  method: string;
  /** With its query string. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One request on its way through a proxy. */
export interface Exchange {
  request: ProxiedRequest;
  outgoing: ServerResponse;
  /** The server behind the proxy. */
  target: string;
}

/** A running proxy. */
interface ProxyServer {
  url: string;
  /** Closes all connections and refuses new ones, until it accepts them again. */
  refuse(): void;
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy before the server at `target`. `handle` answers each request; if it fails, the connection is closed. */
export async function startProxyServer(
  target: string,
  handle: (exchange: Exchange) => Promise<void>,
): Promise<ProxyServer> {
  const server = createServer((incoming, outgoing) => {
    read(incoming)
      .then((seen) => handle({ request: seen, outgoing, target }))
      .catch(() => outgoing.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refuse: () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
    },
    accept: async () => {
      if (!server.listening) await listen(port);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const body = await readAll(incoming);
  return { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, body };
}

/** Reads a whole body. */
export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sends a request to the server behind the proxy, over TLS if its authority is given. Returns the response without its body. */
export function sendOn(
  { request: seen, target }: Pick<Exchange, "request" | "target">,
  { ca }: { ca?: string } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...seen.headers, host: new URL(target).host };
    const send = ca === undefined ? request : secureRequest;
    const onward = send(new URL(seen.path, target), { method: seen.method, headers, ...(ca && { ca }) }, resolve);
    onward.on("error", reject);
    onward.end(seen.body);
  });
}

/** Answers with JSON, as Elasticsearch would. */
export function answerJson(
  outgoing: ServerResponse,
  { status, body, headers = {} }: { status: number; body: string; headers?: Record<string, string | string[]> },
): void {
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "x-elastic-product": "Elasticsearch",
    ...headers,
  });
  outgoing.end(body);
}
