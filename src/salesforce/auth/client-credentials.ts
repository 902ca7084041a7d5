import { PassThrough } from "node:stream";
import { OAuth2 } from "jsforce/lib/oauth2.js";
import { Transport } from "jsforce/lib/transport.js";
import type { HttpRequest, HttpResponse } from "jsforce/lib/types/index.js";
import { StreamPromise } from "jsforce/lib/util/promise.js";
import { AppError, toError } from "../../core/errors.ts";
import { isJsonObject, type JsonValue } from "../../core/json.ts";
import type { Secret } from "../../core/secret.ts";
import type { SalesforceHttp } from "../client/http.ts";
import { SalesforceResponseError, SalesforceSignInError } from "../errors.ts";
import type { SignIn } from "./session.ts";

/** The OAuth 2.0 client credentials flow of an app in the org. */
export interface ClientCredentials {
  /** The org's own host, such as `https://acme.my.salesforce.com`: login.salesforce.com does not support this flow. */
  baseUrl: string;
  clientId: string;
  clientSecret: Secret;
  http: SalesforceHttp;
}

export function clientCredentialsSignIn({ baseUrl, clientId, clientSecret, http }: ClientCredentials): SignIn {
  const { host } = new URL(baseUrl);
  return async (signal) => {
    const oauth2 = new OAuth2({ loginUrl: baseUrl, clientId, clientSecret: clientSecret.reveal() });
    oauth2._transport = new SignInTransport(http, signal);
    let response: JsonValue | undefined;
    try {
      response = await oauth2.requestToken({ grant_type: "client_credentials" });
    } catch (error) {
      throw error instanceof AppError ? error : refusedSignIn(toError(error), host);
    }
    const token = isJsonObject(response) ? response["access_token"] : undefined;
    if (typeof token === "string" && token !== "") return token;
    throw new SalesforceResponseError(`The response of ${host} to the sign-in contains no access token.`, {
      hint: "Check domain or salesforce.base_url: it must be the org's My Domain host.",
      retryable: true,
    });
  };
}

/** Sends jsforce's sign-in through our HTTP client. jsforce's own ignores Retry-After and NO_PROXY, and a broken body ends the process. */
class SignInTransport extends Transport {
  readonly #http: SalesforceHttp;
  readonly #signal: AbortSignal;

  constructor(http: SalesforceHttp, signal: AbortSignal) {
    super();
    this.#http = http;
    this.#signal = signal;
  }

  override httpRequest(request: HttpRequest): StreamPromise<HttpResponse> {
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise: this.#send(request) }));
  }

  async #send({ url, headers = {}, body }: HttpRequest): Promise<HttpResponse> {
    const message = { method: "POST" as const, url, headers, body: typeof body === "string" ? body : "" };
    const response = await this.#http.send(message, this.#signal);
    const text = (await this.#http.readBody(response, { url, signal: this.#signal })).toString();
    const contentType = response.headers["content-type"];
    return {
      statusCode: response.statusCode,
      headers: typeof contentType === "string" ? { "content-type": contentType } : {},
      body: text,
    };
  }
}

/** jsforce gives OAuth errors as name (`error`) and message (`error_description`). */
function refusedSignIn({ name, message }: Error, host: string): SalesforceSignInError {
  // For a body that is no OAuth error, jsforce leaves the name undefined.
  const isOAuth = typeof (name as unknown) === "string" && /^[a-z_]+$/.test(name);
  return isOAuth
    ? new SalesforceSignInError(`Salesforce at ${host} refused the sign-in, ${name}: ${message}.`, {
        hint: signInHints[name] ?? "Check the user's login history in Salesforce for the reason.",
      })
    : new SalesforceSignInError(`The response of ${host} to the sign-in is not OAuth${withStatus(name)}.`, {
        hint: "Check domain or salesforce.base_url: there is no Salesforce org at this address.",
      });
}

/** jsforce's name for an error without an OAuth body. Any other name is text of the response, which is not quoted. */
function withStatus(name: string | undefined): string {
  const status = /^ERROR_HTTP_(?<status>\d+)$/.exec(name ?? "")?.groups?.["status"];
  return status === undefined ? "" : ` (status ${status})`;
}

// https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
const signInHints: Readonly<Record<string, string>> = {
  invalid_client_id: "Check client_id: the consumer key of an app in this org.",
  invalid_client: "Check client_id and client_secret; Salesforce refuses a rotated secret at once.",
  invalid_grant:
    "In the app's policies, enable the client credentials flow and select the user it runs as; domain must be the org's My Domain, not login or test.",
  unsupported_grant_type: "Enable the client credentials flow in the app's OAuth settings.",
  inactive_user: "The user that the app runs as is inactive.",
  inactive_org: "The org is inactive or locked.",
};
