import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import { readObject } from "./privilege-proxy-bodies.ts";
import { targetOf } from "./privilege-proxy-demands.ts";
import { sendOn, startProxyServer, type Exchange, type ProxiedRequest } from "./proxy-server.ts";

/** A write to a connector or a job. */
interface ProtocolWrite {
  readonly alias: string;
  readonly id: string;
  readonly fields: JsonObject;
}

/**
 * A proxy before a cluster that adds a prefix to the names of the connector protocol's indices, so that programs with fixed index names can run
 * in parallel on one node with separate indices.
 */
export interface PrefixProxy {
  readonly url: string;
  /** Every write to a connector or a job, in order. */
  readonly writes: readonly ProtocolWrite[];
  close(): Promise<void>;
}

/** Starts a proxy before the node at `target`. */
export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const writes: ProtocolWrite[] = [];
  const server = await startProxyServer(target, async (exchange) => {
    const write = writeOf(exchange.request);
    if (write) writes.push(write);
    await pass(exchange, prefix);
  });
  return { ...server, writes };
}

async function pass({ request, outgoing, target }: Exchange, prefix: string): Promise<void> {
  const path = request.path.replaceAll("/.elastic-connectors", `/${prefix}.elastic-connectors`);
  const answer = await sendOn({ request: { ...request, path }, target });
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  for await (const chunk of answer as AsyncIterable<Buffer>) outgoing.write(chunk);
  outgoing.end();
}

function writeOf(request: ProxiedRequest): ProtocolWrite | undefined {
  const { method, segments } = targetOf(request);
  const [alias = "", kind = "", id = ""] = segments;
  if (method === "GET" || !alias.startsWith(".elastic-connectors")) return undefined;
  if (!["_doc", "_create", "_update"].includes(kind)) return undefined;
  const body = readObject(request.body);
  const changed = kind === "_update" ? body["doc"] : body;
  return { alias, id, fields: isJsonObject(changed) ? changed : {} };
}
