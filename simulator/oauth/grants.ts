import type { ApiRequest } from "../http/api-request.ts";
import type { Org } from "../org.ts";
import type { ClientApp } from "./client-apps.ts";
import { checkAssertion } from "./jwt-assertion.ts";
import { OAuthError } from "./oauth-error.ts";
import { authenticatedApp, clientCredentialsGrant, type Grant, type OAuthContext } from "./token-endpoint.ts";

/** The password and the security token of every user of the org: simulated people keep no secrets. */
export const userPassword = "simulator";
export const securityToken = "TOKEN";

/** The active or inactive user of that user name, or the refusal of one that does not exist. */
export function userByName(org: Org, username: string): string {
  const row = org.database.row(`SELECT "Id" FROM "User" WHERE "Username" = ?`, [username]);
  if (row === undefined) throw new OAuthError("invalid_grant", "authentication failure");
  return String(row[0]);
}

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
  const userId = userByName(context.org, form.get("username") ?? "");
  if (form.get("password") !== userPassword + securityToken) {
    throw new OAuthError("invalid_grant", "authentication failure");
  }
  return { userId, clientId: app.clientId };
};

/** A refresh token may be used any number of times until it is revoked. */
const refresh: Grant = (form, request, context) => {
  const token = form.get("refresh_token") ?? "";
  const app = refreshApp(form, request, context);
  const known = context.org.sessions.refreshed(token);
  if (known?.clientId !== app.clientId) throw new OAuthError("invalid_grant", "expired access/refresh token");
  return { userId: known.userId, clientId: app.clientId };
};

/** The secret is optional here: an app may be set up to do without. */
function refreshApp(form: URLSearchParams, request: ApiRequest, context: OAuthContext): ClientApp {
  if (form.has("client_secret") || request.headers["authorization"] !== undefined) {
    return authenticatedApp(form, request, context);
  }
  const app = context.apps.find(({ clientId }) => clientId === form.get("client_id"));
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  return app;
}

/** A code stands for a user's consent in a browser: `authorize` gives it at once. */
const authorizationCode: Grant = (form, request, context) => {
  const app = authenticatedApp(form, request, context);
  const userId = context.org.sessions.redeem(form.get("code") ?? "");
  if (userId === undefined) throw new OAuthError("invalid_grant", "expired authorization code");
  return { userId, clientId: app.clientId, refreshToken: context.org.sessions.openRefresh(userId, app.clientId) };
};

/** All grants of the token endpoint. */
export const grants: Readonly<Record<string, Grant>> = {
  ...clientCredentialsGrant,
  "urn:ietf:params:oauth:grant-type:jwt-bearer": jwtBearer,
  password,
  refresh_token: refresh,
  authorization_code: authorizationCode,
};
