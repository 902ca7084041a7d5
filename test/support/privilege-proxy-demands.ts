import { isJsonObject } from "../../src/core/json.ts";
import { readObject, strings, writeAction } from "./privilege-proxy-bodies.ts";
import type { Demand } from "./privilege-proxy-grants.ts";
import type { ProxiedRequest } from "./proxy-server.ts";

// Maps a request to the actions that Elasticsearch performs for it.

/** The indices behind the ids of points in time and scrolls. */
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

const connector = "cluster:admin/xpack/connector";

/** Requests without an index. The first match applies. */
const clusterActions: readonly (readonly [request: RegExp, action: string])[] = [
  [/^(GET|HEAD) \/$/, "cluster:monitor/main"],
  [/^GET \/_cluster\/health/, "cluster:monitor/health"],
  [/^GET \/_cluster\/settings$/, "cluster:monitor/settings"],
  [/^PUT \/_cluster\/settings$/, "cluster:admin/settings/update"],
  [/^GET \/_cluster\/state/, "cluster:monitor/state"],
  [/^GET \/_cluster\/stats/, "cluster:monitor/stats"],
  [/^GET \/_cluster\/pending_tasks$/, "cluster:monitor/task"],
  [/^POST \/_cluster\/reroute$/, "cluster:admin/reroute"],
  [/^GET \/_nodes(\/.*)?\/stats/, "cluster:monitor/nodes/stats"],
  [/^GET \/_nodes/, "cluster:monitor/nodes/info"],
  [/^GET \/_tasks$/, "cluster:monitor/tasks/lists"],
  [/^GET \/_tasks\//, "cluster:monitor/task/get"],
  [/^POST \/_tasks(\/[^/]+)?\/_cancel$/, "cluster:admin/tasks/cancel"],
  [/^GET \/_cat\/(health|nodes|master|nodeattrs|plugins|pending_tasks|tasks|thread_pool)/, "cluster:monitor/state"],
  [/^GET \/_license/, "cluster:monitor/xpack/license/get"],
  [/^(PUT|POST) \/_license/, "cluster:admin/xpack/license/put"],
  [/^GET \/_xpack$/, "cluster:monitor/xpack/info"],
  [/^GET \/_xpack\/usage$/, "cluster:monitor/xpack/usage"],
  [/^(GET|POST) \/_ingest\/pipeline(\/[^/]+)?\/_simulate$/, "cluster:admin/ingest/pipeline/simulate"],
  [/^GET \/_ingest\/pipeline/, "cluster:admin/ingest/pipeline/get"],
  [/^PUT \/_ingest\/pipeline/, "cluster:admin/ingest/pipeline/put"],
  [/^DELETE \/_ingest\/pipeline/, "cluster:admin/ingest/pipeline/delete"],
  [/^(GET|HEAD) \/_index_template/, "indices:admin/index_template/get"],
  [/^(PUT|POST) \/_index_template/, "indices:admin/index_template/put"],
  [/^DELETE \/_index_template/, "indices:admin/index_template/delete"],
  [/^(GET|HEAD) \/_component_template/, "cluster:admin/component_template/get"],
  [/^(PUT|POST) \/_component_template/, "cluster:admin/component_template/put"],
  [/^DELETE \/_component_template/, "cluster:admin/component_template/delete"],
  [/^(GET|HEAD) \/_template/, "indices:admin/template/get"],
  [/^(PUT|POST) \/_template/, "indices:admin/template/put"],
  [/^DELETE \/_template/, "indices:admin/template/delete"],
  [/^GET \/_connector\/_secret/, `${connector}/secret/get`],
  [/^POST \/_connector\/_secret/, `${connector}/secret/post`],
  [/^PUT \/_connector\/_secret/, `${connector}/secret/put`],
  [/^DELETE \/_connector\/_secret/, `${connector}/secret/delete`],
  [/^GET \/_connector\/_sync_job$/, `${connector}/sync_job/list`],
  [/^GET \/_connector\/_sync_job\//, `${connector}/sync_job/get`],
  [/^\w+ \/_connector\/_sync_job/, `${connector}/sync_job/update`],
  [/^GET \/_connector$/, `${connector}/list`],
  [/^GET \/_connector\//, `${connector}/get`],
  [/^\w+ \/_connector/, `${connector}/update`],
  [/^POST \/_security\/api_key$/, "cluster:admin/xpack/security/api_key/create"],
  [/^GET \/_security\/api_key$/, "cluster:admin/xpack/security/api_key/get"],
  [/^GET \/_security\/role/, "cluster:admin/xpack/security/role/get"],
  [/^\w+ \/_security\//, "cluster:admin/xpack/security/other"],
];

const reading = (action: string): Record<string, string> => ({ GET: action, HEAD: action, POST: action });
const writing = (action: string): Record<string, string> => ({ PUT: action, POST: action });

/** The action on an index, by the part of the path after its name and the method. */
const indexActions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": {
    GET: "indices:admin/get",
    HEAD: "indices:admin/get",
    PUT: "indices:admin/create",
    DELETE: "indices:admin/delete",
  },
  _doc: {
    ...writing(writeAction),
    GET: "indices:data/read/get",
    HEAD: "indices:data/read/get",
    DELETE: writeAction,
  },
  _create: writing(writeAction),
  _source: reading("indices:data/read/get"),
  _update: { POST: "indices:data/write/update" },
  _update_by_query: { POST: "indices:data/write/update/byquery" },
  _delete_by_query: { POST: "indices:data/write/delete/byquery" },
  _search: reading("indices:data/read/search"),
  _count: reading("indices:data/read/search"),
  _pit: { POST: "indices:data/read/open_point_in_time" },
  _explain: reading("indices:data/read/explain"),
  _field_caps: reading("indices:data/read/field_caps"),
  _terms_enum: reading("indices:data/read/terms_enum"),
  _validate: reading("indices:admin/validate/query"),
  _analyze: reading("indices:admin/analyze"),
  _mapping: { GET: "indices:admin/mappings/get", ...writing("indices:admin/mapping/put") },
  _mappings: { GET: "indices:admin/mappings/get", ...writing("indices:admin/mapping/put") },
  _settings: { GET: "indices:monitor/settings/get", PUT: "indices:admin/settings/update" },
  _alias: {
    GET: "indices:admin/aliases/get",
    HEAD: "indices:admin/aliases/get",
    ...writing("indices:admin/aliases"),
    DELETE: "indices:admin/aliases",
  },
  _aliases: { ...writing("indices:admin/aliases"), DELETE: "indices:admin/aliases" },
  _refresh: reading("indices:admin/refresh"),
  _flush: reading("indices:admin/flush"),
  _forcemerge: reading("indices:admin/forcemerge"),
  _open: { POST: "indices:admin/open" },
  _close: { POST: "indices:admin/close" },
  _stats: { GET: "indices:monitor/stats" },
  _segments: { GET: "indices:monitor/segments" },
  _recovery: { GET: "indices:monitor/recovery" },
};

/** The actions of a request. Every one must be allowed. Empty for requests that need no privilege. */
export function demandsOf(request: ProxiedRequest, open: OpenSearches): Demand[] {
  const target = targetOf(request);
  const [first = "", second = "", third = ""] = target.segments;
  const line = `${target.method} ${target.path}`;
  if (line === "DELETE /_pit") return [];
  if (first === "_search" && second === "scroll") return scroll(request, { target, open });
  if (first === "_resolve") return [{ action: "indices:admin/resolve/index", indices: strings(third) }];
  if (first === "_cat" && second !== "" && third !== "")
    return [{ action: "indices:monitor/stats", indices: strings(third) }];
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

/** A scroll needs the privilege of its index; ending one needs its id only, ending all a privilege. */
function scroll(request: ProxiedRequest, { target, open }: Context): Demand[] {
  const ids = [...strings(readObject(request.body)["scroll_id"]), ...target.segments.slice(2)];
  if (target.method === "DELETE")
    return ids.includes("_all") ? [{ action: "cluster:admin/indices/scroll/clear_all" }] : [];
  return [{ action: "indices:data/read/scroll", indices: ids.flatMap((id) => open.get(id) ?? []) }];
}

/** True if the response contains the id of a point in time or a scroll. */
export function opensSearch(request: ProxiedRequest): boolean {
  const { segments } = targetOf(request);
  return (
    segments.includes("_pit") ||
    (segments.includes("_search") && /scroll|"pit"/.test(`${request.path}${request.body.toString()}`))
  );
}

/** Remembers the ids of a response. */
export function rememberSearch(
  answer: Buffer,
  { indices, open }: { indices: readonly string[]; open: OpenSearches },
): void {
  const { id, pit_id: pit, _scroll_id: scrollId } = readObject(answer);
  for (const found of [id, pit, scrollId]) if (typeof found === "string") open.set(found, indices);
}
