import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../simulator/core/random.ts";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { isJsonObject, type JsonObject } from "../../../src/core/json.ts";
import type { SalesforceClient } from "../../../src/salesforce/client/salesforce-client.ts";
import type { SalesforceHttp } from "../../../src/salesforce/client/http.ts";
import { OrgDescription } from "../../../src/salesforce/describe/org-description.ts";
import { SalesforceRequestError } from "../../../src/salesforce/errors.ts";
import { readRule } from "../../../src/salesforce/rules/read-rules.ts";
import { resolveRule } from "../../../src/salesforce/rules/resolve-rules.ts";
import { encodeSoql } from "../../../src/salesforce/soql/soql.ts";
import { salesforceClient } from "../../support/salesforce.ts";
import { mutated } from "../simulator/fuzz/mutations.ts";
import { NaiveOrg } from "../simulator/fuzz/naive-rows.ts";
import type { ConditionSource } from "../simulator/fuzz/random-conditions.ts";
import { fuzzedObjects, randomStatement } from "../simulator/fuzz/random-statements.ts";

const never = new AbortController().signal;
let simulator: RunningSimulator;
let client: SalesforceClient;
let http: SalesforceHttp;
let org: OrgDescription;
let source: ConditionSource;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  ({ client, http } = salesforceClient(simulator.url));
  org = await OrgDescription.create(client, never);
  const tables = new NaiveOrg(simulator, [...fuzzedObjects, "User"]);
  const now = simulator.org.clock.now();
  source = { org: tables, random: new Random("rules"), timeZone: "America/Los_Angeles", now };
});

afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await simulator.stop();
});

/** Salesforce's response to a statement, or its error. */
async function ask(statement: string): Promise<JsonObject | "refused"> {
  try {
    return await client.object({ path: `${client.resource("query")}?q=${encodeSoql(statement)}` }, never);
  } catch (error) {
    if (error instanceof SalesforceRequestError) return "refused";
    throw error;
  }
}

function rowsOf(answer: JsonObject): JsonObject[] {
  return (answer["records"] as JsonObject[]).map(({ attributes, ...fields }) => fields);
}

/** Compares a statement with the statement that a rule makes of it. Returns how it was read. */
async function compare(text: string): Promise<"read" | "refused"> {
  const read = readRule({ query: text, language: "SOQL" }, 0);
  const original = await ask(text);
  if ("message" in read) {
    if (!read.message.includes("its rows are groups")) expect(original, text).toBe("refused");
    return "refused";
  }
  const { plan = "", sample } = await resolveRule(read, { org, security: undefined, maxBytes: 13_000 });
  const changed = await ask(plan);
  if (original === "refused" || changed === "refused") {
    expect(changed, text).toBe(original);
    return "refused";
  }
  const names = Object.keys(rowsOf(original)[0] ?? {});
  expect(changed["totalSize"], plan).toBe(original["totalSize"]);
  expect(
    rowsOf(changed).map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
    plan,
  ).toEqual(rowsOf(original));
  expect(rowsOf(changed).every(({ Id }) => typeof Id === "string")).toBe(true);
  const one = await ask(sample);
  expect(isJsonObject(one) && rowsOf(one).length <= 1, sample).toBe(true);
  return "read";
}

describe("a rule's statement", () => {
  it("finds the same rows with the same fields, for 300 valid statements from a grammar, and refuses none", async () => {
    const outcomes: string[] = [];

    for (let index = 0; index < 300; index++) outcomes.push(await compare(randomStatement(source).text));

    expect(outcomes.filter((outcome) => outcome === "read").length).toBeGreaterThan(100);
  });

  it("is refused if Salesforce refuses the original, for 200 statements with mistakes", async () => {
    const outcomes: string[] = [];

    for (let index = 0; index < 200; index++) {
      outcomes.push(await compare(mutated(randomStatement(source).text, source.random).toWellFormed()));
    }

    expect(outcomes.filter((outcome) => outcome === "refused").length).toBeGreaterThan(50);
  });
});
