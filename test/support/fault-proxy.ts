import type { ServerResponse } from "node:http";
import { answerJson, sendOn, startProxyServer, type Exchange } from "./proxy-server.ts";

/** The fault for one request. */
export type Fault =
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string> }
  /** Ends the connection: before the answer, or after so many bytes of its body. */
  | { kind: "cut"; afterBytes?: number }
  /** Accepts the request and never answers. */
  | { kind: "silence" }
  /** Answers with the headers, and then with one byte every so many milliseconds. */
  | { kind: "drip"; everyMs: number }
  /** Answers with a body of this size, or until the client closes the connection. */
  | { kind: "flood"; bytes: number }
  /** Ends every connection and refuses new ones: for so many milliseconds, or until `accept`. */
  | { kind: "refuse"; forMs?: number };

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
  /** Called before a request is forwarded; may change it. */
  prepare: (exchange: Exchange) => Exchange | Promise<Exchange>;
  /** Accepts connections again. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy before the server at `target`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const proxy: FaultProxy & { refuse: () => void } = {
    url: "",
    seen: [],
    decide: () => undefined,
    prepare: (exchange) => exchange,
    refuse: () => undefined,
    accept: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const server = await startProxyServer(target, (exchange) => handle(exchange, proxy));
  return Object.assign(proxy, server);
}

async function handle(exchange: Exchange, proxy: FaultProxy & { refuse: () => void }): Promise<void> {
  const { method, path, body } = exchange.request;
  const seen: SeenRequest = { method, path, body };
  proxy.seen.push(seen);
  const { outgoing } = exchange;
  const fault = proxy.decide(seen);
  switch (fault?.kind) {
    case "answer":
      answerJson(outgoing, { status: fault.status, body: fault.body ?? "{}", headers: fault.headers ?? {} });
      return;
    case "silence":
      return;
    case "drip":
      drip(outgoing, fault.everyMs);
      return;
    case "flood":
      flood(outgoing, fault.bytes);
      return;
    case "refuse":
      proxy.refuse();
      if (fault.forMs !== undefined) setTimeout(() => void proxy.accept(), fault.forMs);
      return;
    case "cut":
      if (fault.afterBytes === undefined) outgoing.destroy();
      else await forward(await proxy.prepare(exchange), fault.afterBytes);
      return;
    case undefined:
      await forward(await proxy.prepare(exchange), undefined);
  }
}

const jsonHeaders = { "content-type": "application/json", "x-elastic-product": "Elasticsearch" };

function drip(outgoing: ServerResponse, everyMs: number): void {
  outgoing.writeHead(200, jsonHeaders);
  outgoing.write("[");
  const timer = setInterval(() => outgoing.write(" "), everyMs);
  outgoing.on("close", () => clearInterval(timer));
}

/** A list of zeros, so that a client that reads all of it finds valid JSON. */
function flood(outgoing: ServerResponse, bytes: number): void {
  const part = "0,".repeat(32_768);
  let left = bytes;
  outgoing.writeHead(200, jsonHeaders);
  const write = (): void => {
    while (left > 0 && !outgoing.destroyed) {
      left -= part.length;
      if (!outgoing.write(part)) {
        outgoing.once("drain", write);
        return;
      }
    }
    outgoing.end("0]");
  };
  outgoing.write("[");
  write();
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
