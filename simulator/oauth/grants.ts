import type { HttpRequest } from "../http/message.ts";
import type { ClientApp } from "./client-apps.ts";
import { appOf, authenticatedApp, type OAuthContext } from "./client-authentication.ts";
import { checkAssertion } from "./jwt-assertion.ts";
import { OAuthError } from "./oauth-error.ts";
import { userByName, userByPassword } from "./sign-in.ts";

interface Grantee {
  readonly userId: string;
  readonly clientId: string;
  readonly refreshToken?: string;
}

/** Authenticates the user and the app. Throws an OAuthError on failure. */
type Grant = (form: URLSearchParams, request: HttpRequest, context: OAuthContext) => Grantee;

const clientCredentials: Grant = (form, request, context) => {
  const app = authenticatedApp(form, request, context);
  if (app.runAs === undefined) throw new OAuthError("invalid_grant", "no client credentials user enabled");
  return { userId: app.runAs, clientId: app.clientId };
};

const jwtBearer: Grant = (form, request, { org, apps }) => {
  const { app, username } = checkAssertion(form.get("assertion") ?? "", {
    apps,
    now: org.clock.now() / 1000,
    ownUrl: request.origin,
  });
  return { userId: userByName(org, username), clientId: app.clientId };
};

const password: Grant = (form, request, context) => {
  const app = authenticatedApp(form, request, context);
  const userId = userByPassword(context.org, form.get("username") ?? "", form.get("password"));
  return { userId, clientId: app.clientId };
};

/** A refresh token is valid for any number of uses until it is revoked. */
const refresh: Grant = (form, request, context) => {
  const app = refreshApp(form, request, context);
  const session = context.org.sessions.refreshed(form.get("refresh_token") ?? "");
  if (session?.clientId !== app.clientId) throw new OAuthError("invalid_grant", "expired access/refresh token");
  return { userId: session.userId, clientId: app.clientId };
};

/** The secret is optional, because an app can be configured to refresh without it. */
function refreshApp(form: URLSearchParams, request: HttpRequest, context: OAuthContext): ClientApp {
  const authenticated = form.has("client_secret") || request.headers["authorization"] !== undefined;
  return authenticated ? authenticatedApp(form, request, context) : appOf(form.get("client_id"), context.apps);
}

const authorizationCode: Grant = (form, request, context) => {
  const app = authenticatedApp(form, request, context);
  const userId = context.org.sessions.redeem(form.get("code") ?? "");
  if (userId === undefined) throw new OAuthError("invalid_grant", "expired authorization code");
  return { userId, clientId: app.clientId, refreshToken: context.org.sessions.openRefresh(userId, app.clientId) };
};

/** The grants by `grant_type`. */
export const grants: ReadonlyMap<string, Grant> = new Map([
  ["client_credentials", clientCredentials],
  ["urn:ietf:params:oauth:grant-type:jwt-bearer", jwtBearer],
  ["password", password],
  ["refresh_token", refresh],
  ["authorization_code", authorizationCode],
]);
