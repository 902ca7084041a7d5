import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
});

beforeEach(async () => {
  client = new RestClient(simulator);
  await client.control("POST", "reset");
  await client.signIn();
});

afterAll(() => simulator.stop());

describe("limits (API Request Limits and Allocations)", () => {
  test("each response has the number of used API calls, and /limits the remaining ones", async () => {
    await client.control("POST", "limits", { daily_api_requests: 1000, daily_api_requests_used: 17 });
    const first = await client.rest("GET", "sobjects");
    const limits = await client.rest("GET", "limits");

    expect(first.headers.get("sforce-limit-info")).toBe("api-usage=18/1000");
    expect(limits.body).toMatchObject({
      DailyApiRequests: { Max: 1000, Remaining: 981 },
      DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
    });
  });

  test("requests over the daily limit are refused until earlier ones are 24 hours old", async () => {
    await client.control("POST", "limits", { daily_api_requests: 5, daily_api_requests_used: 5 });
    const over = await client.rest("GET", "sobjects");
    await client.control("POST", "clock", { advance_seconds: 25 * 3600 });
    await client.signIn();

    expect(over).toMatchObject({
      status: 403,
      body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }],
    });
    expect((await client.rest("GET", "sobjects")).status).toBe(200);
  });

  test("requests are refused while too many long-running requests are open", async () => {
    await client.control("POST", "limits", { concurrent_long_requests: 1, long_request_seconds: 0 });
    await client.control("POST", "faults", [{ match: { path: "/limits" }, delay_ms: 400 }]);
    const long = client.rest("GET", "limits");
    let refused = await client.rest("GET", "sobjects");
    while (refused.status === 200) refused = await client.rest("GET", "sobjects");

    expect(refused).toMatchObject({ status: 403, body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED" }] });
    expect((await long).status).toBe(200);
  });
});

describe("faults", () => {
  test("return a status and code for a number of requests, after a number of others", async () => {
    await client.control("POST", "faults", [
      { match: { path: "/query" }, status: 503, after: 1, times: 2, retry_after: 7 },
    ]);
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push(await client.query("SELECT COUNT() FROM Account"));
    const report = await client.control("GET", "faults");

    expect(answers.map(({ status }) => status)).toEqual([200, 503, 503, 200]);
    expect(answers[1]?.headers.get("retry-after")).toBe("7");
    expect(answers[1]?.body).toMatchObject([{ errorCode: "SERVER_UNAVAILABLE" }]);
    expect(report.body).toMatchObject([{ matched: 4, fired: 2 }]);
  });

  test.each([
    [400, "QUERY_TIMEOUT"],
    [400, "OPERATION_TOO_LARGE"],
    [400, "UNABLE_TO_LOCK_ROW"],
    [401, "INVALID_SESSION_ID"],
    [403, "REQUEST_LIMIT_EXCEEDED"],
    [403, "FUNCTIONALITY_NOT_ENABLED"],
    [404, "NOT_FOUND"],
    [500, "UNKNOWN_EXCEPTION"],
    [503, "SERVER_UNAVAILABLE"],
  ])("return %i %s in the format of errors (Status Codes and Error Responses)", async (status, error_code) => {
    await client.control("POST", "faults", [{ status, error_code }]);

    expect(await client.rest("GET", "limits")).toMatchObject({
      status,
      body: [{ errorCode: error_code, message: expect.any(String) as string }],
    });
  });

  test("return HTML with 503 as in maintenance, and 420 as for an unknown host (Salesforce Edge)", async () => {
    for (const status of [503, 420]) {
      await client.control("POST", "faults", [{ status, body: "<html><body>Down for maintenance</body></html>" }]);
      const answer = await client.rest("GET", "limits");

      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toContain("text/html");
    }
  });

  test("match by the statement of a query", async () => {
    await client.control("POST", "faults", [{ match: { query: "FROM Contact" }, status: 500 }]);

    expect((await client.query("SELECT Id FROM Account LIMIT 1")).status).toBe(200);
    expect((await client.query("SELECT Id FROM Contact LIMIT 1")).status).toBe(500);
    const job = (query: string) => client.rest("POST", "jobs/query", { operation: "query", query });
    expect((await job("SELECT Id FROM Account")).status).toBe(200);
    expect((await job("SELECT Id FROM Contact")).status).toBe(500);
    expect((await client.rest("POST", "jobs/query", "{")).status).toBe(400);
  });

  test("close the connection before or in the middle of the response", async () => {
    await client.control("POST", "faults", [
      { match: { path: "/limits" }, cut: "before", times: 1 },
      { match: { path: "/limits" }, cut: 50, times: 1 },
    ]);

    await expect(client.rest("GET", "limits")).rejects.toThrow();
    await expect(client.rest("GET", "limits")).rejects.toThrow();
    expect((await client.rest("GET", "limits")).status).toBe(200);
  });

  test("apply to the sign-in too", async () => {
    await client.control("POST", "faults", [
      {
        match: { path: "/oauth2/token" },
        status: 400,
        body: { error: "rate_limit_exceeded", error_description: "slow down" },
      },
    ]);

    expect((await client.form("/services/oauth2/token", { grant_type: "client_credentials" })).body).toMatchObject({
      error: "rate_limit_exceeded",
    });
  });

  test("with the same share and seed, affect the same requests", async () => {
    const run = async () => {
      await client.control("POST", "faults", [{ match: { path: "/limits" }, status: 500, share: 0.4, seed: "a" }]);
      const statuses: number[] = [];
      for (let index = 0; index < 20; index += 1) statuses.push((await client.rest("GET", "limits")).status);
      return statuses;
    };

    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
  });

  test("are replaced by POST, extended by mode=extend and removed by DELETE", async () => {
    await client.control("POST", "faults", [{ match: { path: "/a" }, status: 500 }]);
    await client.control("POST", "faults?mode=extend", [{ match: { path: "/b" }, status: 500 }]);
    const both = await client.control("GET", "faults");
    await client.control("POST", "faults", [{ match: { path: "/c" }, status: 500 }]);
    const one = await client.control("GET", "faults");
    await client.control("DELETE", "faults");

    expect(both.body).toHaveLength(2);
    expect(one.body).toHaveLength(1);
    expect((await client.control("GET", "faults")).body).toEqual([]);
  });
});

describe("the control surface", () => {
  test("counts calls by endpoint with statuses and bytes, except its own calls", async () => {
    await client.query("SELECT Id FROM Account");
    await client.query("SELECT Nothing FROM Account");
    await client.rest("GET", "sobjects/Account/describe");

    expect((await client.control("GET", "calls")).body).toMatchObject({
      endpoints: {
        "GET query": { count: 2, statuses: { "200": 1, "400": 1 }, bytesOut: expect.any(Number) as number },
        "GET sobjects/:name/describe": { count: 1 },
        "POST oauth2/token": { count: 1 },
      },
      total: 4,
    });
  });

  test("restores the generated org and ends all sessions on reset", async () => {
    const before = (await client.control("GET", "org")).body;
    await client.rest("POST", "sobjects/Account", { Name: "Gone after the reset" });
    await client.control("POST", "reset");

    expect((await client.rest("GET", "limits")).status).toBe(401);
    const after = (await client.control("GET", "org")).body;
    expect({ ...(after as object), now: "" }).toEqual({ ...(before as object), now: "" });
  });

  test.each([
    ["POST", "faults", {}],
    ["POST", "faults", [{ status: 99 }]],
    ["POST", "faults", [{ statuss: 500 }]],
    ["POST", "faults", [{ match: { path: "(" } }]],
    ["POST", "faults?mode=sometimes", []],
    ["POST", "clock", { at: "noon" }],
    ["POST", "clock", { later: 5 }],
    ["POST", "limits", { daily_api_requests: "many" }],
    ["POST", "limits", { nothing: 1 }],
    ["POST", "undelete", { ids: "all" }],
    ["POST", "merge", { master: "x", others: [] }],
    ["POST", "transactions", { writes: [] }],
    ["POST", "clock", "{"],
  ])("refuses %s %s with %j", async (...[method, resource, body]: readonly [string, string, unknown]) => {
    expect(await client.control(method, resource, body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/.{15}/u) as string },
    });
  });

  test("lists its requests in the response to an unknown one", async () => {
    expect(await client.control("GET", "nothing")).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining("GET org") as string },
    });
  });
});
