/** The privileges that the service uses, on a cluster with Elasticsearch's own templates and pipelines. docs/elasticsearch-apis.md explains them. */
export const requiredPrivileges = {
  cluster: ["monitor"],
  contentIndex: ["create_index", "delete", "index", "maintenance", "read", "view_index_metadata"],
  connectors: ["create_index", "index", "read", "view_index_metadata"],
} as const;

/** The indices of connectors and jobs, and their aliases. */
export const connectorIndexPattern = ".elastic-connectors*";

export const privilegeHint = [
  `The API key requires the cluster privilege ${requiredPrivileges.cluster.join(", ")}`,
  `${requiredPrivileges.contentIndex.join(", ")} on the content index (with document-level security on its index .search-acl-filter-…, too)`,
  `and ${requiredPrivileges.connectors.join(", ")} on ${connectorIndexPattern}.`,
].join(", ");
