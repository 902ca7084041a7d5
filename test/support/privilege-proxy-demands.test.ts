import { describe, expect, it } from "vitest";
import { demandsOf, type OpenSearches } from "./privilege-proxy-demands.ts";
import { allows, refusal } from "./privilege-proxy-grants.ts";
import { connectorApiKey } from "./privilege-proxy.ts";

// A test on an Elasticsearch with security compares the proxy's answers with the real ones. This file has the rest.

const key = connectorApiKey("key", "search-acme");
const open: OpenSearches = new Map([
  ["own-pit", ["search-acme"]],
  ["other-pit", ["search-other"]],
]);

/** The refusal of "METHOD /path body"; undefined if the key allows it. */
function refusalOf(line: string): string | undefined {
  const [method = "", path = "", ...body] = line.split(" ");
  const request = { method, path, headers: {}, body: Buffer.from(body.join(" ")) };
  const denied = demandsOf(request, open).find((demand) => !allows(key, demand));
  return denied && refusal(key, denied);
}

describe("the documented API key of a connector", () => {
  it.each([
    "GET /",
    "PUT /search-acme",
    "PUT /.search-acl-filter-search-acme",
    "PUT /.elastic-connectors-v1",
    "GET /.elastic-connectors/_doc/abc",
    "GET /%2Eelastic-connectors/_doc/abc",
    "POST /.elastic-connectors-sync-jobs/_search {}",
    "POST /.elastic-connectors*/_search {}",
    "POST /.elastic-connectors,search-acme/_search {}",
    "GET /_alias/search-acme",
    "PUT /.elastic-connectors-v1/_alias/.elastic-connectors",
    'POST /_search {"pit":{"id":"own-pit"}}',
    'DELETE /_pit {"id":"other-pit"}',
  ])("allows %s", (line) => {
    expect(refusalOf(line)).toBeUndefined();
  });

  it.each([
    "PUT /_ingest/pipeline/abc {}",
    "GET /search-acme-2",
    "PUT /.search-acl-filter-search-other",
    "POST /search-acme,search-other/_search {}",
    'POST /_search {"pit":{"id":"other-pit"}}',
  ])("does not allow %s", (line) => {
    expect(refusalOf(line)).toMatch(/^action \[\S+\] is unauthorized for API key id \[key\] of user \[elastic\]/);
  });
});

describe("the privilege proxy", () => {
  it.each([
    "POST /search-*/_search {}",
    "POST /_all/_search {}",
    "POST /_search {}",
    'POST /_search {"pit":{"id":"never-opened"}}',
    "DELETE /search-acme",
    "GET /_cluster/health",
  ])("refuses a request that Elasticsearch would narrow, or that the service does not make: %s", (line) => {
    expect(refusalOf(line)).toMatch(/is unauthorized for API key id \[key\]/);
  });
});
