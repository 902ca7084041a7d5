import { Connection } from "jsforce/lib/connection.js";
import { AppError, toError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Secret } from "../../core/secret.ts";
import type { SalesforceTransport } from "../client/transport.ts";
import { SalesforceSignInError } from "../errors.ts";

/** What signing in by the client credentials flow needs. */
export interface ClientCredentials {
  clientId: string;
  clientSecret: Secret;
}

/** Where and how to sign in. */
export interface SessionOptions {
  /** The org's own host, such as `https://acme.my.salesforce.com`: login.salesforce.com does not serve this flow. */
  baseUrl: string;
  apiVersion: string;
  credentials: ClientCredentials;
  transport: SalesforceTransport;
  log: Logger;
}

/**
 * A session with one org. It is opened by the first request and renewed when Salesforce says that it has expired, which it may do at any
 * time: the token's life is a setting of the org and is not told. Every request goes to `baseUrl`, whatever `instance_url` the org names.
 */
export class SalesforceSession {
  readonly connection: Connection;
  readonly #options: SessionOptions;
  #opening: Promise<void> | undefined;
  #renewing: Promise<string> | undefined;
  #failure: AppError | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { baseUrl, apiVersion, credentials, transport } = options;
    this.connection = new Connection({
      instanceUrl: baseUrl,
      loginUrl: baseUrl,
      version: apiVersion,
      oauth2: { loginUrl: baseUrl, clientId: credentials.clientId, clientSecret: credentials.clientSecret.reveal() },
      callOptions: { client: "salesforce-elasticsearch-connector" },
      // jsforce calls this at each 401 and then repeats the request, for ever if nobody counts: the transport does.
      refreshFn: (_connection, callback) => {
        this.renew(this.connection.accessToken).then(
          (token) => void callback(null, token),
          (error: unknown) => void callback(toError(error)),
        );
      },
    });
    this.connection._transport = transport;
    this.connection.oauth2._transport = transport;
  }

  /** Signs in, unless that has happened. */
  async open(): Promise<void> {
    this.#opening ??= this.#signIn().then((token) => {
      this.connection.accessToken = token;
    });
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** Gets another session in place of one that was refused; whoever asks meanwhile gets the same one. */
  async renew(refused: string | null | undefined): Promise<string> {
    const current = this.connection.accessToken;
    if (current && current !== refused) return current;
    this.#renewing ??= this.#signIn().finally(() => {
      this.#renewing = undefined;
    });
    try {
      const token = await this.#renewing;
      this.connection.accessToken = token;
      return token;
    } catch (error) {
      if (error instanceof AppError) this.#failure = error;
      throw error;
    }
  }

  /** Why the last renewal that failed did; jsforce wraps that error into one without its kind. */
  get failure(): AppError | undefined {
    return this.#failure;
  }

  async #signIn(): Promise<string> {
    this.#options.log.debug("salesforce sign-in", { host: this.#host });
    let answer: { access_token?: unknown } | undefined;
    try {
      answer = await this.connection.oauth2.requestToken({ grant_type: "client_credentials" });
    } catch (error) {
      throw error instanceof AppError ? error : this.#refusal(toError(error));
    }
    if (typeof answer.access_token === "string" && answer.access_token !== "") return answer.access_token;
    throw new SalesforceSignInError(`${this.#host} did not answer the sign-in as Salesforce does.`, {
      hint: "Check domain or salesforce.base_url: it must be the org's My Domain host.",
    });
  }

  /** jsforce gives OAuth errors as name (`error`) and message (`error_description`). */
  #refusal({ name, message }: Error): SalesforceSignInError {
    const isOAuth = signInHints[name] !== undefined || /^[a-z_]+$/.test(name);
    const what = isOAuth ? `${name}: ${message}` : `not as OAuth does (${name})`;
    return new SalesforceSignInError(`Salesforce at ${this.#host} refused the sign-in, ${what}.`, {
      hint: isOAuth ? (signInHints[name] ?? otherHint) : wrongAddressHint,
    });
  }

  get #host(): string {
    return new URL(this.#options.baseUrl).host;
  }
}

// https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
const signInHints: Readonly<Record<string, string>> = {
  invalid_client_id: "Check client_id: the consumer key of an app in this org.",
  invalid_client: "Check client_id and client_secret; a secret that was rotated is refused at once.",
  invalid_grant:
    "In the app's policies, enable the client credentials flow and name the user it runs as; domain must be the org's My Domain, not login or test.",
  unsupported_grant_type: "Enable the client credentials flow in the app's OAuth settings.",
  inactive_user: "The user that the app runs as is inactive.",
  inactive_org: "The org is inactive or locked.",
};

const otherHint = "Look at the user's login history in Salesforce for the reason.";

const wrongAddressHint = "Check domain or salesforce.base_url: nothing at this address signs in as Salesforce does.";
