import type { SeenRequest } from "../../support/fault-proxy.ts";
import type { Scenario } from "./scenarios.ts";

// Every endpoint that the service calls. The path of an Elasticsearch request names the index: {index} is the content index, {protocol} one of the two
// indices behind the aliases of connectors and jobs.

export interface Endpoint {
  server: "salesforce" | "elasticsearch";
  /** The run that calls it. */
  scenario: Scenario;
  /** As `GET /{index}/_refresh`. */
  request: string;
  /** In the body of the request. */
  body?: string;
  /** Only requests after one like this. */
  after?: string;
  /** Valid JSON that is not what the API documents. Default: a list of texts. */
  wrongType?: string;
  /** A documented response that contains nothing. */
  emptyList?: string;
  /** The fault ends after so many requests. Default: it lasts. */
  times?: number;
}

const salesforce = (request: string, bodies: Partial<Endpoint> = {}): Endpoint => ({
  server: "salesforce",
  scenario: "sync",
  request,
  ...bodies,
});

const elasticsearch = (request: string, bodies: Partial<Endpoint> = {}): Endpoint => ({
  server: "elasticsearch",
  scenario: "sync",
  request,
  ...bodies,
});

const noRecords = {
  emptyList: '{"totalSize":0,"done":true,"records":[]}',
  wrongType: '{"totalSize":"9","records":{}}',
};
const noHits = {
  emptyList:
    '{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"hits":[]}}',
};

/** A query that document-level security makes, of a whole table unless it has a condition. */
const table = (name: string, columns = "{columns}", condition = ""): Endpoint =>
  salesforce(`GET /services/data/{version}/query?q=SELECT+${columns}+FROM+${name}${condition}`, {
    ...noRecords,
    scenario: "access",
  });

const access = { scenario: "access" } as const;

const noCount = { emptyList: "{}", wrongType: '{"count":"9"}' };

export const endpoints = {
  "sign in": salesforce("POST /services/oauth2/token", { wrongType: '{"access_token":7}', emptyList: "{}" }),
  "list the API's resources": salesforce("GET /services/data/{version}/", { scenario: "check", emptyList: "{}" }),
  "read the limits": salesforce("GET /services/data/{version}/limits", {
    scenario: "check",
    wrongType: '{"DailyApiRequests":{"Max":"many"}}',
    emptyList: "{}",
  }),
  "list the objects": salesforce("GET /services/data/{version}/sobjects", {
    wrongType: '{"sobjects":[{"name":7}]}',
    emptyList: '{"encoding":"UTF-8","maxBatchSize":200,"sobjects":[]}',
  }),
  "describe an object": salesforce("GET /services/data/{version}/sobjects/{object}/describe", {
    wrongType: '{"name":"Account","fields":[{"name":7}]}',
    emptyList: '{"name":"Account","fields":[],"childRelationships":[]}',
  }),
  "query records": salesforce("GET /services/data/{version}/query?q=", noRecords),
  "read the next page": salesforce("GET /services/data/{version}/query/{locator}", { ...noRecords, scenario: "pages" }),
  "read the next page of children": salesforce("GET /services/data/{version}/query/{locator}", noRecords),
  "download a file": salesforce("GET /services/data/{version}/sobjects/ContentVersion/{id}/VersionData"),
  "explain a query": salesforce("GET /services/data/{version}/query?explain=", {
    scenario: "rules",
    emptyList: '{"plans":[]}',
  }),
  "query records of a rule": salesforce("GET /services/data/{version}/query?q=", { ...noRecords, scenario: "rules" }),
  search: salesforce("GET /services/data/{version}/search?q=", {
    scenario: "rules",
    emptyList: '{"searchRecords":[]}',
  }),
  "retrieve fields": salesforce("POST /services/data/{version}/composite/sobjects/{object}", {
    scenario: "wide",
    wrongType: '{"records":[]}',
    emptyList: "[]",
  }),
  "list the API's versions": salesforce("GET /services/data", { ...access, wrongType: '[{"version":67}]' }),
  "read the organization": table("Organization"),
  "read sharing settings": table("EntityDefinition", "{columns}", "+WHERE+{condition}"),
  "read users": table("User"),
  "read frozen users": table("UserLogin"),
  "read group members": table("GroupMember"),
  "read field permissions": table("FieldPermissions", "{columns}", "+WHERE+{condition}"),
  "read restriction rules": salesforce("GET /services/data/{version}/tooling/query?q=", { ...noRecords, ...access }),
  "read the owners of records": table("Account", "Id,OwnerId"),
  "read the share rows of records": table("AccountShare"),
  "read the links of files": table("ContentDocumentLink"),

  "read the version": elasticsearch("GET /", {
    scenario: "check",
    emptyList: "{}",
    wrongType: '{"version":{"number":9}}',
  }),
  "check the privileges": elasticsearch("POST /_security/user/_has_privileges", { scenario: "check", emptyList: "{}" }),
  "count documents": elasticsearch("GET /{index}/_count", { ...noCount, scenario: "check" }),
  "count documents after a sync": elasticsearch("GET /{index}/_count", noCount),
  "count restricted documents": elasticsearch("POST /{index}/_count", noCount),
  "look for an alias": elasticsearch("GET /_alias/{alias}", { scenario: "cluster", emptyList: "{}" }),
  "create a protocol index": elasticsearch("PUT /{protocol}", { scenario: "cluster", emptyList: "{}" }),
  "look for a protocol index": elasticsearch("HEAD /{protocol}", { scenario: "race" }),
  "map a protocol index": elasticsearch("PUT /{protocol}/_mapping", { scenario: "cluster", emptyList: "{}" }),
  "hide a protocol index": elasticsearch("PUT /{protocol}/_settings", { scenario: "cluster", emptyList: "{}" }),
  "give an index its alias": elasticsearch("PUT /{protocol}/_alias/{alias}", { scenario: "cluster", emptyList: "{}" }),
  "refresh connectors and jobs": elasticsearch("GET /{aliases}/_refresh", { scenario: "list", emptyList: "{}" }),
  "list jobs": elasticsearch("POST /.elastic-connectors-sync-jobs/_search", { ...noHits, scenario: "list" }),
  "read a connector": elasticsearch("GET /.elastic-connectors/_doc/{id}", { emptyList: "{}" }),
  "change a connector": elasticsearch("POST /.elastic-connectors/_update/{id}", { emptyList: "{}" }),
  "create a connector": elasticsearch("PUT /.elastic-connectors/_doc/{id}", { scenario: "cluster", emptyList: "{}" }),
  "read a job": elasticsearch("GET /.elastic-connectors-sync-jobs/_doc/{id}", { emptyList: "{}" }),
  "create a job": elasticsearch("PUT /.elastic-connectors-sync-jobs/_doc/{id}", { emptyList: "{}" }),
  "send a heartbeat": elasticsearch("POST /.elastic-connectors-sync-jobs/_update/{id}", {
    scenario: "slow",
    emptyList: "{}",
    // Without a heartbeat for its lease, which a busy machine reaches, the job rightly stops.
    times: 3,
  }),
  "find waiting jobs": elasticsearch("POST /.elastic-connectors-sync-jobs/_search", { ...noHits, scenario: "service" }),
  "find connectors": elasticsearch("POST /.elastic-connectors/_search", { ...noHits, scenario: "list" }),
  "claim a job": elasticsearch("PUT /.elastic-connectors-sync-jobs/_doc/{id}", {
    scenario: "service",
    emptyList: "{}",
  }),
  "read the index": elasticsearch("GET /{index}", { emptyList: "{}" }),
  "create the index": elasticsearch("PUT /{index}", { scenario: "first", emptyList: "{}" }),
  "map new fields": elasticsearch("PUT /{index}/_mapping", { scenario: "unmapped", emptyList: "{}" }),
  "look for the pipeline": elasticsearch("GET /_ingest/pipeline/{id}", { emptyList: "{}" }),
  "create the pipeline": elasticsearch("PUT /_ingest/pipeline/{id}", { scenario: "first", emptyList: "{}" }),
  "count the object types": elasticsearch("POST /{index}/_search", noHits),
  "open a point in time": elasticsearch("POST /{index}/_pit", { emptyList: "{}", wrongType: '{"id":7}' }),
  "read the indexed documents": elasticsearch("POST /_search", { emptyList: '{"pit_id":"x"}' }),
  "close a point in time": elasticsearch("DELETE /_pit", { emptyList: "{}" }),
  "write documents": elasticsearch("POST /{index}/_bulk", { emptyList: '{"errors":false,"items":[]}' }),
  "refresh the index": elasticsearch("GET /{index}/_refresh", { emptyList: "{}" }),
  "update the access of documents": elasticsearch("POST /{index}/_bulk", {
    ...access,
    emptyList: '{"errors":false,"items":[]}',
  }),
  "look for the identities": elasticsearch("GET /{identities}", { ...access, emptyList: "{}" }),
  "create the identities": elasticsearch("PUT /{identities}", { scenario: "secured", emptyList: "{}" }),
  "count the identities": elasticsearch("GET /{identities}/_count", { ...noCount, ...access }),
  "refresh the identities": elasticsearch("GET /{identities}/_refresh", { ...access, emptyList: "{}" }),
  "open a point in time of identities": elasticsearch("POST /{identities}/_pit", {
    ...access,
    emptyList: "{}",
    wrongType: '{"id":7}',
  }),
  "read the identities": elasticsearch("POST /_search", {
    ...access,
    body: '"_shard_doc"',
    emptyList: '{"pit_id":"x","hits":{"hits":[]}}',
  }),
  "write identities": elasticsearch("POST /{identities}/_bulk", {
    ...access,
    emptyList: '{"errors":false,"items":[]}',
  }),
  "complete identities": elasticsearch("POST /{identities}/_bulk", {
    ...access,
    after: "POST /{index}/_bulk",
    emptyList: '{"errors":false,"items":[]}',
  }),
  "read the access state": elasticsearch("GET /.elastic-connectors-state-access/_doc/{id}", {
    ...access,
    emptyList: "{}",
  }),
  "look for the access states": elasticsearch("GET /.elastic-connectors-state-access", {
    scenario: "secured",
    emptyList: "{}",
  }),
  "create the access states": elasticsearch("PUT /.elastic-connectors-state-access", {
    scenario: "secured",
    emptyList: "{}",
  }),
  "write the access state": elasticsearch("PUT /.elastic-connectors-state-access/_doc/{id}", {
    scenario: "secured",
    emptyList: "{}",
  }),
} satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

const protocol = String.raw`\.elastic-connectors(?:-sync-jobs)?-v1`;
const alias = String.raw`\.elastic-connectors(?:-sync-jobs)?`;

/** What each placeholder of a path stands for. */
const placeholders: Readonly<Record<string, string>> = {
  version: String.raw`v\d+\.\d`,
  protocol,
  alias,
  aliases: String.raw`${alias}(?:,|%2C)${alias}`,
  index: "[^/_.][^/]*",
  identities: String.raw`\.search-acl-filter-[^/]+`,
  condition: ".+",
};

/** Whether a request is one to this endpoint. The value of a parameter does not matter. */
export function isRequestTo(
  { request, body: part }: Pick<Endpoint, "request" | "body">,
  { method, path, body }: SeenRequest,
): boolean {
  return patternOf(request).test(`${method} ${path}`) && (part === undefined || body.includes(part));
}

const patterns = new Map<string, RegExp>();

function patternOf(request: string): RegExp {
  let pattern = patterns.get(request);
  if (!pattern) {
    const source = request
      .replaceAll(/[.?+]/g, String.raw`\$&`)
      .replaceAll(/\{(\w+)\}/g, (_, name: string) => placeholders[name] ?? "[^/?]+");
    pattern = new RegExp(`^${source}${request.endsWith("=") ? ".*" : String.raw`(?:\?.*)?`}$`);
    patterns.set(request, pattern);
  }
  return pattern;
}
