import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { refusedFilters } from "./refusals/refused-filters.ts";
import { refusedJoins } from "./refusals/refused-joins.ts";
import { RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

describe("a statement", () => {
  test.each([...refusedFilters, ...refusedJoins])("%s is refused with %s", async (statement, code, words) => {
    const answer = await client.query(statement);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual([{ errorCode: code, message: expect.stringMatching(words) as string }]);
  });
});

describe("a request", () => {
  test("over 16,384 bytes is refused: 414 for the URI, 431 for URI and headers (API limits)", async () => {
    const long = await client.query(`SELECT Id FROM Account WHERE Name = '${"x".repeat(16_400)}'`);
    const longest = await client.query(`SELECT Id FROM Account WHERE Name = '${"é".repeat(99_000)}'`);
    const together = await client.call("GET", "/services/data/v62.0/limits", undefined, {
      "x-filler": "x".repeat(16_300),
    });

    expect([long.status, longest.status]).toEqual([414, 414]);
    expect(together.status).toBe(431);
  });

  test("with a statement over 100,000 characters is refused (SOQL limits)", async () => {
    const ids = Array.from({ length: 20_000 }, () => "'x'").join(", ");
    const answer = await client.rest("POST", "jobs/query", {
      operation: "query",
      query: `SELECT Id FROM Account WHERE Name IN (${ids})`,
    });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject([{ errorCode: "MALFORMED_QUERY" }]);
  });

  test("with an unknown version, resource, method or locator is refused (Status Codes and Error Responses)", async () => {
    const old = await client.call("GET", "/services/data/v20.0/query?q=SELECT+Id+FROM+Account");
    const future = await client.call("GET", "/services/data/v99.0/limits");
    const resource = await client.rest("GET", "nothing/here");
    const method = await client.rest("DELETE", "query");
    const locator = await client.rest("GET", "query/0r8000000000000AAA-2000");

    expect([old.status, future.status, resource.status]).toEqual([404, 404, 404]);
    expect(method).toMatchObject({ status: 405, body: [{ errorCode: "METHOD_NOT_ALLOWED" }] });
    expect(locator).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_QUERY_LOCATOR" }] });
  });

  test("for more than 2,000 groups is refused (SOQL limits, code unconfirmed)", async () => {
    const admin = await RestClient.signIn(simulator, "simulator-admin");

    const answer = await admin.query(
      "SELECT Id, Field, COUNT(ParentId) FROM FieldPermissions GROUP BY CUBE(Id, Field)",
    );

    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "EXCEEDED_ID_LIMIT" }] });
  });
});
