// The actions that each privilege of Elasticsearch grants, and the text of a refusal. From Elasticsearch's documentation of security privileges and
// the patterns of its ClusterPrivilegeResolver and IndexPrivilege; the list of privileges in a refusal goes from the least to the most.

/** The privileges of one API key. */
export interface ApiKey {
  readonly id: string;
  readonly secret: string;
  /** The owner of the key. */
  readonly user: string;
  /** Names of cluster privileges. */
  readonly cluster: readonly string[];
  /** Names of indices and aliases, `*` for any characters, on which the key has the privilege `all`. */
  readonly indices: readonly string[];
}

/** An action of Elasticsearch, on indices or, without them, on the cluster. */
export interface Demand {
  readonly action: string;
  /** As the request names them; an empty list means every index. */
  readonly indices?: readonly string[];
}

/** A privilege and the actions that it grants, of those that the proxy knows. */
type Grant = readonly [name: string, actions: readonly string[]];

const clusterGrants: readonly Grant[] = [
  ["monitor", ["cluster:monitor/*"]],
  ["read_pipeline", ["cluster:admin/ingest/pipeline/get"]],
  ["manage_ingest_pipelines", ["cluster:admin/ingest/pipeline/*"]],
  ["manage_pipeline", ["cluster:admin/ingest/pipeline/*"]],
  ["manage", ["cluster:*"]],
  ["all", ["cluster:*"]],
];

const indexGrants: readonly Grant[] = [
  ["create_doc", ["indices:data/write/bulk*"]],
  ["create", ["indices:data/write/bulk*"]],
  ["delete", ["indices:data/write/bulk*"]],
  ["index", ["indices:data/write/bulk*", "indices:data/write/update"]],
  ["write", ["indices:data/write/*"]],
  ["read", ["indices:data/read/*"]],
  ["create_index", ["indices:admin/create"]],
  ["maintenance", ["indices:admin/refresh"]],
  ["view_index_metadata", ["indices:admin/aliases/get", "indices:admin/get"]],
  ["manage", ["indices:admin/*"]],
  ["all", ["indices:*"]],
];

/** The privileges that grant the action. One is enough. */
function grantedBy({ action, indices }: Demand): string[] {
  const grants = indices === undefined ? clusterGrants : indexGrants;
  return grants.filter(([, actions]) => matchesAny(action, actions)).map(([name]) => name);
}

export function allows(key: ApiKey, demand: Demand): boolean {
  if (demand.indices === undefined) return grantedBy(demand).some((privilege) => key.cluster.includes(privilege));
  return demand.indices.length > 0 && demand.indices.every((index) => coversIndex(key, index));
}

/**
 * True if the key covers the name or the whole pattern. Elasticsearch would narrow `search-*` to the visible indices; this proxy refuses it, so
 * that tests find requests that rely on it.
 */
export function coversIndex(key: ApiKey, index: string): boolean {
  return matchesAny(index, key.indices);
}

function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [start = "", ...rest] = pattern.split("*");
    if (rest.length === 0) return text === start;
    const end = rest.at(-1) ?? "";
    return text.startsWith(start) && text.slice(start.length).endsWith(end);
  });
}

/** Elasticsearch's error for a refusal. */
export function refusal(key: ApiKey, demand: Demand): string {
  const { action, indices } = demand;
  const refused = indices?.filter((index) => !coversIndex(key, index)) ?? [];
  const where = refused.length > 0 ? ` on indices [${refused.join(",")}]` : "";
  const kind = indices === undefined ? "cluster" : "index";
  const privileges = grantedBy(demand).join(",");
  return `action [${action}] is unauthorized for API key id [${key.id}] of user [${key.user}]${where}, this action is granted by the ${kind} privileges [${privileges}]`;
}
