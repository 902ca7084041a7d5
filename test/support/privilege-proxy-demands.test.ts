import { describe, expect, it } from "vitest";
import { demandsOf, type OpenSearches } from "./privilege-proxy-demands.ts";
import { allows, refusal } from "./privilege-proxy-grants.ts";
import { connectorApiKey } from "./privilege-proxy.ts";

const key = connectorApiKey("key", "search-acme");
const open: OpenSearches = new Map([
  ["own-pit", ["search-acme"]],
  ["other-pit", ["search-other"]],
  ["own-scroll", [".elastic-connectors"]],
]);

/** Elasticsearch's refusal of "METHOD /path body"; undefined if the key allows it. */
function refusalOf(line: string): string | undefined {
  const [method = "", path = "", ...body] = line.split(" ");
  const request = { method, path, headers: {}, body: Buffer.from(body.join(" ").replaceAll("\\n", "\n")) };
  const denied = demandsOf(request, open).find((demand) => !allows(key, demand));
  return denied && refusal(key, denied);
}

describe("the API key of a connector", () => {
  it.each([
    "GET /",
    "HEAD /",
    "GET /_cluster/health",
    "GET /_cluster/health/search-other?wait_for_status=green",
    "GET /_cluster/settings",
    "GET /_nodes/_local/http",
    "GET /_nodes/stats",
    "GET /_tasks",
    "GET /_cat/nodes",
    "GET /_license",
    "GET /_xpack",
    "GET /_index_template/elastic-connectors",
    "GET /_component_template/elastic-connectors-settings",
    "GET /_template",
    "GET /_connector",
    "PUT /_connector/abc/_check_in",
    "POST /_connector/_sync_job {}",
    "PUT /_connector/_sync_job/abc/_claim {}",
    "PUT /search-acme",
    "HEAD /search-acme",
    "DELETE /search-acme",
    "GET /search-acme/_mapping",
    "PUT /search-acme/_mapping {}",
    "PUT /search-acme/_settings {}",
    "POST /search-acme/_refresh",
    "GET /search-acme/_count",
    "POST /search-acme/_search?size=1 {}",
    "PUT /search-acme/_doc/1 {}",
    "PUT /search-acme/_create/1 {}",
    "POST /search-acme/_update/1 {}",
    "DELETE /search-acme/_doc/1",
    "POST /search-acme/_update_by_query {}",
    "POST /search-acme/_pit?keep_alive=1m",
    "PUT /.search-acl-filter-search-acme",
    "GET /.search-acl-filter-search-acme/_search",
    "PUT /.elastic-connectors-v1",
    "GET /.elastic-connectors/_doc/abc",
    "POST /.elastic-connectors-sync-jobs/_search {}",
    "PUT /.elastic-connectors-state-abc/_doc/1 {}",
    "GET /.elastic-connectors*/_search",
    "GET /.elastic-connectors,search-acme/_search",
    "GET /%2Eelastic-connectors/_doc/abc",
    "GET /_alias/search-acme",
    "GET /_resolve/index/search-acme",
    "GET /_cat/indices/search-acme",
    "PUT /.elastic-connectors-v1/_alias/.elastic-connectors",
    'POST /_search {"pit":{"id":"own-pit"}}',
    'DELETE /_pit {"id":"other-pit"}',
    'POST /_search/scroll {"scroll_id":"own-scroll"}',
    'DELETE /_search/scroll {"scroll_id":"own-scroll"}',
  ])("allows %s", (line) => {
    expect(refusalOf(line)).toBeUndefined();
  });

  it.each([
    ["PUT /_cluster/settings {}", "cluster:admin/settings/update", "[manage,all]"],
    [
      "GET /_ingest/pipeline",
      "cluster:admin/ingest/pipeline/get",
      "[read_pipeline,manage_ingest_pipelines,manage_pipeline,manage,all]",
    ],
    ["GET /_ingest/pipeline/abc?filter_path=*.version", "cluster:admin/ingest/pipeline/get", "[read_pipeline,"],
    [
      "PUT /_ingest/pipeline/abc {}",
      "cluster:admin/ingest/pipeline/put",
      "[manage_ingest_pipelines,manage_pipeline,manage,all]",
    ],
    ["DELETE /_ingest/pipeline/abc", "cluster:admin/ingest/pipeline/delete", "[manage_ingest_pipelines,"],
    ["POST /_ingest/pipeline/_simulate {}", "cluster:admin/ingest/pipeline/simulate", "[read_pipeline,"],
    ["PUT /_index_template/abc {}", "indices:admin/index_template/put", "[manage_index_templates,manage,all]"],
    ["PUT /_component_template/abc {}", "cluster:admin/component_template/put", "[manage_index_templates,manage,all]"],
    ["POST /_tasks/_cancel", "cluster:admin/tasks/cancel", "[cancel_task,manage,all]"],
    ["POST /_license {}", "cluster:admin/xpack/license/put", "[manage,all]"],
    ["GET /_connector/_secret/abc", "cluster:admin/xpack/connector/secret/get", "[read_connector_secrets,manage,all]"],
    [
      "POST /_connector/_secret {}",
      "cluster:admin/xpack/connector/secret/post",
      "[write_connector_secrets,manage,all]",
    ],
    ["GET /_security/role", "cluster:admin/xpack/security/role/get", "[manage_security,all]"],
    [
      "POST /_security/api_key {}",
      "cluster:admin/xpack/security/api_key/create",
      "[manage_api_key,manage_security,all]",
    ],
    ["PUT /_security/user/abc {}", "cluster:admin/xpack/security/other", "[manage_security,all]"],
    ["DELETE /_search/scroll/_all", "cluster:admin/indices/scroll/clear_all", "[manage,all]"],
    ["POST /_scripts/painless/_execute {}", "cluster:unknown/POST/_scripts/painless/_execute", "[manage,all]"],
  ])("refuses %s: %s takes a cluster privilege", (line, action, privileges) => {
    const said = refusalOf(line);

    expect(said).toContain(`action [${action}] is unauthorized for API key id [key] of user [elastic]`);
    expect(said).toContain(`this action is granted by the cluster privileges ${privileges}`);
  });

  it.each([
    ["GET /search-other", "indices:admin/get", "search-other", "[view_index_metadata,manage,all]"],
    ["PUT /search-other", "indices:admin/create", "search-other", "[create_index,manage,all]"],
    ["DELETE /search-other", "indices:admin/delete", "search-other", "[delete_index,manage,all]"],
    ["DELETE /search-acme-2", "indices:admin/delete", "search-acme-2", "[delete_index,manage,all]"],
    ["GET /search-other/_mapping", "indices:admin/mappings/get", "search-other", "[view_index_metadata,manage,all]"],
    ["PUT /search-other/_mapping {}", "indices:admin/mapping/put", "search-other", "[manage,all]"],
    ["POST /search-other/_refresh", "indices:admin/refresh", "search-other", "[maintenance,manage,all]"],
    ["GET /search-other/_count", "indices:data/read/search", "search-other", "[read,all]"],
    ["GET /search-acme,search-other/_search", "indices:data/read/search", "search-other", "[read,all]"],
    ["GET /search-*/_search", "indices:data/read/search", "search-*", "[read,all]"],
    ["GET /_all/_search", "indices:data/read/search", "_all", "[read,all]"],
    ["GET /search-other/_doc/1", "indices:data/read/get", "search-other", "[read,all]"],
    [
      "PUT /search-other/_doc/1 {}",
      "indices:data/write/bulk[s]",
      "search-other",
      "[create_doc,create,delete,index,write,all]",
    ],
    ["POST /search-other/_update/1 {}", "indices:data/write/update", "search-other", "[index,write,all]"],
    ["DELETE /search-other/_doc/1", "indices:data/write/bulk[s]", "search-other", "[create_doc,create,delete,index,"],
    ["POST /search-other/_delete_by_query", "indices:data/write/delete/byquery", "search-other", "[delete,write,all]"],
    ["POST /search-other/_pit", "indices:data/read/open_point_in_time", "search-other", "[read,all]"],
    [
      "PUT /.search-acl-filter-search-other",
      "indices:admin/create",
      ".search-acl-filter-search-other",
      "[create_index,",
    ],
    ["GET /.security/_search", "indices:data/read/search", ".security", "[read,all]"],
    ["GET /_alias/search-other", "indices:admin/aliases/get", "search-other", "[view_index_metadata,manage,all]"],
    ["PUT /search-other/_alias/another", "indices:admin/aliases", "search-other", "[manage,all]"],
    ["GET /_cat/indices/search-other", "indices:monitor/stats", "search-other", "[monitor,manage,all]"],
    ['POST /_search {"pit":{"id":"other-pit"}}', "indices:data/read/search", "search-other", "[read,all]"],
  ])("refuses %s: %s on %s takes an index privilege", (...[line, action, index, privileges]) => {
    expect(refusalOf(line)).toContain(
      `action [${action}] is unauthorized for API key id [key] of user [elastic] on indices [${index}], this action is granted by the index privileges ${privileges}`,
    );
  });

  it.each([
    "GET /_search",
    "GET /_mapping",
    "POST /_refresh",
    "GET /_cat/indices",
    'POST /_search {"pit":{"id":"never-opened"}}',
    'POST /_search/scroll {"scroll_id":"never-opened"}',
  ])("refuses %s, which names no index", (line) => {
    expect(refusalOf(line)).toMatch(/is unauthorized for API key id \[key\]/);
  });
});
