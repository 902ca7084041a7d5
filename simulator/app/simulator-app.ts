import { routeAsync } from "../api/async-api.ts";
import { RestApi } from "../api/rest-api.ts";
import { versionList } from "../api/versions.ts";
import { controlResponse } from "../control/control-surface.ts";
import type { Faults } from "../control/faults.ts";
import { notFound } from "../core/salesforce-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { ClientApp } from "../oauth/client-apps.ts";
import { identity } from "../oauth/identity.ts";
import { oauthResponse } from "../oauth/oauth-endpoints.ts";
import type { Org } from "../org/org.ts";
import { soapResponse } from "../soap/soap-endpoint.ts";

interface RoutedRequest {
  /** The name in call counts. */
  readonly endpoint: string;
  readonly answer: () => HttpResponse;
  /** True if the request counts towards the daily limit. */
  readonly counted: boolean;
}

interface AppOptions {
  readonly org: Org;
  readonly faults: Faults;
  readonly apps: readonly ClientApp[];
  /** Shown by `GET /__simulator/org`. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Routes requests to the parts of the simulator: control surface, OAuth, REST, SOAP, identity URL. */
export class SimulatorApp {
  readonly #options: AppOptions;
  readonly #rest: RestApi;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#rest = new RestApi(options.org);
  }

  route(request: HttpRequest): RoutedRequest {
    // Like Salesforce, ignore additional slashes, which clients send if their instance URL ends in a slash.
    const path = request.path.replaceAll(/\/{2,}/gu, "/");
    if (path === "/__simulator" || path.startsWith("/__simulator/")) {
      const answer = () => controlResponse(request, path.slice("/__simulator/".length), this.#options);
      return { endpoint: "control", counted: false, answer };
    }
    const oauth = /^\/services\/oauth2\/(?<name>\w+)$/u.exec(path)?.groups?.["name"];
    if (oauth !== undefined) {
      return uncounted(`${request.method} oauth2/${oauth}`, () => oauthResponse(request, oauth, this.#options));
    }
    if (/^\/services\/data\/?$/u.test(path)) return uncounted("GET versions", () => json(this.#versions()));
    const rest = /^\/services\/data\/v(?<version>\d{1,3}\.\d)(?:\/(?<rest>.*))?$/u.exec(path)?.groups;
    if (rest === undefined) return this.#routeOther(request, path);
    const target = { version: rest["version"] ?? "", rest: rest["rest"] ?? "" };
    return { ...this.#rest.route(request, target), counted: true };
  }

  #versions(): unknown[] {
    const newest = this.#options.org.sharing.newestApiVersion;
    return versionList().filter(({ version }) => Number(version) <= newest);
  }

  #routeOther(request: HttpRequest, path: string): RoutedRequest {
    const { org } = this.#options;
    const version = /^\/services\/Soap\/[uc]\/(?<version>\d{1,3}\.\d)(?:\/\w+)?$/u.exec(path)?.groups?.["version"];
    if (version !== undefined) return uncounted("POST Soap", () => soapResponse(request, version, org));
    const async = /^\/services\/async\/(?<version>\d{1,3}\.\d)\/(?<rest>.*)$/u.exec(path)?.groups;
    if (async !== undefined) {
      const target = { version: async["version"] ?? "", rest: async["rest"] ?? "" };
      return { ...routeAsync(request, target, org), counted: true };
    }
    const userId = /^\/id\/\w+\/(?<user>\w+)$/u.exec(path)?.groups?.["user"];
    if (userId !== undefined) return uncounted("GET id", () => identity(request, userId, org));
    if (path === "/") {
      const page = { status: 200, headers: { "content-type": "text/html" }, body: "<html></html>" };
      return uncounted("GET /", () => page);
    }
    return uncounted("unknown", () => {
      throw notFound();
    });
  }
}

function uncounted(endpoint: string, answer: () => HttpResponse): RoutedRequest {
  return { endpoint, counted: false, answer };
}
