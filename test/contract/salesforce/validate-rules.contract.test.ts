import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import type { AdvancedRule } from "../../../src/connector/rules/advanced-rules.ts";
import { SalesforceUnavailableError } from "../../../src/salesforce/errors.ts";
import { validateAdvancedRules } from "../../../src/salesforce/rules/validate-rules.ts";
import { rulesOf } from "../../support/rule-reading.ts";
import { salesforceClient } from "../../support/salesforce.ts";

// "Get Feedback on Query Performance" (REST API Developer Guide); "SOQL SELECT Syntax", "SOSL Syntax" (SOQL and SOSL Reference).

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
});

afterEach(async () => {
  await fetch(`${simulator.url}/__simulator/faults`, { method: "DELETE" });
});

afterAll(async () => {
  await simulator.stop();
});

async function validate(
  rules: readonly AdvancedRule[],
  { url = simulator.url, secured = false }: { url?: string; secured?: boolean } = {},
): Promise<string[]> {
  const { client, http } = salesforceClient(url);
  try {
    const problems = await validateAdvancedRules(rules, {
      client,
      secured,
      signal: new AbortController().signal,
    });
    return problems.map(({ message }) => message);
  } finally {
    await http[Symbol.asyncDispose]();
  }
}

async function refuse(endpoint: string, fault: object): Promise<void> {
  const body = JSON.stringify([{ match: { path: endpoint }, ...fault }]);
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${simulator.url}/__simulator/faults`, { method: "POST", headers, body });
  expect(answer.status).toBe(200);
}

describe("validating advanced rules", () => {
  it.each([
    ["SOQL", "SELECT Name FROM Account"],
    ["SOQL", "SELECT FIELDS(ALL) FROM Contact"],
    [
      "SOQL",
      "select a.Owner.Name,\n(select Id from Contacts)\nfrom Account a, a.Owner o where o.Name != null offset 3",
    ],
    ["SOQL", "SELECT Name FROM Project__c WHERE CreatedDate > LAST_N_DAYS:3 ORDER BY Name LIMIT 5 OFFSET 10"],
    ["SOQL", "SELECT Name FROM User"],
    ["SOSL", "FIND {smith} IN NAME FIELDS RETURNING Contact(Name WHERE Name != null LIMIT 3), Lead LIMIT 100"],
  ] as const)("finds nothing wrong with %s: %s", async (language, query) => {
    expect(await validate(rulesOf(language, query))).toEqual([]);
  });

  it.each([
    ["SOQL", "SELECT Nope FROM Account", /: Salesforce refused .*INVALID_FIELD: .*No such column 'Nope'/],
    ["SOQL", "SELECT Name, (SELECT Nope FROM Contacts) FROM Account", /: Salesforce refused .*INVALID_FIELD/],
    ["SOQL", "SELECT Name FROM Nope", /: Salesforce refused .*INVALID_TYPE: .*'Nope' is not supported/],
    ["SOQL", "SELECT Id, Id FROM Account", /: Salesforce refused .*duplicate field selected: Id/],
    ["SOQL", "SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3", /: Salesforce refused .*MALFORMED_QUERY/],
    ["SOQL", "SELECT Id FROM Account OFFSET 2001", /: Salesforce refused .*NUMBER_OUTSIDE_VALID_RANGE/],
    ["SOQL", "SELECT Id FROM ContentDocumentLink", /: Salesforce refused .*requires a filter by a single Id/],
    ["SOQL", "SELECT COUNT() FROM Account", /is invalid: it selects COUNT\(\)/],
    ["SOQL", "SELECT Name FROM Account GROUP BY Name", /is invalid: it has GROUP BY/],
    ["SOQL", "SELECT Name FROM Account FOR VIEW", /is invalid: .*a sync only reads/],
    ["SOQL", "SELECT Title FROM ContentDocument", /is invalid: .*the records that the files are attached to/],
    ["SOQL", "SELEC Name FROM Account", /is invalid: it does not begin with SELECT/],
    ["SOSL", "FIND {smith}", /is invalid: expected RETURNING/],
    ["SOSL", "FIND {smith} RETURNING Contact(Nope)", /: Salesforce refused .*INVALID_FIELD/],
    ["SOSL", "FIND {smith} RETURNING Nope(Id)", /: Salesforce refused .*INVALID_TYPE/],
    ["SOSL", "FIND {s} RETURNING Contact(Id)", /: Salesforce refused .*longer than one character/],
    ["SOSL", "FIND {smith} RETURNING Contact(COUNT(Id))", /is invalid: it selects COUNT\(Id\)/],
    ["SOSL", "FIND {smith} RETURNING Contact(FIELDS(ALL))", /is invalid: it selects FIELDS\(\)/],
    [
      "SOQL",
      `SELECT Id FROM Account WHERE Name IN (${Array.from({ length: 900 }, (_, n) => `'Name number ${n}'`).join()})`,
      /is too long: .* Split it/,
    ],
  ] as const)("reports the error of %s: %s", async (language, query, message) => {
    expect(await validate(rulesOf(language, query))).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    [
      "SOQL",
      "SELECT Id, TYPEOF Owner WHEN User THEN Name END FROM Case",
      /^Rule 1 \(SOQL\) selects TYPEOF .* document level security cannot decide .* Select Owner\.Id instead/,
    ],
    [
      "SOSL",
      "FIND {smith} RETURNING Contact(Name) WITH SNIPPET (target_length=120)",
      /^Rule 1 \(SOSL\) has WITH SNIPPET, and document level security cannot decide/,
    ],
  ] as const)("with document-level security, refuses %s: %s", async (language, query, message) => {
    expect(await validate(rulesOf(language, query))).toEqual([]);
    expect(await validate(rulesOf(language, query), { secured: true })).toEqual([expect.stringMatching(message)]);
  });

  it.each(["SELECT Account.Nope FROM Contact", "SELECT Name, (SELECT Nope FROM Cases) FROM Contact"])(
    "with document-level security, reports Salesforce's own error of %s",
    async (query) => {
      expect(await validate(rulesOf("SOQL", query), { secured: true })).toEqual([
        expect.stringMatching(/: Salesforce refused .*INVALID_FIELD/),
      ]);
    },
  );

  it.each([
    "SELECT FIELDS(ALL) FROM Contact",
    "SELECT Name, Account.Name, Account.Owner.Name, (SELECT Id, Subject FROM Cases) FROM Contact c, c.Account a",
    "SELECT toLabel(Status) label, FORMAT(CreatedDate), What.Name FROM Task",
  ])("with document-level security, finds nothing wrong with %s", async (query) => {
    expect(await validate(rulesOf("SOQL", query), { secured: true })).toEqual([]);
  });

  it("names every problem by its rule's position, in their order", async () => {
    const rules = [
      ...rulesOf("SOQL", "SELECT Nope FROM Account", "SELECT Id FROM Account", "SELECT Id"),
      ...rulesOf("SOSL", "FIND {smith} RETURNING Nope"),
    ];

    expect(await validate(rules)).toEqual([
      expect.stringMatching(/^Rule 1 \(SOQL\): Salesforce/),
      expect.stringMatching(/^Rule 3 \(SOQL\) is invalid/),
      expect.stringMatching(/^Rule 4 \(SOSL\): Salesforce/),
    ]);
  });

  it("runs no rule completely: it requests the plan of a query and one row of a search", async () => {
    await fetch(`${simulator.url}/__simulator/calls`, { method: "DELETE" });

    await validate([
      ...rulesOf("SOQL", "SELECT Id, Name, Description FROM Contact"),
      ...rulesOf("SOSL", "FIND {gmbh OR inc OR smith} RETURNING Account(Name, Description), Contact(Name)"),
    ]);

    const calls = (await (await fetch(`${simulator.url}/__simulator/calls`)).json()) as {
      endpoints: Record<string, { count: number }>;
    };
    expect(calls.endpoints["GET query"]?.count).toBe(1);
    expect(calls.endpoints["GET search"]?.count).toBe(1);
    expect(JSON.stringify(calls.endpoints["GET query"])).toMatch(/"bytes\w*":\d{1,3}\b/);
    expect(JSON.stringify(calls.endpoints["GET search"])).toMatch(/"bytes\w*":\d{1,3}\b/);
  });

  it("requests one row if Salesforce has no plan", async () => {
    await refuse("explain=", { status: 400, error_code: "UNKNOWN_EXCEPTION" });

    expect(await validate(rulesOf("SOQL", "SELECT Name FROM Account"))).toEqual([]);
    expect(await validate(rulesOf("SOQL", "SELECT Nope FROM Account"))).toHaveLength(1);
  });

  it("reports no rule if Salesforce does not respond", async () => {
    const rules = [
      ...rulesOf("SOQL", "SELECT Name FROM Account"),
      ...rulesOf("SOSL", "FIND {smith} RETURNING Contact(Name)"),
    ];

    await refuse("/query", { status: 503 });
    await expect(validate(rules)).rejects.toThrow(SalesforceUnavailableError);
    await refuse("/search", { status: 403, error_code: "API_DISABLED_FOR_ORG", message: "No." });
    await expect(validate(rules)).rejects.toThrow(/API_DISABLED_FOR_ORG/);
    await expect(validate(rules, { url: "http://127.0.0.1:9" })).rejects.toThrow(/ECONNREFUSED/);
  });
});
