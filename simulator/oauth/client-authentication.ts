import type { HttpRequest } from "../http/message.ts";
import type { Org } from "../org/org.ts";
import type { ClientApp } from "./client-apps.ts";
import { OAuthError } from "./oauth-error.ts";

export interface OAuthContext {
  readonly org: Org;
  readonly apps: readonly ClientApp[];
}

/** Merges the form in the body and the query of a request. Like Salesforce, it ignores the content type. */
export function formOf(request: HttpRequest): URLSearchParams {
  const form = new URLSearchParams(request.body.toString("utf8"));
  for (const [name, value] of request.query) if (!form.has(name)) form.set(name, value);
  return form;
}

export function appOf(clientId: string | null | undefined, apps: readonly ClientApp[]): ClientApp {
  const app = apps.find((candidate) => candidate.clientId === clientId);
  if (app === undefined) throw new OAuthError("invalid_client_id", "client identifier invalid");
  return app;
}

/** Authenticates an app by the client id and secret in the form or in HTTP Basic. */
export function authenticatedApp(form: URLSearchParams, request: HttpRequest, { apps }: OAuthContext): ClientApp {
  const basic = basicCredentials(request);
  const app = appOf(basic?.id ?? form.get("client_id"), apps);
  const secret = basic?.secret ?? form.get("client_secret");
  if (secret !== app.clientSecret) throw new OAuthError("invalid_client", "invalid client credentials");
  return app;
}

function basicCredentials(request: HttpRequest): { id: string; secret: string } | undefined {
  const header = /^Basic\s+(?<value>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["value"];
  if (header === undefined) return undefined;
  const text = Buffer.from(header, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return { id: decodeURIComponent(text.slice(0, colon)), secret: decodeURIComponent(text.slice(colon + 1)) };
}
