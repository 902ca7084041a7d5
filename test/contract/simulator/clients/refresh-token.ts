import type { RestClient } from "../rest-client.ts";

/** A refresh token of the administrator for the app `simulator-admin`, from the web server flow. */
export async function refreshToken(client: RestClient): Promise<string> {
  const app = { client_id: "simulator-admin", redirect_uri: "http://localhost/callback" };
  const consent = await client.call("GET", `/services/oauth2/authorize?${new URLSearchParams(app).toString()}`);
  const code = new URL(consent.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const { body } = await client.form("/services/oauth2/token", {
    ...app,
    grant_type: "authorization_code",
    client_secret: "simulator-admin",
    code,
  });
  return (body as { refresh_token: string }).refresh_token;
}
