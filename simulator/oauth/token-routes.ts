import { type ApiRequest, type ApiResponse, json } from "../http/api-request.ts";
import { grants, userByName } from "./grants.ts";
import { OAuthError } from "./oauth-error.ts";
import { authenticatedApp, formOf, type OAuthContext, tokenEndpoint } from "./token-endpoint.ts";

const grantToken = tokenEndpoint(grants);

/** `POST /services/oauth2/revoke`: ends a session, or a refresh token with the sessions that it opened. */
function revoke(request: ApiRequest, { org }: OAuthContext): ApiResponse {
  const token = formOf(request).get("token") ?? "";
  if (!org.sessions.close(token) && !org.sessions.revokeRefresh(token)) {
    throw new OAuthError("unsupported_token_type", "this token type is not supported");
  }
  return { status: 200 };
}

/** `POST /services/oauth2/introspect`: what a token is good for; nothing but `active: false` for one that is not (RFC 7662). */
function introspect(request: ApiRequest, context: OAuthContext): ApiResponse {
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
}

/**
 * `GET /services/oauth2/authorize`: the page on which a user consents. Here nobody is asked: the user of `login_hint` (the administrator
 * without) has consented, and the browser goes back with a code.
 */
function authorize(request: ApiRequest, { org, apps }: OAuthContext): ApiResponse {
  const app = apps.find(({ clientId }) => clientId === request.query.get("client_id"));
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  const back = request.query.get("redirect_uri");
  if (back === null || !URL.canParse(back))
    throw new OAuthError("redirect_uri_missing", "missing required redirect_uri parameter");
  const hint = request.query.get("login_hint");
  const target = new URL(back);
  target.searchParams.set("code", org.sessions.issueCode(userByName(org, hint ?? "admin@simulated.example")));
  const state = request.query.get("state");
  if (state !== null) target.searchParams.set("state", state);
  return { status: 302, headers: { location: target.href } };
}

const handlers: Readonly<Record<string, (request: ApiRequest, context: OAuthContext) => ApiResponse>> = {
  token: grantToken,
  revoke,
  introspect,
  authorize,
};

/** The handler of `/services/oauth2/…`, by the last part of the path. */
export function oauthHandler(name: string): ((request: ApiRequest, context: OAuthContext) => ApiResponse) | undefined {
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined;
}
