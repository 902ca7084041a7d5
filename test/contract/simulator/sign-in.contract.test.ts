import { createSign, generateKeyPairSync } from "node:crypto";
import { request } from "node:https";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { selfSignedCertificate } from "../../../simulator/http/self-signed-certificate.ts";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// "OAuth Authorization Flows", "OAuth Error Codes" (Salesforce Help).

const signer = await selfSignedCertificate("jwt", Date.now());
let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({
    size: "tiny",
    mutualTlsPort: 0,
    apps: [{ clientId: "jwt-app", clientSecret: "jwt-secret", runAs: undefined, certificate: signer.cert }],
  });
});

beforeEach(async () => {
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

const token = (members: Record<string, string>, headers: Record<string, string> = {}) =>
  client.form("/services/oauth2/token", members, headers);
const app = { client_id: "simulator", client_secret: "simulator" };

describe("client credentials (OAuth 2.0 Client Credentials Flow)", () => {
  test("return the documented members without an expiration", async () => {
    const { body, headers } = await token({ grant_type: "client_credentials", ...app });

    expect(body).toMatchObject({
      token_type: "Bearer",
      instance_url: simulator.url,
      id: expect.stringMatching(/\/id\/00D\w{15}\/005\w{15}$/u) as string,
      issued_at: expect.stringMatching(/^\d{13}$/u) as string,
    });
    expect(body).not.toHaveProperty("expires_in");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("can be sent with HTTP Basic", async () => {
    const basic = Buffer.from("simulator:simulator").toString("base64");

    expect((await token({ grant_type: "client_credentials" }, { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  test.each([
    ["an unknown app", { grant_type: "client_credentials", client_id: "x", client_secret: "y" }, "invalid_client_id"],
    [
      "a wrong secret",
      { grant_type: "client_credentials", client_id: "simulator", client_secret: "y" },
      "invalid_client",
    ],
    [
      "an app without a run-as user",
      { grant_type: "client_credentials", client_id: "jwt-app", client_secret: "jwt-secret" },
      "invalid_grant",
    ],
    ["an unknown grant type", { grant_type: "magic", ...app }, "unsupported_grant_type"],
    ["a missing grant type", { ...app }, "invalid_request"],
  ])("are refused for %s", async (_what, members, error) => {
    expect(await token(members)).toMatchObject({
      status: 400,
      body: { error, error_description: expect.any(String) as string },
    });
  });
});

describe("password with security token (OAuth 2.0 Username-Password Flow)", () => {
  test("requires the security token after the password", async () => {
    const members = { grant_type: "password", ...app, username: "simulator@simulated.example" };

    expect((await token({ ...members, password: "simulatorTOKEN" })).status).toBe(200);
    expect(await token({ ...members, password: "simulator" })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description: "authentication failure" },
    });
    expect(await token({ ...members, username: "nobody@x.example", password: "simulatorTOKEN" })).toMatchObject({
      body: { error: "invalid_grant" },
    });
  });

  test("refuses inactive and frozen users", async () => {
    const userOf = (sql: string) => String(simulator.org.database.row(sql)?.[0]);
    const inactive = userOf(`SELECT "Username" FROM "User" WHERE "IsActive" = 0`);
    const frozen = userOf(
      `SELECT u."Username" FROM "User" u JOIN "UserLogin" l ON l."UserId" = u."Id" WHERE l."IsFrozen" = 1`,
    );

    for (const username of [inactive, frozen]) {
      expect((await token({ grant_type: "password", ...app, username, password: "simulatorTOKEN" })).status).toBe(400);
    }
  });
});

describe("JWT bearer (OAuth 2.0 JWT Bearer Flow)", () => {
  const assertion = (claims: Record<string, unknown>, { key = signer.key, alg = "RS256" } = {}) => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const body = {
      iss: "jwt-app",
      sub: "simulator@simulated.example",
      aud: "https://login.salesforce.com",
      exp: now + 120,
      ...claims,
    };
    const text = `${encode({ alg })}.${encode(body)}`;
    return `${text}.${createSign("sha256").update(text).sign(key).toString("base64url")}`;
  };
  const signIn = (text: string) =>
    token({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: text });

  test("signs in the user of the subject", async () => {
    const { status, body } = await signIn(assertion({}));

    expect(status).toBe(200);
    const id = new URL((body as { id: string }).id).pathname.split("/").at(-1);
    expect(id).toBe(
      String(
        simulator.org.database.row(`SELECT "Id" FROM "User" WHERE "Username" = 'simulator@simulated.example'`)?.[0],
      ),
    );
  });

  const other = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;

  test.each([
    ["a signature by another key", {}, { key: other.privateKey }, /invalid assertion/u],
    ["another algorithm", {}, { alg: "HS256" }, /invalid assertion/u],
    ["another audience", { aud: "https://example.com" }, {}, /Audience validation failed/u],
    ["an expiry in the past", { exp: seconds(-600) }, {}, /expired/u],
    ["an expiry far in the future", { exp: seconds(86_400) }, {}, /expired/u],
    ["an unknown user", { sub: "nobody@x.example" }, {}, /authentication failure/u],
    ["an app without a certificate", { iss: "simulator" }, {}, /hasn't approved/u],
  ])("refuses %s", async (...[, claims, how, words]) => {
    expect(await signIn(assertion(claims, how))).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description: expect.stringMatching(words) as string },
    });
  });
});

describe("refresh, revocation and introspection", () => {
  const webServer = async () => {
    const asked = await client.call(
      "GET",
      "/services/oauth2/authorize?response_type=code&client_id=simulator&redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=s1",
    );
    const back = new URL(asked.headers.get("location") ?? "");
    expect(back.searchParams.get("state")).toBe("s1");
    const { body } = await token({
      grant_type: "authorization_code",
      ...app,
      code: back.searchParams.get("code") ?? "",
      redirect_uri: "https://app.example/back",
    });
    return body as { access_token: string; refresh_token: string };
  };

  test("a refresh token of the web server flow opens new sessions until it is revoked (OAuth 2.0 Refresh Token Flow)", async () => {
    const { refresh_token } = await webServer();
    const refreshed = await token({ grant_type: "refresh_token", ...app, refresh_token });
    client.token = (refreshed.body as { access_token: string }).access_token;
    const before = await client.rest("GET", "limits");
    await client.form("/services/oauth2/revoke", { token: refresh_token });

    expect(before.status).toBe(200);
    expect((await client.rest("GET", "limits")).status).toBe(401);
    expect(await token({ grant_type: "refresh_token", ...app, refresh_token })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_description: "expired access/refresh token" },
    });
  });

  test("introspection reports valid and revoked tokens (OpenID Connect Token Introspection)", async () => {
    const introspect = () =>
      client.form("/services/oauth2/introspect", { ...app, token: client.token, token_type_hint: "access_token" });
    const good = await introspect();
    await client.form("/services/oauth2/revoke", { token: client.token });

    expect(good.body).toMatchObject({
      active: true,
      client_id: "simulator",
      username: "simulator@simulated.example",
      token_type: "access_token",
    });
    expect((await introspect()).body).toEqual({ active: false });
    expect((await client.rest("GET", "limits")).body).toEqual([
      { message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" },
    ]);
  });
});

describe("a session", () => {
  test("ends after two hours without use (Session Settings; unconfirmed)", async () => {
    await client.control("POST", "clock", { advance_seconds: 7000 });
    expect((await client.rest("GET", "limits")).status).toBe(200);
    await client.control("POST", "clock", { advance_seconds: 7000 });
    expect((await client.rest("GET", "limits")).status).toBe(200);
    await client.control("POST", "clock", { advance_seconds: 7300 });
    expect((await client.rest("GET", "limits")).status).toBe(401);
    await client.control("POST", "clock", { real: true });
  });

  test("can be ended by the control surface and by a fault", async () => {
    await client.control("POST", "faults", [{ match: { path: "/limits" }, expire_token: true, times: 1 }]);
    expect((await client.rest("GET", "limits")).status).toBe(401);
    await client.signIn();
    expect((await client.rest("GET", "limits")).status).toBe(200);
    await client.control("POST", "expire-sessions");
    expect((await client.rest("GET", "limits")).status).toBe(401);
  });

  test("has an identity URL (Identity URLs)", async () => {
    const { body } = await token({ grant_type: "client_credentials", ...app });
    const { id } = body as { id: string };

    expect((await client.call("GET", new URL(id).pathname)).body).toMatchObject({
      username: "simulator@simulated.example",
    });
    expect((await client.call("GET", new URL(id).pathname, undefined, { authorization: "Bearer x" })).status).toBe(403);
  });
});

describe("mutual TLS (Set Up a Mutual Authentication Certificate)", () => {
  const status = async (certificate: boolean) => {
    const pair = certificate ? await selfSignedCertificate("client", Date.now()) : undefined;
    return new Promise<number>((resolve, reject) => {
      const sent = request(`${simulator.mutualTlsUrl ?? ""}/services/data/v62.0/limits`, {
        headers: { authorization: `Bearer ${client.token}` },
        ca: simulator.certificate,
        ...(pair === undefined ? {} : { key: pair.key, cert: pair.cert }),
        agent: false,
      });
      sent.on("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject).end();
    });
  };

  test("refuses users with the permission on both ports unless they show a certificate", async () => {
    expect(await status(false)).toBe(200);
    const [set] = await client.records<{ Id: string }>(
      "SELECT Id FROM PermissionSet WHERE Name = 'X_profile_integration'",
    );
    const admin = await RestClient.signIn(simulator, "simulator-admin");
    await admin.rest("PATCH", `sobjects/PermissionSet/${set?.Id ?? ""}`, { PermissionsMutualAuthentication: true });

    expect([await status(false), await status(true), (await client.rest("GET", "limits")).status]).toEqual([
      401, 200, 401,
    ]);
    await admin.rest("PATCH", `sobjects/PermissionSet/${set?.Id ?? ""}`, { PermissionsMutualAuthentication: false });
  });
});
