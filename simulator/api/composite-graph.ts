import { badRequest, notFound } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, isRecord, json } from "../http/message.ts";
import type { ApiContext, ApiRoute } from "./api-context.ts";
import { compositeRequest, runComposite, type Subrequest } from "./composite-routes.ts";
import { jsonBody } from "./request-body.ts";

// "Composite Graph" of the REST API (since 50.0): each graph of subrequests succeeds or fails as a whole.

const firstVersion = 50;
const maxGraphs = 75;
const maxNodes = 500;

interface Graph {
  readonly graphId: string;
  readonly requests: readonly Subrequest[];
}

function compositeGraph(request: HttpRequest, context: ApiContext): HttpResponse {
  if (Number(context.version) < firstVersion) throw notFound();
  const graphs = graphsOf(jsonBody(request)["graphs"]);
  return json({
    graphs: graphs.map(({ graphId, requests }) => {
      const compositeResponse = runComposite(request, requests, { allOrNone: true, context });
      const isSuccessful = compositeResponse.every(({ httpStatusCode }) => httpStatusCode < 400);
      return { graphId, graphResponse: { compositeResponse }, isSuccessful };
    }),
  });
}

function graphsOf(value: unknown): Graph[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw badRequest("JSON_PARSER_ERROR", "The body must contain a list of graphs");
  }
  if (value.length > maxGraphs) throw badRequest("LIMIT_EXCEEDED", `You can't have more than ${maxGraphs} graphs`);
  const graphs = value.map((item) => graphOf(item));
  const nodes = graphs.reduce((sum, { requests }) => sum + requests.length, 0);
  if (nodes > maxNodes) throw badRequest("LIMIT_EXCEEDED", `You can't have more than ${maxNodes} nodes`);
  if (new Set(graphs.map(({ graphId }) => graphId)).size < graphs.length) {
    throw badRequest("INVALID_INPUT", "Each graph must have a graphId of its own");
  }
  return graphs;
}

/** Nodes must be records, because graphs support neither queries nor collections. */
function graphOf(item: unknown): Graph {
  const [graphId, list] = isRecord(item) ? [item["graphId"], item["compositeRequest"]] : [];
  if (typeof graphId !== "string" || !Array.isArray(list) || !list.every((node) => isRecord(node))) {
    throw badRequest("JSON_PARSER_ERROR", "A graph must have a graphId and a list of compositeRequest");
  }
  const requests = list.map((node) => compositeRequest(node));
  const other = requests.find(({ url }) => !/\/sobjects\/\w+/u.test(url) || url.includes("/composite/"));
  if (other !== undefined) throw badRequest("INVALID_INPUT", `${other.url} is not supported in a graph`);
  return { graphId, requests };
}

export const compositeGraphRoutes: readonly ApiRoute[] = [
  { method: "POST", pattern: "composite/graph", handle: (request, _, context) => compositeGraph(request, context) },
];
