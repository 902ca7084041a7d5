import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  client = await RestClient.signIn(simulator);
});

afterAll(() => simulator.stop());

const many = (count: number, item: (index: number) => string, joint: string) =>
  Array.from({ length: count }, (_, index) => item(index)).join(joint);

/** What is refused, with which code and which words; then the document that says so. "unconfirmed" marks what none was found for. */
const refusals: readonly (readonly [statement: string, code: string, words: RegExp, document: string])[] = [
  ["", "MALFORMED_QUERY", /./u, "REST API, Query"],
  ["SELECT Id", "MALFORMED_QUERY", /unexpected token/u, "SOQL SELECT Syntax"],
  ["SELECT FROM Account", "MALFORMED_QUERY", /unexpected token/u, "SOQL SELECT Syntax"],
  ["SELECT Id FROM Account;", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  ["SELECT Id FROM Account -- all", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  ["SELECT Id FROM Account; DROP TABLE Account", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  ["SELECT Id FROM Account UNION SELECT Id FROM Contact", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  ["SELECT * FROM Account", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  [
    "SELECT Id FROM Nothing",
    "INVALID_TYPE",
    /sObject type 'Nothing' is not supported/u,
    "Status Codes and Error Responses",
  ],
  [
    "SELECT Id FROM ContactShare",
    "INVALID_TYPE",
    /ContactShare/u,
    "Sharing a Record: no share object where the parent controls access",
  ],
  [
    "SELECT Nme FROM Account",
    "INVALID_FIELD",
    /No such column 'Nme' on entity 'Account'/u,
    "Status Codes and Error Responses",
  ],
  ["SELECT Id FROM Account WHERE Nme = 'x'", "INVALID_FIELD", /Row:1:Column:30/u, "Status Codes and Error Responses"],
  [
    "SELECT Account.Department FROM Account",
    "INVALID_FIELD",
    /Department/u,
    "Object Reference, Account has no Department",
  ],
  [
    "SELECT Nobody.Name FROM Contact",
    "INVALID_FIELD",
    /Didn't understand relationship 'Nobody'/u,
    "Relationship Queries",
  ],
  ["SELECT Owner.Department FROM Case", "INVALID_FIELD", /'Department' on entity 'Name'/u, "Polymorphic Relationships"],
  [
    "SELECT Id, (SELECT Id FROM Contact) FROM Account",
    "INVALID_TYPE",
    /Didn't understand relationship 'Contact'/u,
    "Relationship Queries",
  ],
  ["SELECT Id, Id FROM Account", "INVALID_FIELD", /duplicate field selected: Id/u, "FIELDS()"],
  [
    "SELECT Name n FROM Account",
    "MALFORMED_QUERY",
    /only aggregate expressions use field aliasing/u,
    "Using Aliases with GROUP BY",
  ],
  [
    "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
    "MALFORMED_QUERY",
    /unexpected token: OR/u,
    "Logical Operators",
  ],
  [
    "SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b' AND Name = 'c')",
    "MALFORMED_QUERY",
    /unexpected token: AND/u,
    "Logical Operators",
  ],
  ["SELECT Id FROM Account WHERE (Name = 'a'", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  ["SELECT Id FROM Account WHERE Name = 'a')", "MALFORMED_QUERY", /./u, "SOQL SELECT Syntax"],
  [
    "SELECT Id FROM Account WHERE Name = 'a\\qb'",
    "MALFORMED_QUERY",
    /Illegal character sequence '\\q'/u,
    "Quoted String Escape Sequences",
  ],
  [
    "SELECT Id FROM Account WHERE Name = 'a\\u12'",
    "MALFORMED_QUERY",
    /Illegal character sequence/u,
    "Quoted String Escape Sequences",
  ],
  [
    "SELECT Id FROM Account WHERE Name = 'open",
    "MALFORMED_QUERY",
    /mismatched character/u,
    "Quoted String Escape Sequences",
  ],
  ['SELECT Id FROM Account WHERE Name = "x"', "MALFORMED_QUERY", /./u, "Comparison Operators"],
  ["SELECT Id FROM Account WHERE Name = :x", "MALFORMED_QUERY", /variable/u, "bind variables are Apex"],
  [
    "SELECT Id FROM Account WHERE Name = 5",
    "INVALID_FIELD",
    /must be of type string and should be enclosed in quotes/u,
    "Status Codes and Error Responses",
  ],
  [
    "SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
    "INVALID_FIELD",
    /must be of type int and should not be enclosed in quotes/u,
    "Status Codes and Error Responses",
  ],
  ["SELECT Id FROM Account WHERE IsDeleted = 1", "INVALID_FIELD", /type boolean/u, "Status Codes and Error Responses"],
  [
    "SELECT Id FROM Account WHERE CreatedDate > 2024-01-01",
    "INVALID_FIELD",
    /type dateTime/u,
    "Date Formats and Date Literals",
  ],
  [
    "SELECT Id FROM Opportunity WHERE CloseDate > 2024-01-01T00:00:00Z",
    "INVALID_FIELD",
    /type date /u,
    "Date Formats and Date Literals",
  ],
  [
    "SELECT Id FROM Opportunity WHERE CloseDate > 2024-02-30",
    "MALFORMED_QUERY",
    /./u,
    "Date Formats and Date Literals",
  ],
  [
    "SELECT Id FROM Opportunity WHERE CloseDate > 1699-12-31",
    "MALFORMED_QUERY",
    /1700/u,
    "Date Formats and Date Literals (code unconfirmed)",
  ],
  ["SELECT Id FROM Account WHERE CreatedDate > LAST_N_DAYS", "MALFORMED_QUERY", /./u, "Date Formats and Date Literals"],
  [
    "SELECT Id FROM Account WHERE Id = 'abc'",
    "INVALID_QUERY_FILTER_OPERATOR",
    /invalid ID field: abc/u,
    "unconfirmed (text)",
  ],
  [
    "SELECT Id FROM Account WHERE Id = '001Fk000000000mXXX'",
    "INVALID_QUERY_FILTER_OPERATOR",
    /invalid ID field/u,
    "unconfirmed (check characters)",
  ],
  [
    "SELECT Id FROM Account WHERE Id LIKE '001%'",
    "INVALID_QUERY_FILTER_OPERATOR",
    /invalid operator on id field/u,
    "Comparison Operators",
  ],
  [
    "SELECT Id FROM Account WHERE NumberOfEmployees LIKE '5%'",
    "INVALID_QUERY_FILTER_OPERATOR",
    /./u,
    "Comparison Operators: LIKE for strings only (code unconfirmed)",
  ],
  [
    "SELECT Id FROM Account WHERE Regions__c > 'Europe'",
    "INVALID_QUERY_FILTER_OPERATOR",
    /multi-select/u,
    "Querying Multi-Select Picklists",
  ],
  [
    "SELECT Id FROM Account WHERE Type INCLUDES ('Prospect')",
    "INVALID_QUERY_FILTER_OPERATOR",
    /./u,
    "Querying Multi-Select Picklists",
  ],
  [
    "SELECT Id FROM Account WHERE Description = 'x'",
    "INVALID_FIELD",
    /can not be filtered/u,
    "SOQL limits: long text is not filterable",
  ],
  ["SELECT Id FROM Account ORDER BY Description", "MALFORMED_QUERY", /can not be sorted/u, "ORDER BY"],
  ["SELECT Id FROM Account ORDER BY Regions__c", "MALFORMED_QUERY", /can not be sorted/u, "ORDER BY"],
  ["SELECT CreatedDate FROM Account GROUP BY CreatedDate", "MALFORMED_QUERY", /can not be grouped/u, "GROUP BY"],
  ["SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", /Field must be grouped or aggregated: Name/u, "GROUP BY"],
  ["SELECT Type, Name FROM Account GROUP BY Type", "MALFORMED_QUERY", /grouped or aggregated: Name/u, "GROUP BY"],
  ["SELECT COUNT(), Name FROM Account", "MALFORMED_QUERY", /COUNT\(\) must be the only/u, "COUNT()"],
  ["SELECT COUNT() FROM Account ORDER BY Name", "MALFORMED_QUERY", /./u, "COUNT()"],
  [
    "SELECT COUNT(Id) FROM Account LIMIT 5",
    "MALFORMED_QUERY",
    /LIMIT/u,
    "SOQL limits: LIMIT with aggregates only with GROUP BY",
  ],
  [
    "SELECT SUM(Name) FROM Account",
    "MALFORMED_QUERY",
    /does not support aggregate operator SUM/u,
    "Support for Field Types in Aggregate Functions",
  ],
  [
    "SELECT MAX(IsDeleted) FROM Account",
    "MALFORMED_QUERY",
    /does not support aggregate operator MAX/u,
    "Support for Field Types in Aggregate Functions",
  ],
  ["SELECT Id FROM Account HAVING COUNT(Id) > 1", "MALFORMED_QUERY", /./u, "HAVING"],
  ["SELECT Id FROM Account WHERE COUNT(Id) > 1", "MALFORMED_QUERY", /./u, "Aggregate Functions"],
  ["SELECT GROUPING(Type) FROM Account GROUP BY Type", "MALFORMED_QUERY", /ROLLUP/u, "GROUP BY ROLLUP"],
  ["SELECT Id FROM Account LIMIT -1", "MALFORMED_QUERY", /./u, "LIMIT"],
  [
    "SELECT Id FROM Account OFFSET 2001",
    "NUMBER_OUTSIDE_VALID_RANGE",
    /Maximum SOQL offset allowed is 2000/u,
    "OFFSET",
  ],
  ["SELECT Id, (SELECT Id FROM Contacts OFFSET 1) FROM Account", "MALFORMED_QUERY", /OFFSET/u, "OFFSET"],
  ["SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", /LIMIT of at most 200/u, "FIELDS()"],
  ["SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "MALFORMED_QUERY", /LIMIT of at most 200/u, "FIELDS()"],
  ["SELECT FIELDS(SOME) FROM Account LIMIT 1", "MALFORMED_QUERY", /./u, "FIELDS()"],
  [
    "SELECT FIELDS(CUSTOM) FROM ContentDocument LIMIT 1",
    "MALFORMED_QUERY",
    /found no fields/u,
    "FIELDS(): empty expansion",
  ],
  ["SELECT FIELDS(ALL), Name FROM Account LIMIT 1", "INVALID_FIELD", /duplicate field/u, "FIELDS()"],
  [
    `SELECT Id, ${many(21, () => "(SELECT Id FROM Contacts)", ", ")} FROM Account`,
    "MALFORMED_QUERY",
    /20/u,
    "Relationship Query Limitations",
  ],
  ["SELECT a.b.c.d.e.f.Name FROM Account", "MALFORMED_QUERY", /5/u, "Relationship Query Limitations"],
  [
    `SELECT Id FROM Account WHERE ${many(3, () => "Id IN (SELECT AccountId FROM Contact)", " AND ")}`,
    "MALFORMED_QUERY",
    /Maximum 2 semi join/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
    "MALFORMED_QUERY",
    /'OR' operator/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
    "MALFORMED_QUERY",
    /Nesting/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
    "MALFORMED_QUERY",
    /same object type/u,
    "Semi-Joins",
  ],
  ["SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)", "MALFORMED_QUERY", /Task/u, "Semi-Joins"],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 5)",
    "MALFORMED_QUERY",
    /LIMIT/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT Id, AccountId FROM Contact)",
    "MALFORMED_QUERY",
    /one field/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id FROM Account WHERE Name IN (SELECT LastName FROM Contact)",
    "MALFORMED_QUERY",
    /Id and reference fields/u,
    "Semi-Joins",
  ],
  [
    "SELECT Id, (SELECT Id FROM Contacts WHERE Id IN (SELECT ContactId FROM Case)) FROM Account",
    "MALFORMED_QUERY",
    /./u,
    "Semi-Joins",
  ],
  [
    "SELECT TYPEOF What WHEN Account THEN Phone END, COUNT(Id) FROM Task GROUP BY Subject",
    "MALFORMED_QUERY",
    /./u,
    "TYPEOF",
  ],
  ["SELECT TYPEOF Account WHEN Account THEN Phone END FROM Contact", "MALFORMED_QUERY", /several objects/u, "TYPEOF"],
  ["SELECT TYPEOF What WHEN User THEN Name END FROM Task", "INVALID_TYPE", /./u, "TYPEOF (code unconfirmed)"],
  ["SELECT Id FROM Account WITH SECURITY_ENFORCED", "MALFORMED_QUERY", /./u, "WITH SECURITY_ENFORCED is Apex"],
  ["SELECT Id FROM Account ALL ROWS", "MALFORMED_QUERY", /./u, "ALL ROWS is Apex; REST has queryAll"],
  ["SELECT Id FROM Account USING SCOPE nothing", "MALFORMED_QUERY", /./u, "USING SCOPE"],
  [
    "SELECT Id FROM Account WHERE Id IN (SELECT LinkedEntityId FROM ContentDocumentLink)",
    "MALFORMED_QUERY",
    /not supported for semi join inner selects/u,
    "unconfirmed (third parties quote it)",
  ],
  ["SELECT toLabel(BillingAddress) FROM Account", "MALFORMED_QUERY", /function/u, "unconfirmed"],
  ["SELECT FORMAT(VersionData) FROM ContentVersion", "MALFORMED_QUERY", /function/u, "unconfirmed"],
  [
    "SELECT Id FROM ContentDocumentLink",
    "MALFORMED_QUERY",
    /Implementation restriction/u,
    "Object Reference, ContentDocumentLink",
  ],
  [
    "SELECT Id FROM ContentDocumentLink WHERE ShareType = 'V'",
    "MALFORMED_QUERY",
    /Implementation restriction/u,
    "Object Reference, ContentDocumentLink",
  ],
  [
    "SELECT Id FROM Installation__c WHERE DISTANCE(Position__c, GEOLOCATION(52, 13), 'yd') < 5",
    "MALFORMED_QUERY",
    /./u,
    "DISTANCE",
  ],
  [
    "SELECT Id FROM Opportunity WHERE Amount > USD5000",
    "INVALID_FIELD",
    /several currencies/u,
    "Querying Currency Fields (code unconfirmed)",
  ],
  [
    `SELECT Id FROM Account WHERE Name = '${"x".repeat(4001)}'`,
    "MALFORMED_QUERY",
    /4000/u,
    "SOQL limits: 4,000 characters a literal (code unconfirmed)",
  ],
  [
    `SELECT Id FROM Account WHERE ${"(".repeat(250)}Name = 'x'${")".repeat(250)}`,
    "MALFORMED_QUERY",
    /deep/u,
    "unconfirmed",
  ],
];

describe("a statement that Salesforce refuses", () => {
  test.each(refusals)("%s is refused with %s", async (statement, code, words) => {
    const answer = await client.query(statement);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual([{ errorCode: code, message: expect.stringMatching(words) as string }]);
  });
});

describe("the bounds of a request", () => {
  test("a URI over 16,384 bytes is 414, URI and headers together 431 (API limits)", async () => {
    const long = await client.query(`SELECT Id FROM Account WHERE Name = '${"x".repeat(16_400)}'`);
    const together = await client.call("GET", "/services/data/v62.0/limits", undefined, {
      "x-filler": "x".repeat(16_300),
    });

    expect(long.status).toBe(414);
    expect(together.status).toBe(431);
  });

  test("a statement over 100,000 characters is malformed (SOQL limits)", async () => {
    const ids = Array.from({ length: 20_000 }, () => "'x'").join(", ");
    const answer = await client.rest("POST", "jobs/query", {
      operation: "query",
      query: `SELECT Id FROM Account WHERE Name IN (${ids})`,
    });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject([{ errorCode: "MALFORMED_QUERY" }]);
  });

  test("an unknown version, resource, method or locator is refused (Status Codes and Error Responses)", async () => {
    const old = await client.call("GET", "/services/data/v31.0/query?q=SELECT+Id+FROM+Account");
    const future = await client.call("GET", "/services/data/v99.0/limits");
    const resource = await client.rest("GET", "nothing/here");
    const method = await client.rest("DELETE", "query");
    const locator = await client.rest("GET", "query/0r8000000000000AAA-2000");

    expect([old.status, future.status, resource.status]).toEqual([404, 404, 404]);
    expect(method).toMatchObject({ status: 405, body: [{ errorCode: "METHOD_NOT_ALLOWED" }] });
    expect(locator).toMatchObject({ status: 400, body: [{ errorCode: "INVALID_QUERY_LOCATOR" }] });
  });

  test("more than 2,000 groups cannot be paged (SOQL limits, code unconfirmed)", async () => {
    const small = await startSimulator({ size: "8000" });
    const asking = await RestClient.signIn(small);

    const answer = await asking.query("SELECT Email, COUNT(Id) FROM Contact GROUP BY Email");

    await small.stop();
    expect(answer).toMatchObject({ status: 400, body: [{ errorCode: "EXCEEDED_ID_LIMIT" }] });
  });
});
