import type { ApiContext } from "../api/api-context.ts";
import { bulkRoutes } from "../api/bulk-routes.ts";
import { collectionRoutes } from "../api/collection-routes.ts";
import { compositeRoutes } from "../api/composite-routes.ts";
import { describeRoutes } from "../api/describe-routes.ts";
import { limitRoutes } from "../api/limit-routes.ts";
import { queryRoutes } from "../api/query-routes.ts";
import { recordRoutes } from "../api/record-routes.ts";
import { replicationRoutes } from "../api/replication-routes.ts";
import { controlAnswer } from "../control/control-surface.ts";
import type { Faults } from "../control/faults.ts";
import { wellKnown } from "../generator/well-known.ts";
import type { ClientApp } from "../oauth/client-apps.ts";
import { OAuthError } from "../oauth/oauth-error.ts";
import { oauthHandler } from "../oauth/token-routes.ts";
import type { LateWrite } from "../late-transactions.ts";
import type { Org } from "../org.ts";
import { notFound, SalesforceError } from "../salesforce-error.ts";
import type { Session } from "../sessions.ts";
import { soapAnswer } from "../soap/soap-endpoint.ts";
import { type ApiRequest, type ApiResponse, json } from "./api-request.ts";
import { thrownAnswer } from "./error-answers.ts";
import { Router } from "./router.ts";

/** An answer with the name of the endpoint that gave it, for the counts. */
interface NamedAnswer {
  readonly endpoint: string;
  readonly answer: () => ApiResponse;
  /** Whether the request counts towards the daily allocation and its answer says how much of it is used. */
  readonly counted: boolean;
}

const firstVersion = 50;
const lastVersion = 67;
const releases = ["Winter", "Spring", "Summer"];

const router = new Router<ApiContext>([
  ...queryRoutes,
  ...describeRoutes,
  ...limitRoutes,
  ...bulkRoutes,
  ...compositeRoutes,
  ...collectionRoutes,
  ...replicationRoutes,
  ...recordRoutes,
]);

/** Which handler answers a request. */
export class SimulatorApp {
  readonly #org: Org;
  readonly #faults: Faults;
  readonly #apps: readonly ClientApp[];
  readonly #facts: Readonly<Record<string, unknown>>;

  constructor(options: {
    org: Org;
    faults: Faults;
    apps: readonly ClientApp[];
    facts: Readonly<Record<string, unknown>>;
  }) {
    this.#org = options.org;
    this.#faults = options.faults;
    this.#apps = options.apps;
    this.#facts = options.facts;
  }

  route(request: ApiRequest): NamedAnswer {
    const { path } = request;
    if (path === "/__simulator" || path.startsWith("/__simulator/")) {
      const context = { org: this.#org, faults: this.#faults, facts: this.#facts };
      const rest = path.slice("/__simulator/".length);
      return { endpoint: "control", counted: false, answer: () => controlAnswer(request, rest, context) };
    }
    const oauth = /^\/services\/oauth2\/(?<name>\w+)$/u.exec(path)?.groups?.["name"];
    if (oauth !== undefined) return this.#oauth(request, oauth);
    if (/^\/services\/data\/?$/u.test(path)) return plain("GET versions", () => json(versions()));
    const api = /^\/services\/data\/v(?<version>\d{1,3}\.\d)(?:\/(?<rest>.*))?$/u.exec(path)?.groups;
    if (api !== undefined) return this.#api(request, { version: api["version"] ?? "", rest: api["rest"] ?? "" });
    return this.#elsewhere(request);
  }

  /** What is neither REST nor OAuth: SOAP, the identity URL, the bare host. */
  #elsewhere(request: ApiRequest): NamedAnswer {
    const { path } = request;
    const soap = /^\/services\/Soap\/[uc]\/(?<version>\d{1,3}\.\d)(?:\/\w+)?$/u.exec(path)?.groups?.["version"];
    if (soap !== undefined) return plain("POST Soap", () => soapAnswer(request, soap, this.#org));
    const identity = /^\/id\/\w+\/(?<user>\w+)$/u.exec(path)?.groups?.["user"];
    if (identity !== undefined) return plain("GET id", () => this.#identity(request, identity));
    if (path === "/") {
      return plain("GET /", () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<html></html>" }));
    }
    return plain("unknown", () => {
      throw notFound();
    });
  }

  #api(request: ApiRequest, { version, rest }: { version: string; rest: string }): NamedAnswer {
    const found = router.find(request.method, rest);
    const endpoint =
      found.kind === "route"
        ? `${found.route.method} ${found.route.pattern}`
        : rest === ""
          ? "GET resources"
          : "unknown";
    return {
      endpoint,
      counted: true,
      answer: () => {
        const session = this.authenticate(request);
        if (!isServed(version)) throw notFound();
        if (rest === "") {
          const identity = `${request.origin}/id/${this.#org.organizationId}/${session.userId}`;
          return json({ ...resources(`/services/data/v${version}`), identity });
        }
        if (found.kind === "nothing") throw notFound();
        if (found.kind === "method") throw methodNotAllowed(request.method, found.allowed);
        this.#finishTransactions();
        return found.route.handle(request, found.parts, this.#context(session, version));
      },
    };
  }

  #context(session: Session, version: string): ApiContext {
    return {
      org: this.#org,
      session,
      view: this.#org.viewOf(session.userId),
      version,
      basePath: `/services/data/v${version}`,
      dispatch: (request) => this.#dispatch(request, session),
    };
  }

  /** Answers a request that came inside another one; refusals are answers like any other. */
  #dispatch(request: ApiRequest, session: Session): ApiResponse {
    const api = /^\/services\/data\/v(?<version>\d{1,3}\.\d)\/(?<rest>.*)$/u.exec(request.path)?.groups;
    const found = router.find(request.method, api?.["rest"] ?? "");
    try {
      if (api === undefined || !isServed(api["version"] ?? "")) throw notFound();
      if (found.kind === "method") throw methodNotAllowed(request.method, found.allowed);
      if (found.kind === "nothing") throw notFound();
      return found.route.handle(request, found.parts, this.#context(session, api["version"] ?? ""));
    } catch (error) {
      return thrownAnswer(error, request, (unexpected) => {
        throw unexpected;
      });
    }
  }

  /** Writes what belongs to transactions that have ended by now, with the stamps of their beginning. */
  #finishTransactions(): void {
    for (const { startedAt, userId, writes } of this.#org.lateTransactions.takeDue(this.#org.clock.now())) {
      const session = { token: "", userId, clientId: "", openedAt: startedAt, lastUsedAt: startedAt };
      this.#org.lateStamp = startedAt;
      try {
        for (const write of writes) this.#dispatch(lateRequest(write, this.#org.instanceUrl()), session);
      } finally {
        this.#org.lateStamp = undefined;
      }
    }
  }

  #oauth(request: ApiRequest, name: string): NamedAnswer {
    const handler = oauthHandler(name);
    if (name === "userinfo") return plain("GET oauth2/userinfo", () => this.#identity(request, undefined));
    return plain(`${request.method} oauth2/${name}`, () => {
      if (handler === undefined) throw new OAuthError("invalid_request", `There is no endpoint ${name}.`, 404);
      return handler(request, { org: this.#org, apps: this.#apps });
    });
  }

  /** The session of a request, or the 401 of a token that is missing, wrong or expired. */
  authenticate(request: ApiRequest): Session {
    const token = tokenOf(request);
    const session = token === undefined ? undefined : this.#org.sessions.use(token);
    if (session === undefined) {
      throw new SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
    if (this.#org.limits.requestsExhausted) {
      throw new SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    const view = this.#org.viewOf(session.userId);
    // "Enforce SSL/TLS Mutual Authentication" binds the user who has it; others may come with a certificate or without.
    if (view.has("MutualAuthentication") && !request.clientCertificate) {
      throw new SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
    if (!view.has("ApiEnabled")) {
      throw new SalesforceError(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner");
    }
    return session;
  }

  /** Ends the session that a request carries. */
  expire(request: ApiRequest): void {
    const token = tokenOf(request);
    if (token !== undefined) this.#org.sessions.close(token);
  }

  #identity(request: ApiRequest, wanted: string | undefined): ApiResponse {
    const token = tokenOf(request) ?? request.query.get("oauth_token") ?? request.query.get("access_token");
    const session = token === null ? undefined : this.#org.sessions.use(token);
    if (session === undefined || (wanted !== undefined && session.userId !== wanted)) {
      return { status: 403, headers: { "content-type": "text/html" }, body: "Bad_OAuth_Token" };
    }
    const { userId } = session;
    const [username, email, name] =
      this.#org.database.row(`SELECT "Username", "Email", "Name" FROM "User" WHERE "Id" = ?`, [userId]) ?? [];
    const rest = `${request.origin}/services/data/v{version}/`;
    return json({
      id: `${request.origin}/id/${wellKnown.organization}/${userId}`,
      asserted_user: true,
      user_id: userId,
      organization_id: wellKnown.organization,
      username,
      email,
      display_name: name,
      user_type: "STANDARD",
      urls: { rest, sobjects: `${rest}sobjects/`, query: `${rest}query/`, search: `${rest}search/` },
      active: true,
    });
  }
}

function lateRequest({ method, url, body }: LateWrite, origin: string): ApiRequest {
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

function tokenOf(request: ApiRequest): string | undefined {
  return /^(?:Bearer|OAuth)\s+(?<token>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["token"];
}

function isServed(version: string): boolean {
  const number = Number(version);
  return Number.isInteger(number) && number >= firstVersion && number <= lastVersion;
}

function plain(endpoint: string, answer: () => ApiResponse): NamedAnswer {
  return { endpoint, counted: false, answer };
}

function methodNotAllowed(method: string, allowed: readonly string[]): SalesforceError {
  return new SalesforceError(
    405,
    "METHOD_NOT_ALLOWED",
    `HTTP Method '${method}' not allowed. Allowed are ${[...new Set(allowed)].join(",")}`,
  );
}

/** Every version from 50.0 (Winter '21) on, three a year. */
function versions(): { label: string; url: string; version: string }[] {
  return Array.from({ length: lastVersion - firstVersion + 1 }, (_, index) => {
    const number = firstVersion + index;
    const year = 21 + Math.floor(index / 3);
    return {
      label: `${releases[index % 3] ?? ""} '${year}`,
      url: `/services/data/v${number}.0`,
      version: `${number}.0`,
    };
  });
}

function resources(basePath: string): Record<string, string> {
  const names = ["sobjects", "query", "queryAll", "search", "limits", "composite", "jobs"];
  return Object.fromEntries(names.map((name) => [name, `${basePath}/${name}`]));
}
