import jsforce from "jsforce";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { refusal } from "../connect.ts";

// The sign-in requests that the tests of jsforce make: connection-session, oauth2, and the sessions of bulk and bulk2.

const username = "simulator@simulated.example";
const password = "simulatorTOKEN";
const redirectUri = "http://127.0.0.1/callback";

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

afterAll(() => simulator.stop());

const oauth2Options = () => ({
  clientId: "simulator",
  clientSecret: "simulator",
  redirectUri,
  loginUrl: simulator.url,
});
const newConnection = () =>
  new jsforce.Connection({
    loginUrl: simulator.url,
    instanceUrl: simulator.url,
    version: "62.0",
    oauth2: oauth2Options(),
  });
const userInfo = {
  id: expect.any(String) as unknown,
  organizationId: expect.any(String) as unknown,
  url: expect.any(String) as unknown,
};

/** Signs in on the page of the web server flow and returns the parameters of the redirection. */
async function authorizationCode(url: string): Promise<URLSearchParams> {
  const response = await fetch(`${url}&login_hint=${encodeURIComponent(username)}`, { redirect: "manual" });
  return new URL(response.headers.get("location") ?? "").searchParams;
}

async function authorized(): Promise<jsforce.Connection> {
  const connection = newConnection();
  const code = await authorizationCode(connection.oauth2.getAuthorizationUrl({}));
  await connection.authorize(code.get("code") ?? "");
  return connection;
}

/** Counts the refreshed access tokens. */
function refreshes(connection: jsforce.Connection): string[] {
  const tokens: string[] = [];
  connection.on("refresh", (token: string) => tokens.push(token));
  return tokens;
}

describe("a session", () => {
  test("by SOAP login ends with logout", async () => {
    // Without OAuth settings, jsforce signs in with SOAP.
    const connection = new jsforce.Connection({ loginUrl: simulator.url, version: "62.0" });
    const info = await connection.login(username, password);
    const sessionId = connection.accessToken ?? "";
    await connection.logout();
    const ended = new jsforce.Connection({ sessionId, serverUrl: simulator.url, version: "62.0" });

    expect(info).toMatchObject(userInfo);
    expect(await refusal(ended.query("SELECT Id FROM User").run())).toMatchObject({ errorCode: "INVALID_SESSION_ID" });
  });

  test("by user name and password with OAuth ends with logout", async () => {
    const connection = newConnection();
    const info = await connection.loginByOAuth2(username, password);
    const accessToken = connection.accessToken ?? "";
    await connection.logout();
    const ended = new jsforce.Connection({ accessToken, instanceUrl: simulator.url, version: "62.0" });

    expect(info).toMatchObject(userInfo);
    expect(await refusal(ended.query("SELECT Id FROM User").run())).toMatchObject({ errorCode: "INVALID_SESSION_ID" });
  });

  test("of a user name and password is renewed after an invalid token", async () => {
    const connection = new jsforce.Connection({ loginUrl: simulator.url, version: "62.0" });
    await connection.login(username, password);
    const tokens = refreshes(connection);
    connection.accessToken = "invalid access token";
    const { records } = await connection.query("SELECT Id FROM User LIMIT 5");

    expect([tokens.length, records.length]).toEqual([1, 5]);
  });
});

describe("the web server flow", () => {
  test("returns the state, an access token and a refresh token", async () => {
    const oauth2 = new jsforce.OAuth2(oauth2Options());
    const parameters = await authorizationCode(oauth2.getAuthorizationUrl({ state: "hello" }));
    const tokens = await oauth2.requestToken(parameters.get("code") ?? "");
    const refreshed = await oauth2.refreshToken(tokens.refresh_token ?? "");

    expect(parameters.get("state")).toBe("hello");
    expect(tokens).toMatchObject({
      access_token: expect.any(String) as unknown,
      refresh_token: expect.any(String) as unknown,
    });
    expect(refreshed).toMatchObject({ access_token: expect.any(String) as unknown });
  });

  test("refreshes once for parallel requests", async () => {
    const connection = await authorized();
    const tokens = refreshes(connection);
    connection.accessToken = "invalid access token";
    const answers = await Promise.all([
      connection.query("SELECT Id FROM User").run(),
      connection.describeGlobal(),
      connection.sobject("User").describe(),
    ]);

    expect(tokens).toHaveLength(1);
    expect(answers[2].name).toBe("User");
  });

  test("fails if the refresh token is invalid", async () => {
    const connection = await authorized();
    connection.accessToken = "invalid access token";
    connection.refreshToken = "invalid refresh token";

    expect((await refusal(connection.query("SELECT Id FROM User").run())).message).toBe(
      "Unable to refresh session due to: expired access/refresh token",
    );
  });
});

test("a user name and a password with OAuth give an access token", async () => {
  expect(await new jsforce.OAuth2(oauth2Options()).authenticate(username, password)).toMatchObject({
    access_token: expect.any(String) as unknown,
  });
});

describe("a bulk job with an invalid token", () => {
  const load = (connection: jsforce.Connection) =>
    connection.bulk2.loadAndWaitForResults({
      object: "Account",
      operation: "insert",
      input: [{ Name: "Session" }],
      pollInterval: 50,
    });

  test("calls the refresh function and succeeds", async () => {
    const { accessToken } = await authorized();
    const connection = new jsforce.Connection({
      instanceUrl: simulator.url,
      accessToken: "invalid_token",
      version: "62.0",
      refreshFn: (_, callback) => {
        callback(null, accessToken ?? "");
      },
    });

    expect((await load(connection)).successfulResults).toHaveLength(1);
  });

  test("fails without a refresh function", async () => {
    const connection = new jsforce.Connection({
      instanceUrl: simulator.url,
      accessToken: "invalid_token",
      version: "62.0",
    });

    expect((await refusal(load(connection))).name).toBe("INVALID_SESSION_ID");
  });
});
