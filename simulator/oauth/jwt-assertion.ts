import { verify } from "node:crypto";
import { isRecord } from "../http/message.ts";
import type { ClientApp } from "./client-apps.ts";
import { OAuthError } from "./oauth-error.ts";

/** What a checked assertion says. */
interface Assertion {
  readonly app: ClientApp;
  /** The user name of `sub`. */
  readonly username: string;
}

/** Clocks may differ by three minutes (third-party observation). */
const toleratedSkew = 180;

/** "The expiration time must be within three minutes of now, or close to it": an hour is refused. */
const longestLife = 600;

const audiences = ["https://login.salesforce.com", "https://test.salesforce.com"];

/** Checks a JWT ("OAuth 2.0 JWT Bearer Flow"): RS256 by the app's certificate, audience, expiry. Times are in seconds. */
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
  const genuine = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    app.certificate,
    Buffer.from(signature, "base64url"),
  );
  if (!genuine) throw new OAuthError("invalid_grant", "invalid assertion");
  if (!audiencesOf(payload["aud"]).some((audience) => [...audiences, ownUrl].includes(audience))) {
    throw new OAuthError("invalid_grant", "Audience validation failed");
  }
  const expiry = payload["exp"];
  if (typeof expiry !== "number" || expiry < now - toleratedSkew || expiry > now + longestLife) {
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
