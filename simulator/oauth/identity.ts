import { type HttpRequest, type HttpResponse, json } from "../http/message.ts";
import type { Org } from "../org/org.ts";

/** The access token in the `Authorization` header. */
export function bearerToken(request: HttpRequest): string | undefined {
  return /^(?:Bearer|OAuth)\s+(?<token>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["token"];
}

/** The identity document of the session's user. `userId` is the one that the identity URL names, if any ("Identity URLs"). */
export function identity(request: HttpRequest, userId: string | undefined, org: Org): HttpResponse {
  const token = bearerToken(request) ?? request.query.get("oauth_token") ?? request.query.get("access_token");
  const session = token === null ? undefined : org.sessions.use(token);
  if (session === undefined || (userId !== undefined && session.userId !== userId)) {
    return { status: 403, headers: { "content-type": "text/html" }, body: "Bad_OAuth_Token" };
  }
  const [username, email, name] =
    org.database.row(`SELECT "Username", "Email", "Name" FROM "User" WHERE "Id" = ?`, [session.userId]) ?? [];
  const rest = `${request.origin}/services/data/v{version}/`;
  return json({
    id: `${request.origin}/id/${org.organizationId}/${session.userId}`,
    asserted_user: true,
    user_id: session.userId,
    organization_id: org.organizationId,
    username,
    email,
    display_name: name,
    user_type: "STANDARD",
    urls: { rest, sobjects: `${rest}sobjects/`, query: `${rest}query/`, search: `${rest}search/` },
    active: true,
  });
}
