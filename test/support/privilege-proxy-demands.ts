import { isJsonObject } from "../../src/core/json.ts";
import { readObject, strings, writeAction } from "./privilege-proxy-bodies.ts";
import type { Demand } from "./privilege-proxy-grants.ts";
import type { ProxiedRequest } from "./proxy-server.ts";

// Maps a request to the actions that Elasticsearch performs for it. It knows the requests of docs/elasticsearch-apis.md.

/** The indices behind the ids of points in time. */
export type OpenSearches = Map<string, readonly string[]>;

/** A request with its split path. */
export interface Target {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
}

/** The path of a request without its query string. */
export function targetOf({ method, path }: ProxiedRequest): Target {
  const { pathname } = new URL(path, "http://proxy");
  const segments = pathname.split("/").filter((part) => part !== "");
  return { method, path: pathname, segments: segments.map(decodeURIComponent) };
}

/** Requests without an index. The first match applies. */
const clusterActions: readonly (readonly [request: RegExp, action: string])[] = [
  [/^GET \/$/, "cluster:monitor/main"],
  [/^GET \/_ingest\/pipeline/, "cluster:admin/ingest/pipeline/get"],
  [/^PUT \/_ingest\/pipeline/, "cluster:admin/ingest/pipeline/put"],
];

/** The action on an index, by the part of the path after its name and the method. */
const indexActions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { GET: "indices:admin/get", HEAD: "indices:admin/get", PUT: "indices:admin/create" },
  _doc: { GET: "indices:data/read/get", PUT: writeAction },
  _update: { POST: "indices:data/write/update" },
  _search: { POST: "indices:data/read/search" },
  _count: { GET: "indices:data/read/search", POST: "indices:data/read/search" },
  _pit: { POST: "indices:data/read/open_point_in_time" },
  _mapping: { PUT: "indices:admin/mapping/put" },
  _settings: { PUT: "indices:admin/settings/update" },
  _alias: { GET: "indices:admin/aliases/get", PUT: "indices:admin/aliases" },
  _refresh: { GET: "indices:admin/refresh" },
};

/** The actions of a request. Every one must be allowed. Empty for requests that need no privilege. */
export function demandsOf(request: ProxiedRequest, open: OpenSearches): Demand[] {
  const target = targetOf(request);
  const line = `${target.method} ${target.path}`;
  if (line === "DELETE /_pit") return [];
  const cluster = clusterActions.find(([pattern]) => pattern.test(line));
  if (cluster) return [{ action: cluster[1] }];
  return onIndices(request, { target, open });
}

interface Context {
  target: Target;
  open: OpenSearches;
}

/** `/<indices>/_search`, and `/_search`, which means every index unless the body says otherwise. */
function onIndices(request: ProxiedRequest, { target, open }: Context): Demand[] {
  const global = target.segments[0]?.startsWith("_") === true && target.segments[0] !== "_all";
  const [names = "", endpoint = "", more = ""] = global ? ["", ...target.segments] : target.segments;
  const action = indexActions[endpoint]?.[target.method];
  // Requests outside the tables are refused: a test that needs one extends them.
  if (action === undefined) return [{ action: `cluster:unknown/${target.method}${target.path}` }];
  const inPath = strings(names === "" ? undefined : names);
  if (endpoint === "_search" && global) return [{ action, indices: indicesOfPit(request.body, open) }];
  // Of an alias that is given, Elasticsearch names the index; of one that is looked for, there is nothing else to name.
  return [{ action, indices: inPath.length > 0 || !endpoint.startsWith("_alias") ? inPath : strings(more) }];
}

function indicesOfPit(body: Buffer, open: OpenSearches): readonly string[] {
  const { pit } = readObject(body);
  return strings(isJsonObject(pit) ? pit["id"] : undefined).flatMap((id) => open.get(id) ?? []);
}

/** True if the response contains the id of a point in time. */
export function opensSearch(request: ProxiedRequest): boolean {
  const { segments } = targetOf(request);
  return segments.includes("_pit") || (segments.includes("_search") && request.body.includes('"pit"'));
}

/** Remembers the ids of a response. */
export function rememberSearch(
  answer: Buffer,
  { indices, open }: { indices: readonly string[]; open: OpenSearches },
): void {
  const { id, pit_id: pit } = readObject(answer);
  for (const found of [id, pit]) if (typeof found === "string") open.set(found, indices);
}
