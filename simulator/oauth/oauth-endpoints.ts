import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import { appOf, authenticatedApp, formOf, type OAuthContext } from "./client-authentication.ts";
import { userInfo } from "./identity.ts";
import { OAuthError } from "./oauth-error.ts";
import { userByName } from "./sign-in.ts";
import { grantToken } from "./token-endpoint.ts";

type Endpoint = (request: HttpRequest, context: OAuthContext) => HttpResponse;

/** Ends a session, or a refresh token with the sessions of its user and app. */
const revoke: Endpoint = (request, { org }) => {
  const token = formOf(request).get("token") ?? "";
  if (!org.sessions.close(token) && !org.sessions.revokeRefresh(token)) {
    throw new OAuthError("unsupported_token_type", "this token type is not supported");
  }
  return { status: 200 };
};

/** Describes a session. For an invalid token, the response is `active: false` only (RFC 7662). */
const introspect: Endpoint = (request, context) => {
  if (request.method !== "POST") throw new OAuthError("invalid_request", "must use HTTP POST");
  const form = formOf(request);
  const app = authenticatedApp(form, request, context);
  const { org } = context;
  const session = org.sessions.peek(form.get("token") ?? "");
  if (session === undefined) return json({ active: false });
  const username = org.database.row(`SELECT "Username" FROM "User" WHERE "Id" = ?`, [session.userId])?.[0];
  const issued = Math.floor(session.openedAt / 1000);
  return json({
    active: true,
    scope: "api",
    client_id: app.clientId,
    username,
    sub: `${request.origin}/id/${org.organizationId}/${session.userId}`,
    token_type: "access_token",
    exp: Math.floor((session.lastUsedAt + org.sessions.lifetime) / 1000),
    iat: issued,
    nbf: issued,
  });
};

/**
 * Redirects with an authorization code. In Salesforce the user signs in and consents on a page. Here the user from `login_hint` consents
 * at once; the default is the administrator.
 */
const authorize: Endpoint = (request, { org, apps }) => {
  appOf(request.query.get("client_id"), apps);
  const redirectUri = request.query.get("redirect_uri");
  if (redirectUri === null || !URL.canParse(redirectUri)) {
    throw new OAuthError("redirect_uri_missing", "missing required redirect_uri parameter");
  }
  const username = request.query.get("login_hint") ?? "admin@simulated.example";
  const target = new URL(redirectUri);
  target.searchParams.set("code", org.sessions.issueCode(userByName(org, username)));
  const state = request.query.get("state");
  if (state !== null) target.searchParams.set("state", state);
  return { status: 302, headers: { location: target.href } };
};

const endpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ["token", grantToken],
  ["revoke", revoke],
  ["introspect", introspect],
  ["authorize", authorize],
  ["userinfo", (request, { org }) => userInfo(request, org)],
]);

/** Answers `/services/oauth2/{name}`. */
export function oauthResponse(request: HttpRequest, name: string, context: OAuthContext): HttpResponse {
  try {
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) throw new OAuthError("invalid_request", `There is no endpoint ${name}.`, 404);
    return endpoint(request, context);
  } catch (error) {
    if (error instanceof OAuthError) return error.toResponse();
    throw error;
  }
}
