import { answerJson, sendOn, startProxyServer, type Exchange } from "./proxy-server.ts";

/** The fault for one request that is not forwarded. */
export type Fault =
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string> }
  /** Ends the connection: before the answer, or after so many bytes of its body. */
  | { kind: "cut"; afterBytes?: number };

/** A request with its body. */
export interface SeenRequest {
  method: string;
  path: string;
  body: Buffer;
}

/** A proxy that injects faults on request of a test. */
export interface FaultProxy {
  url: string;
  /** Every request, in order. */
  readonly seen: SeenRequest[];
  /** Returns the fault of a request; undefined to forward it. */
  decide: (request: SeenRequest) => Fault | undefined;
  close(): Promise<void>;
}

/** Starts a proxy before the server at `target`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const proxy: FaultProxy = { url: "", seen: [], decide: () => undefined, close: () => Promise.resolve() };
  const server = await startProxyServer(target, (exchange) => handle(exchange, proxy));
  return Object.assign(proxy, server);
}

async function handle(exchange: Exchange, proxy: FaultProxy): Promise<void> {
  const { method, path, body } = exchange.request;
  const seen: SeenRequest = { method, path, body };
  proxy.seen.push(seen);
  const fault = proxy.decide(seen);
  if (fault?.kind === "answer") {
    answerJson(exchange.outgoing, { status: fault.status, body: fault.body ?? "{}", headers: fault.headers ?? {} });
  } else if (fault?.kind === "cut" && fault.afterBytes === undefined) {
    exchange.outgoing.destroy();
  } else {
    await forward(exchange, fault?.afterBytes);
  }
}

async function forward(exchange: Exchange, cutAfter: number | undefined): Promise<void> {
  const { outgoing } = exchange;
  const answer = await sendOn(exchange);
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
