import { readAll, sendOn, startProxyServer, type ProxiedRequest } from "./proxy-server.ts";

/** Changes requests and the text of their responses on the way. */
export interface Rewriting {
  /** Rewrites the path and its query. */
  path?: (path: string) => string;
  response?: (text: string, request: ProxiedRequest) => string;
}

/** A proxy whose rewriting a test may replace. */
export interface RewritingProxy {
  url: string;
  rewriting: Rewriting;
  close(): Promise<void>;
}

/** Starts a proxy before the server at `target`. */
export async function startRewritingProxy(target: string): Promise<RewritingProxy> {
  const proxy: RewritingProxy = { url: "", rewriting: {}, close: () => Promise.resolve() };
  const server = await startProxyServer(target, async (exchange) => {
    const { path = (same: string) => same, response } = proxy.rewriting;
    const request = { ...exchange.request, path: path(exchange.request.path) };
    const headers = { ...request.headers };
    // The text is rewritten, so it must not be compressed.
    delete headers["accept-encoding"];
    const answer = await sendOn({ request: { ...request, headers }, target });
    const body = await readAll(answer);
    const isJson = answer.headers["content-type"]?.includes("json") === true;
    const bytes = response && isJson ? Buffer.from(response(body.toString(), exchange.request)) : body;
    const answerHeaders = { ...answer.headers };
    delete answerHeaders["transfer-encoding"];
    exchange.outgoing.writeHead(answer.statusCode ?? 500, { ...answerHeaders, "content-length": bytes.length });
    exchange.outgoing.end(bytes);
  });
  return Object.assign(proxy, server);
}
