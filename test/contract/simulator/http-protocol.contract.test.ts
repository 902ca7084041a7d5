import { createHmac } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({
    size: "tiny",
    apps: [{ clientId: "signing-app", clientSecret: "its own secret", runAs: undefined }],
  });
});

beforeEach(async () => {
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

/** The names of the response's headers as they are sent. */
async function headerNames(path: string): Promise<string[]> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${simulator.url}${path}`, { headers: { authorization: `Bearer ${client.token}` } }, resolve).on(
      "error",
      reject,
    );
  });
  response.resume();
  return response.rawHeaders.filter((_, index) => index % 2 === 0);
}

describe("HTTP", () => {
  test("sends header names with capitals (HTTP/1.1; REST API, Headers)", async () => {
    const job = await client.rest("POST", "jobs/query", { operation: "query", query: "SELECT Id FROM Account" });
    await client.control("POST", "clock", { advance_seconds: 60 });

    expect(await headerNames("/services/data/v62.0/limits")).toEqual(
      expect.arrayContaining(["Content-Type", "Sforce-Limit-Info", "Content-Length", "Vary"]),
    );
    const results = `/services/data/v62.0/jobs/query/${(job.body as { id: string }).id}/results`;
    expect(await headerNames(results)).toEqual(expect.arrayContaining(["Sforce-Locator", "Sforce-NumberOfRecords"]));
  });

  test("ignores additional slashes, as clients send them whose instance URL ends in one (unconfirmed)", async () => {
    const answers = await Promise.all(
      ["//services/data/v62.0/limits", "//services/data//", "/services//data/v62.0//sobjects/Account/describe"].map(
        (path) => client.call("GET", path),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test.each([
    [414, `/services/data/v62.0/query?q=${"x".repeat(16_400)}`, {}],
    [431, "/services/data/v62.0/limits", { "x-long": "x".repeat(16_400) }],
  ])("refuses with %i as an HTML page (Status Codes and Error Responses)", async (status, path, headers) => {
    const answer = await client.call("GET", path, undefined, headers);

    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/u);
    expect(answer.body).toContain(`HTTP ERROR: ${status}`);
  });

  test("names the scheme in a 401, which does not count towards the daily limit", async () => {
    const before = (await client.rest("GET", "limits")).headers.get("sforce-limit-info");
    const valid = client.token;
    client.token = "invalid";
    const refused = await client.rest("GET", "limits");
    client.token = valid;
    const after = (await client.rest("GET", "limits")).headers.get("sforce-limit-info");

    const used = (header: string | null) => Number(/api-usage=(?<used>\d+)/u.exec(header ?? "")?.groups?.["used"]);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Token");
    expect(refused.headers.has("sforce-limit-info")).toBe(false);
    expect(used(after)).toBe(used(before) + 1);
  });
});

describe("API versions (API End-of-Life Policy)", () => {
  test("31.0 to 67.0 are listed with their releases and served", async () => {
    const versions = (await client.call("GET", "/services/data")).body as { label: string; version: string }[];
    const oldest = await client.call("GET", "/services/data/v31.0/query?q=SELECT+Id+FROM+User+LIMIT+1");

    expect(versions[0]).toEqual({ label: "Summer '14", url: "/services/data/v31.0", version: "31.0" });
    expect(versions.find(({ version }) => version === "50.0")?.label).toBe("Winter '21");
    expect(versions.at(-1)).toMatchObject({ label: "Summer '26", version: "67.0" });
    expect(oldest).toMatchObject({ status: 200, body: { totalSize: 1 } });
  });

  test("retired ones are gone, unknown ones do not exist", async () => {
    const statuses = await Promise.all(
      ["30.0", "21.0", "20.0", "68.0"].map(
        async (version) => (await client.call("GET", `/services/data/v${version}/limits`)).status,
      ),
    );

    expect(statuses).toEqual([410, 410, 404, 404]);
  });
});

describe("sign-in", () => {
  test("signs the identity URL and the time with the secret of the app (OAuth 2.0 Web Server Flow)", async () => {
    const { body } = await client.form("/services/oauth2/token", {
      grant_type: "password",
      client_id: "signing-app",
      client_secret: "its own secret",
      username: "admin@simulated.example",
      password: "simulatorTOKEN",
    });
    const { id, issued_at: issuedAt, signature } = body as { id: string; issued_at: string; signature: string };

    expect(signature).toBe(createHmac("sha256", "its own secret").update(`${id}${issuedAt}`).digest("base64"));
  });

  test("userinfo returns the claims of OpenID Connect (The UserInfo Endpoint)", async () => {
    const { body } = await client.call("GET", "/services/oauth2/userinfo");

    expect(body).toMatchObject({
      sub: expect.stringMatching(/\/id\/00D\w{15}\/005\w{15}$/u) as string,
      preferred_username: "simulator@simulated.example",
      name: "Integration User",
      given_name: "Integration",
      family_name: "User",
      email_verified: true,
      zoneinfo: "America/Los_Angeles",
      photos: { picture: expect.any(String) as string, thumbnail: expect.any(String) as string },
      address: { country: "Germany" },
      urls: { rest: `${simulator.url}/services/data/v{version}/` },
      active: true,
      user_type: "STANDARD",
      locale: "en_US",
      language: "en_US",
      utcOffset: expect.any(Number) as number,
      updated_at: expect.stringMatching(/\.000\+0000$/u) as string,
    });
  });

  test("the identity URL returns names, photos and locale to its own user only (Identity URLs)", async () => {
    const { user_id: userId, organization_id: organizationId } = (await client.call("GET", "/services/oauth2/userinfo"))
      .body as { user_id: string; organization_id: string };
    const own = await client.call("GET", `/id/${organizationId}/${userId}`);
    const other = await client.call("GET", `/id/${organizationId}/${userId.slice(0, 14)}x`);

    expect(own.body).toMatchObject({
      asserted_user: true,
      username: "simulator@simulated.example",
      nick_name: expect.any(String) as string,
      display_name: "Integration User",
      first_name: "Integration",
      last_name: "User",
      timezone: "America/Los_Angeles",
      photos: { picture: expect.any(String) as string },
      addr_country: "Germany",
      mobile_phone_verified: false,
      user_type: "STANDARD",
      locale: "en_US",
    });
    expect(other).toMatchObject({ status: 403, body: "Bad_OAuth_Token" });
  });
});
