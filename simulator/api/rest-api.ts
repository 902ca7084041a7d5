import type { Session } from "../access/sessions.ts";
import { notFound, SalesforceError } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import { Router, type RouterResult } from "../http/router.ts";
import type { Org } from "../org/org.ts";
import { JsonValueError } from "../records/json-value-error.ts";
import type { TransactionWrite } from "../records/open-transactions.ts";
import type { ApiContext } from "./api-context.ts";
import { appearanceRoutes } from "./appearance-routes.ts";
import { authenticate } from "./authenticate.ts";
import { bulkRoutes } from "./bulk-routes.ts";
import { collectionRoutes } from "./collection-routes.ts";
import { compositeGraphRoutes } from "./composite-graph.ts";
import { compositeRoutes } from "./composite-routes.ts";
import { describeRoutes } from "./describe-routes.ts";
import { thrownErrorResponse } from "./error-response.ts";
import { ingestRoutes } from "./ingest-routes.ts";
import { limitRoutes } from "./limit-routes.ts";
import { listViewRoutes } from "./list-view-routes.ts";
import { namedRecordRoutes } from "./named-record-routes.ts";
import { parameterizedSearchRoutes } from "./parameterized-search.ts";
import { queryRoutes } from "./query-routes.ts";
import { recentRoutes } from "./recent-routes.ts";
import { recordRoutes } from "./record-routes.ts";
import { replicationRoutes } from "./replication-routes.ts";
import { withJsonPosition } from "./request-body.ts";
import { toolingRoutes } from "./tooling-routes.ts";
import { isRetired, isServed } from "./versions.ts";

const router = new Router<ApiContext>([
  ...queryRoutes,
  ...describeRoutes,
  ...limitRoutes,
  ...bulkRoutes,
  ...ingestRoutes,
  ...compositeGraphRoutes,
  ...compositeRoutes,
  ...collectionRoutes,
  ...replicationRoutes,
  ...recentRoutes,
  ...listViewRoutes,
  ...appearanceRoutes,
  ...parameterizedSearchRoutes,
  ...recordRoutes,
  ...namedRecordRoutes,
  ...toolingRoutes,
]);

/** The REST API of one org: everything below `/services/data/vXX.X`. */
export class RestApi {
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  /** Returns the endpoint name for call counts and the response. `rest` is the path below the version. */
  route(
    request: HttpRequest,
    { version, rest }: { version: string; rest: string },
  ): { endpoint: string; answer: () => HttpResponse } {
    const found = router.find(request.method, rest);
    const unrouted = rest === "" ? "GET resources" : "unknown";
    return {
      endpoint: found.kind === "route" ? `${found.route.method} ${found.route.pattern}` : unrouted,
      answer: () => {
        this.#org.aggregatePermissionSetGroups();
        const session = authenticate(request, this.#org);
        if (rest === "" && this.#serves(version)) return this.#resources(request, session, version);
        this.#commitTransactions();
        return this.#handle(found, request, { session, version });
      },
    };
  }

  #handle(
    found: RouterResult<ApiContext>,
    request: HttpRequest,
    { session, version }: { session: Session; version: string },
  ): HttpResponse {
    if (isRetired(version)) {
      throw new SalesforceError(410, "UNSUPPORTED_API_VERSION", `The API version ${version} is retired`);
    }
    if (!this.#serves(version) || found.kind === "nothing") throw notFound();
    if (found.kind === "method") throw methodNotAllowed(request.method, found.allowed);
    try {
      return found.route.handle(request, found.parts, this.#context(session, version));
    } catch (error) {
      throw error instanceof JsonValueError ? withJsonPosition(error, request) : error;
    }
  }

  /** Depends on the org's release, which tests can set to an older one. */
  #serves(version: string): boolean {
    return isServed(version, this.#org.sharing.newestApiVersion);
  }

  #context(session: Session, version: string): ApiContext {
    return {
      org: this.#org,
      session,
      user: this.#org.userAccess(session.userId),
      version,
      basePath: `/services/data/v${version}`,
      dispatch: (request) => this.#dispatch(request, session),
    };
  }

  /** Executes a subrequest. Returns errors as responses. */
  #dispatch(request: HttpRequest, session: Session): HttpResponse {
    const groups = /^\/services\/data\/v(?<version>\d{1,3}\.\d)\/(?<rest>.*)$/u.exec(request.path)?.groups;
    const found = router.find(request.method, groups?.["rest"] ?? "");
    try {
      return this.#handle(found, request, { session, version: groups?.["version"] ?? "" });
    } catch (error) {
      return thrownErrorResponse(error, request, (unexpected) => {
        throw unexpected;
      });
    }
  }

  /** Writes the rows of ended transactions, with the timestamp of the transaction's start. */
  #commitTransactions(): void {
    for (const { startedAt, userId, writes } of this.#org.openTransactions.takeEnded(this.#org.clock.now())) {
      const session = { token: "", userId, clientId: "", openedAt: startedAt, lastUsedAt: startedAt };
      this.#org.transactionStamp = startedAt;
      try {
        for (const write of writes) this.#dispatch(transactionRequest(write, this.#org.instanceUrl()), session);
      } finally {
        this.#org.transactionStamp = undefined;
      }
    }
  }

  #resources(request: HttpRequest, { userId }: Session, version: string): HttpResponse {
    const names = [
      "sobjects",
      "query",
      "queryAll",
      "search",
      "parameterizedSearch",
      "limits",
      "composite",
      "jobs",
      "recent",
      "tabs",
      "theme",
      "tooling",
    ];
    const resources = names.map((name) => [name, `/services/data/v${version}/${name}`]);
    const identity = `${request.origin}/id/${this.#org.organizationId}/${userId}`;
    return json({ ...Object.fromEntries(resources), identity });
  }
}

function transactionRequest({ method, url, body }: TransactionWrite, origin: string): HttpRequest {
  return {
    method,
    path: url,
    query: new URLSearchParams(),
    headers: { "content-type": "application/json" },
    body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
    origin,
    clientCertificate: false,
  };
}

function methodNotAllowed(method: string, allowed: readonly string[]): SalesforceError {
  return new SalesforceError(
    405,
    "METHOD_NOT_ALLOWED",
    `HTTP Method '${method}' not allowed. Allowed are ${[...new Set(allowed)].join(",")}`,
  );
}
