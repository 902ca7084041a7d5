import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a proxy does to one request instead of passing it on. */
export type Fault =
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string> }
  /** Ends the connection: before the answer, or after so many bytes of its body. */
  | { kind: "cut"; afterBytes?: number };

/** A request as the proxy sees it, body included. */
export interface SeenRequest {
  method: string;
  path: string;
  body: Buffer;
}

/** A server between a client and the real one, which goes wrong when a test wants it to. */
export interface FaultProxy {
  url: string;
  /** Every request, in order. */
  readonly seen: SeenRequest[];
  /** Decides about each request; nothing to let it pass. */
  decide: (request: SeenRequest) => Fault | undefined;
  close(): Promise<void>;
}

/** Starts a proxy before the server at `target`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  const proxy: FaultProxy = { url: "", seen, decide: () => undefined, close: () => Promise.resolve() };
  const server = createServer((incoming, outgoing) => {
    void handle({ incoming, outgoing, target, proxy });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return proxy;
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  target: string;
  proxy: FaultProxy;
}

async function handle({ incoming, outgoing, target, proxy }: Exchange): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const seen: SeenRequest = { method: incoming.method ?? "", path: incoming.url ?? "", body: Buffer.concat(chunks) };
  proxy.seen.push(seen);
  const fault = proxy.decide(seen);
  if (fault?.kind === "answer") {
    outgoing.writeHead(fault.status, {
      "content-type": "application/json",
      "x-elastic-product": "Elasticsearch",
      ...fault.headers,
    });
    outgoing.end(fault.body ?? "{}");
  } else if (fault?.kind === "cut" && fault.afterBytes === undefined) {
    outgoing.destroy();
  } else {
    await forward({ incoming, outgoing, target, body: seen.body, cutAfter: fault?.afterBytes });
  }
}

async function forward({
  incoming,
  outgoing,
  target,
  body,
  cutAfter,
}: Omit<Exchange, "proxy"> & { body: Buffer; cutAfter: number | undefined }): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { ...incoming.headers, host: new URL(target).host };
    const onward = request(new URL(incoming.url ?? "/", target), { method: incoming.method, headers }, resolve);
    onward.on("error", reject);
    onward.end(body);
  });
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  let sent = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const rest = cutAfter === undefined ? chunk : chunk.subarray(0, cutAfter - sent);
    outgoing.write(rest);
    sent += rest.length;
    if (cutAfter !== undefined && sent >= cutAfter) {
      outgoing.destroy();
      return;
    }
  }
  outgoing.end();
}
