import { createHmac } from "node:crypto";
import type { Session } from "../access/sessions.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import { appOf, formOf, type OAuthContext } from "./client-authentication.ts";
import { grants } from "./grants.ts";
import { OAuthError } from "./oauth-error.ts";
import { checkUser } from "./sign-in.ts";

/** `POST /services/oauth2/token` */
export function grantToken(request: HttpRequest, context: OAuthContext): HttpResponse {
  if (request.method !== "POST") throw new OAuthError("invalid_request", "must use HTTP POST");
  const form = formOf(request);
  const type = form.get("grant_type");
  if (type === null) throw new OAuthError("invalid_request", "grant_type is missing");
  const grant = grants.get(type);
  if (grant === undefined) throw new OAuthError("unsupported_grant_type", "grant type not supported");
  const { userId, clientId, refreshToken } = grant(form, request, context);
  checkUser(userId, context.org);
  const session = context.org.sessions.open(userId, clientId);
  return {
    ...json(tokenResponse(session, request, { context, refreshToken })),
    headers: { "cache-control": "no-store", pragma: "no-cache" },
  };
}

/** Like Salesforce, sends no `expires_in`, because the lifetime of a session is a setting of the org. */
function tokenResponse(
  session: Session,
  request: HttpRequest,
  { context: { org, apps }, refreshToken }: { context: OAuthContext; refreshToken: string | undefined },
): Record<string, string> {
  const id = `${request.origin}/id/${org.organizationId}/${session.userId}`;
  const issuedAt = String(Math.trunc(org.clock.now()));
  // "Base64-encoded HMAC-SHA256 signature signed with the consumer's secret, containing the concatenated ID and issued_at".
  const signature = createHmac("sha256", appOf(session.clientId, apps).clientSecret).update(id + issuedAt);
  return {
    access_token: session.token,
    signature: signature.digest("base64"),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: refreshToken === undefined ? "api" : "refresh_token api",
    instance_url: request.origin,
    id,
    token_type: "Bearer",
    issued_at: issuedAt,
    api_instance_url: request.origin,
  };
}
