import type { Session } from "../access/sessions.ts";
import { SalesforceError } from "../core/salesforce-error.ts";
import type { HttpRequest } from "../http/message.ts";
import { bearerToken } from "../oauth/identity.ts";
import type { Org } from "../org/org.ts";

/** Returns the session of a request. Throws a 401 for a missing, invalid or expired token, and a 403 for a blocked session. */
export function authenticate(request: HttpRequest, org: Org): Session {
  const token = bearerToken(request);
  const session = token === undefined ? undefined : org.sessions.use(token);
  if (session === undefined) throw invalidSession();
  if (org.limits.requestsExhausted) {
    throw new SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
  }
  const user = org.userAccess(session.userId);
  // "Enforce SSL/TLS Mutual Authentication" requires a certificate. For users without the permission, it is optional.
  if (user.has("MutualAuthentication") && !request.clientCertificate) throw invalidSession();
  if (!user.has("ApiEnabled")) {
    throw new SalesforceError(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner");
  }
  return session;
}

function invalidSession(): SalesforceError {
  return new SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid");
}
