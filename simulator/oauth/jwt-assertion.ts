import { verify } from "node:crypto";
import { isRecord } from "../http/message.ts";
import type { ClientApp } from "./client-apps.ts";
import { OAuthError } from "./oauth-error.ts";

interface Assertion {
  readonly app: ClientApp;
  /** From `sub`. */
  readonly username: string;
}

/** In seconds (third-party observation). */
const maxClockSkew = 180;

/** In seconds. The documentation requires an expiration within three minutes; Salesforce rejects an hour. This limit is unconfirmed. */
const maxLifetime = 600;

const audiences = ["https://login.salesforce.com", "https://test.salesforce.com"];

/** Validates a JWT ("OAuth 2.0 JWT Bearer Flow"): signature, audience and expiration. Times are in seconds. */
export function checkAssertion(
  assertion: string,
  { apps, now, ownUrl }: { apps: readonly ClientApp[]; now: number; ownUrl: string },
): Assertion {
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const header = decoded(head);
  const payload = decoded(claims);
  if (header?.["alg"] !== "RS256" || payload === undefined) throw new OAuthError("invalid_grant", "invalid assertion");
  const app = apps.find(({ clientId }) => clientId === payload["iss"]);
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  if (app.certificate === undefined) throw new OAuthError("invalid_grant", "user hasn't approved this consumer");
  const valid = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    app.certificate,
    Buffer.from(signature, "base64url"),
  );
  if (!valid) throw new OAuthError("invalid_grant", "invalid assertion");
  if (!audiencesOf(payload["aud"]).some((audience) => [...audiences, ownUrl].includes(audience))) {
    throw new OAuthError("invalid_grant", "Audience validation failed");
  }
  const expiry = payload["exp"];
  if (typeof expiry !== "number" || expiry < now - maxClockSkew || expiry > now + maxLifetime) {
    throw new OAuthError("invalid_grant", "expired authorization code");
  }
  const subject = payload["sub"];
  if (typeof subject !== "string") throw new OAuthError("invalid_grant", "invalid assertion");
  return { app, username: subject };
}

function audiencesOf(aud: unknown): string[] {
  return [aud].flat().filter((value) => typeof value === "string");
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
