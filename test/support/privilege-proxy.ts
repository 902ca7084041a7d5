import { bulkItems, readObject, type BulkItem } from "./privilege-proxy-bodies.ts";
import { demandsOf, opensSearch, rememberSearch, targetOf, type OpenSearches } from "./privilege-proxy-demands.ts";
import { allows, refusal, type ApiKey, type Demand } from "./privilege-proxy-grants.ts";
import { answerJson, readAll, sendOn, startProxyServer, type Exchange, type ProxiedRequest } from "./proxy-server.ts";

/** A request and its result. */
interface JudgedRequest {
  readonly method: string;
  /** Without its query string. */
  readonly path: string;
  /** The owner of the key; undefined for a missing or unknown key. */
  readonly keyId: string | undefined;
  /** Elasticsearch's answer to a refused request; undefined for a forwarded one. */
  readonly refusal: string | undefined;
}

/**
 * A proxy before a cluster without security that enforces the privileges of API keys, with Elasticsearch's own messages (a test with security
 * compares them). It is stricter than Elasticsearch in two ways: it refuses a pattern such as `search-*`, and requests without an index, which
 * Elasticsearch narrows to the visible indices; and it refuses unknown requests.
 */
export interface PrivilegeProxy {
  readonly url: string;
  /** Every request in order. A partly refused bulk request is listed twice. */
  readonly requests: readonly JudgedRequest[];
  /** The refused requests. */
  readonly refused: readonly JudgedRequest[];
  /** The forwarded requests. */
  readonly passed: readonly JudgedRequest[];
  /** Adds a key with these privileges. */
  grant(key: ApiKey): void;
  /** Forgets the requests so far. */
  clear(): void;
  close(): Promise<void>;
}

/** A key for a connector according to Elastic's documentation. */
export function connectorApiKey(
  id: string,
  indexName: string,
  { cluster = [], indices = [] }: { cluster?: readonly string[]; indices?: readonly string[] } = {},
): ApiKey {
  return {
    id,
    secret: `secret-of-${id}`,
    user: "elastic",
    cluster: ["monitor", "manage_connector", ...cluster],
    indices: [indexName, `.search-acl-filter-${indexName}`, ".elastic-connectors*", ...indices],
  };
}

/** A key in the form of the configuration file. */
export function encodeApiKey({ id, secret }: ApiKey): string {
  return Buffer.from(`${id}:${secret}`).toString("base64");
}

/** Starts a proxy before the node at `target`. */
export async function startPrivilegeProxy(target: string, keys: readonly ApiKey[]): Promise<PrivilegeProxy> {
  const state: ProxyState = { keys: new Map(), open: new Map(), requests: [] };
  for (const key of keys) state.keys.set(key.id, key);
  const server = await startProxyServer(target, (exchange) => handle(exchange, state));
  return {
    ...server,
    requests: state.requests,
    get refused() {
      return state.requests.filter((request) => request.refusal !== undefined);
    },
    get passed() {
      return state.requests.filter((request) => request.refusal === undefined);
    },
    grant: (key) => void state.keys.set(key.id, key),
    clear: () => state.requests.splice(0),
  };
}

interface ProxyState {
  readonly keys: Map<string, ApiKey>;
  readonly open: OpenSearches;
  readonly requests: JudgedRequest[];
}

async function handle(exchange: Exchange, state: ProxyState): Promise<void> {
  const { request } = exchange;
  const key = findKey(request, state);
  if (typeof key === "string") {
    refuse(exchange, { status: 401, reason: key, state });
    return;
  }
  if (targetOf(request).segments.at(-1) === "_bulk") return passBulk(exchange, { state, key });
  const demands = demandsOf(request, state.open);
  const denied = demands.find((demand) => !allows(key, demand));
  if (denied) {
    refuse(exchange, { status: 403, reason: refusal(key, denied), state, key });
    return;
  }
  record(exchange, { state, key });
  await pass(exchange, { state, demands });
}

/** The key of a request, or the reason why there is none. */
function findKey({ headers, path }: ProxiedRequest, { keys }: ProxyState): ApiKey | string {
  const encoded = /^ApiKey (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (headers.authorization === undefined) return `missing authentication credentials for REST request [${path}]`;
  const [id = "", secret] = Buffer.from(encoded ?? "", "base64")
    .toString()
    .split(":");
  const key = keys.get(id);
  if (key !== undefined && key.secret === secret) return key;
  return "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
}

async function pass(
  exchange: Exchange,
  { state, demands }: { state: ProxyState; demands: readonly Demand[] },
): Promise<void> {
  const { outgoing, request } = exchange;
  const remembers = opensSearch(request);
  const answer = await sendOn(remembers ? readably(exchange) : exchange);
  const body = await readAll(answer);
  if (remembers) rememberSearch(body, { indices: demands.flatMap(({ indices = [] }) => indices), open: state.open });
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  outgoing.end(body);
}

/** The same request without compression of the response. */
function readably(exchange: Exchange): Exchange {
  const { "accept-encoding": _, ...headers } = exchange.request.headers;
  return { ...exchange, request: { ...exchange.request, headers } };
}

/** Elasticsearch authorizes each operation of a bulk request separately: refused ones have the status 403 in the response. */
async function passBulk(exchange: Exchange, { state, key }: { state: ProxyState; key: ApiKey }): Promise<void> {
  const { request, outgoing } = exchange;
  const { segments } = targetOf(request);
  const items = bulkItems(request.body, segments.length > 1 ? segments[0] : undefined);
  const allowed = items.filter((item) => allows(key, item.demand));
  const refused = items.find((item) => !allowed.includes(item));
  if (refused) record(exchange, { state, key, reason: refusal(key, refused.demand) });
  if (!refused || allowed.length > 0) record(exchange, { state, key });
  if (!refused) return pass(exchange, { state, demands: [] });
  const answered = allowed.length > 0 ? await sendBulk(exchange, allowed) : { took: 0, items: [] };
  const results: unknown[] = Array.isArray(answered["items"]) ? answered["items"] : [];
  const merged = items.map((item) => (allowed.includes(item) ? results.shift() : refusedItem(item, key)));
  answerJson(outgoing, { status: 200, body: JSON.stringify({ ...answered, errors: true, items: merged }) });
}

async function sendBulk(exchange: Exchange, items: readonly BulkItem[]): Promise<Record<string, unknown>> {
  const body = Buffer.from(`${items.flatMap(({ lines }) => lines).join("\n")}\n`);
  const plain = readably(exchange).request;
  const headers = { ...plain.headers, "content-length": String(body.length) };
  const answer = await sendOn({ ...exchange, request: { ...plain, headers, body } });
  return readObject(await readAll(answer));
}

function refusedItem({ operation, index, id, demand }: BulkItem, key: ApiKey): object {
  const error = { type: "security_exception", reason: refusal(key, demand) };
  return { [operation]: { _index: index, _id: id, status: 403, error } };
}

interface Refusing {
  status: 401 | 403;
  reason: string;
  state: ProxyState;
  key?: ApiKey;
}

function refuse(exchange: Exchange, { status, reason, state, key }: Refusing): void {
  record(exchange, { state, key, reason });
  const ways = ['Basic realm="security", charset="UTF-8"', 'Bearer realm="security"', "ApiKey"];
  const header = status === 401 ? { header: { "WWW-Authenticate": ways } } : {};
  const error = { type: "security_exception", reason, ...header };
  answerJson(exchange.outgoing, {
    status,
    headers: status === 401 ? { "www-authenticate": ways } : {},
    body: JSON.stringify({ error: { root_cause: [error], ...error }, status }),
  });
}

function record(
  { request }: Exchange,
  { state, key, reason }: { state: ProxyState; key?: ApiKey | undefined; reason?: string },
): void {
  const { method, path } = targetOf(request);
  state.requests.push({ method, path, keyId: key?.id, refusal: reason });
}
