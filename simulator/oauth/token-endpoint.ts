import { createHmac } from "node:crypto";
import { wellKnown } from "../generator/well-known.ts";
import { type ApiRequest, type ApiResponse, json } from "../http/api-request.ts";
import type { Org } from "../org.ts";
import type { Session } from "../sessions.ts";
import type { ClientApp } from "./client-apps.ts";
import { OAuthError } from "./oauth-error.ts";

/** What the OAuth endpoints work with. */
export interface OAuthContext {
  readonly org: Org;
  readonly apps: readonly ClientApp[];
}

/** One grant type: who is it that signs in. */
export type Grant = (
  form: URLSearchParams,
  request: ApiRequest,
  context: OAuthContext,
) => { userId: string; clientId: string; refreshToken?: string };

/** The form of a token request; the type may be missing, as Salesforce takes it. */
export function formOf(request: ApiRequest): URLSearchParams {
  const form = new URLSearchParams(request.body.toString("utf8"));
  for (const [name, value] of request.query) if (!form.has(name)) form.set(name, value);
  return form;
}

/** The app of a request, by form or by HTTP Basic, its secret checked. */
export function authenticatedApp(form: URLSearchParams, request: ApiRequest, { apps }: OAuthContext): ClientApp {
  const basic = basicCredentials(request);
  const clientId = basic?.id ?? form.get("client_id");
  const secret = basic?.secret ?? form.get("client_secret");
  const app = apps.find((candidate) => candidate.clientId === clientId);
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  if (secret !== app.clientSecret) throw new OAuthError("invalid_client", "invalid client credentials");
  return app;
}

function basicCredentials(request: ApiRequest): { id: string; secret: string } | undefined {
  const header = /^Basic\s+(?<value>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["value"];
  if (header === undefined) return undefined;
  const text = Buffer.from(header, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return { id: decodeURIComponent(text.slice(0, colon)), secret: decodeURIComponent(text.slice(colon + 1)) };
}

const clientCredentials: Grant = (form, request, context) => {
  const app = authenticatedApp(form, request, context);
  if (app.runAs === undefined) throw new OAuthError("invalid_grant", "no client credentials user enabled");
  return { userId: app.runAs, clientId: app.clientId };
};

/** The token endpoint, with the grants that it knows. */
export function tokenEndpoint(
  grants: Readonly<Record<string, Grant>>,
): (request: ApiRequest, context: OAuthContext) => ApiResponse {
  return (request, context) => {
    if (request.method !== "POST") throw new OAuthError("invalid_request", "must use HTTP POST");
    const form = formOf(request);
    const type = form.get("grant_type");
    if (type === null) throw new OAuthError("invalid_request", "grant_type is missing");
    const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
    if (grant === undefined) throw new OAuthError("unsupported_grant_type", "grant type not supported");
    const { userId, clientId, refreshToken } = grant(form, request, context);
    checkUser(userId, context.org);
    const session = context.org.sessions.open(userId, clientId);
    return {
      ...json(tokenResponse(session, request, { org: context.org, refreshToken })),
      headers: { "cache-control": "no-store", pragma: "no-cache" },
    };
  };
}

/** The grant of client credentials alone. */
export const clientCredentialsGrant = { client_credentials: clientCredentials };

/** Refuses a user who may not sign in: gone, inactive, frozen. */
export function checkUser(userId: string, org: Org): void {
  const row = org.database.row(
    `SELECT u."IsActive", coalesce(max(l."IsFrozen"), 0) FROM "User" u LEFT JOIN "UserLogin" l ON l."UserId" = u."Id" WHERE u."Id" = ? GROUP BY 1`,
    [userId],
  );
  if (row === undefined) throw new OAuthError("invalid_grant", "authentication failure");
  if (row[0] !== 1) throw new OAuthError("inactive_user", "user is inactive");
  if (row[1] === 1) throw new OAuthError("invalid_grant", "authentication failure");
}

/** The answer of a sign-in. There is no `expires_in`: how long a session lives is the org's affair. */
function tokenResponse(
  session: Session,
  request: ApiRequest,
  { org, refreshToken }: { org: Org; refreshToken: string | undefined },
): Record<string, string> {
  const id = `${request.origin}/id/${wellKnown.organization}/${session.userId}`;
  const issuedAt = String(Math.trunc(org.clock.now()));
  return {
    access_token: session.token,
    signature: createHmac("sha256", "simulator")
      .update(id + issuedAt)
      .digest("base64"),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: refreshToken === undefined ? "api" : "refresh_token api",
    instance_url: request.origin,
    id,
    token_type: "Bearer",
    issued_at: issuedAt,
    api_instance_url: request.origin,
  };
}
