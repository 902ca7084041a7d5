import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import { readAll, sendOn, startProxyServer, type Exchange } from "./proxy-server.ts";

/** A request, and how it was answered. */
export interface RecordedRequest {
  readonly method: string;
  /** Without its query string. */
  readonly path: string;
  readonly status: number;
  /** What Elasticsearch's security said against it, or against a part of a bulk request; undefined for what was allowed. */
  readonly refusal: string | undefined;
}

/** Stands before a node, speaks plain HTTP, changes nothing, and keeps what was asked. */
export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  readonly refused: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Starts a proxy before the node at `target`, whose certificate the authority has signed. */
export async function startRecordingProxy({ url, ca }: { url: string; ca: string }): Promise<RecordingProxy> {
  const requests: RecordedRequest[] = [];
  const server = await startProxyServer(url, async (exchange) => {
    const { request, outgoing } = readably(exchange);
    const answer = await sendOn({ request, target: exchange.target }, { ca });
    const body = await readAll(answer);
    const status = answer.statusCode ?? 0;
    const path = new URL(request.path, url).pathname;
    requests.push({ method: request.method, path, status, refusal: refusalIn(status, body) });
    outgoing.writeHead(status, answer.headers);
    outgoing.end(body);
  });
  return {
    ...server,
    requests,
    get refused() {
      return requests.filter(({ refusal }) => refusal !== undefined);
    },
  };
}

/** The same exchange, whose answer comes uncompressed. */
function readably(exchange: Exchange): Exchange {
  const { "accept-encoding": _, ...headers } = exchange.request.headers;
  return { ...exchange, request: { ...exchange.request, headers } };
}

function refusalIn(status: number, body: Buffer): string | undefined {
  const answer = parse(body);
  if (status === 401 || status === 403) return reasonOf(answer) ?? `status ${status}`;
  const items = Array.isArray(answer["items"]) ? answer["items"].filter(isJsonObject) : [];
  const refused = items
    .flatMap((item) => Object.values(item).filter(isJsonObject))
    .find((item) => item["status"] === 403);
  return refused && (reasonOf(refused) ?? "status 403");
}

function parse(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isJsonObject(value) ? value : {};
  } catch {
    // The answer to HEAD has no body.
    return {};
  }
}

function reasonOf({ error }: JsonObject): string | undefined {
  return isJsonObject(error) && typeof error["reason"] === "string" ? error["reason"] : undefined;
}
