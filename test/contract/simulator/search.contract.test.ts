import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../simulator/start-simulator.ts";
import { RestClient } from "./rest-client.ts";

// "SOSL Syntax", "FIND {SearchQuery}", "SOSL Limits on Search Results".

let simulator: RunningSimulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "2500" });
  client = await RestClient.signIn(simulator);
  for (const name of ["Blue Heron Optics", "Blue Whale Optics", "Heron Optics blue", "Bluebell GmbH"]) {
    await client.rest("POST", "sobjects/Account", {
      Name: name,
      Phone: "+49 555 0199",
      Description: `Sells lenses. ${name}`,
    });
  }
  await client.rest("POST", "sobjects/Contact", { LastName: "Heron", Email: "blue@heron.example" });
  await client.rest("POST", "sobjects/Lead", { LastName: "東京", Company: "株式会社東京光学" });
});

afterAll(() => simulator.stop());

interface Found {
  readonly attributes: { readonly type: string };
  readonly Id: string;
  readonly Name?: string;
}

const search = (statement: string) => client.rest("GET", `search?q=${encodeURIComponent(statement)}`);
const names = async (statement: string) => {
  const { body } = await search(statement);
  return (body as { searchRecords: Found[] }).searchRecords.map(({ Name }) => Name).sort();
};

describe("a search (SOSL Syntax)", () => {
  test.each([
    ["the default operator is AND", "blue optics", ["Blue Heron Optics", "Blue Whale Optics", "Heron Optics blue"]],
    ["a phrase is in quotes", '"blue heron"', ["Blue Heron Optics"]],
    ["OR matches either word", "whale OR bluebell", ["Blue Whale Optics", "Bluebell GmbH"]],
    ["AND NOT excludes a word", "blue optics AND NOT whale", ["Blue Heron Optics", "Heron Optics blue"]],
    [
      "parentheses group operators",
      "(whale OR heron) AND optics AND blue",
      ["Blue Heron Optics", "Blue Whale Optics", "Heron Optics blue"],
    ],
    ["* matches any characters", "bluebe*", ["Bluebell GmbH"]],
    ["? matches one character", "wh?le", ["Blue Whale Optics"]],
    ["a word does not match the beginning of another", "bluebe", []],
  ])("%s", async (_what, term, expected) => {
    expect(await names(`FIND {${term}} IN NAME FIELDS RETURNING Account(Name)`)).toEqual(expected);
  });

  test("covers only the fields of its group (IN SearchGroup)", async () => {
    expect(await names("FIND {lenses} IN NAME FIELDS RETURNING Account(Name)")).toEqual([]);
    expect(await names("FIND {lenses} IN ALL FIELDS RETURNING Account(Name)")).toHaveLength(4);
    expect(await names("FIND {0199} IN PHONE FIELDS RETURNING Account(Name)")).toHaveLength(4);
    expect(await names("FIND {heron} IN EMAIL FIELDS RETURNING Contact(Name)")).toEqual(["Heron"]);
  });

  test("finds words in scripts without spaces (unconfirmed how Salesforce splits them)", async () => {
    expect(await names("FIND {東京} RETURNING Lead(Name)")).toContain("東京");
  });

  test("returns Ids of every object without RETURNING (RETURNING FieldSpec)", async () => {
    const found = ((await search("FIND {heron}")).body as { searchRecords: Found[] }).searchRecords;

    expect(new Set(found.map(({ attributes }) => attributes.type))).toEqual(new Set(["Account", "Contact"]));
    expect(Object.keys(found[0] ?? {})).toEqual(["attributes", "Id"]);
  });

  test("filters, sorts, limits and skips the records of an object (RETURNING FieldSpec)", async () => {
    const found = (
      await search("FIND {optics} RETURNING Account(Name WHERE Name LIKE '%Blue%' ORDER BY Name DESC LIMIT 2 OFFSET 1)")
    ).body as { searchRecords: Found[] };

    expect(found.searchRecords.map(({ Name }) => Name)).toEqual(["Blue Whale Optics", "Blue Heron Optics"]);
  });

  test("does not mistake words in strings for clauses", async () => {
    expect(
      await names(
        "FIND {optics} RETURNING Account(Name WHERE Name != 'b\\' ORDER BY c' AND Name LIKE 'Blue H%' LIMIT 5)",
      ),
    ).toEqual(["Blue Heron Optics"]);
  });

  test("returns 250 rows of one object, 2,000 with WHERE or ORDER BY, and respects the overall LIMIT (SOSL Limits on Search Results)", async () => {
    const length = async (statement: string) =>
      ((await search(statement)).body as { searchRecords: Found[] }).searchRecords.length;

    expect(await length("FIND {customer} IN EMAIL FIELDS RETURNING Contact(Id)")).toBe(250);
    expect(await length("FIND {customer} IN EMAIL FIELDS RETURNING Contact(Id ORDER BY Name)")).toBeGreaterThan(250);
    expect(await length("FIND {blue} RETURNING Account(Id), Contact(Id) LIMIT 3")).toBe(3);
  });
});

describe("a search is refused (SOSL Syntax; codes other than MALFORMED_SEARCH are unconfirmed)", () => {
  test.each([
    ["no statement", "", "MALFORMED_SEARCH"],
    ["no braces", "FIND heron", "MALFORMED_SEARCH"],
    ["an open brace", "FIND {heron", "MALFORMED_SEARCH"],
    ["one letter", "FIND {h}", "MALFORMED_SEARCH"],
    ["a reserved character", "FIND {a^bc}", "MALFORMED_SEARCH"],
    ["an unknown group", "FIND {heron} IN SOME FIELDS", "MALFORMED_SEARCH"],
    ["an unknown object", "FIND {heron} RETURNING Nothing(Id)", "INVALID_TYPE"],
    ["an object that is not searchable", "FIND {heron} RETURNING AccountShare(Id)", "INVALID_TYPE"],
    ["an unknown field", "FIND {heron} RETURNING Account(Nme)", "INVALID_FIELD"],
    ["an open parenthesis", "FIND {heron} RETURNING Account(Id", "MALFORMED_SEARCH"],
    ["an aggregate", "FIND {heron} RETURNING Account(COUNT(Id))", "MALFORMED_SEARCH"],
    ["a subquery", "FIND {heron} RETURNING Account(Id, (SELECT Id FROM Contacts))", "MALFORMED_SEARCH"],
    [
      "a subquery with clauses",
      "FIND {heron} RETURNING Account((SELECT Id FROM Contacts LIMIT 1))",
      "MALFORMED_SEARCH",
    ],
    ["an offset above 2,000", "FIND {heron} RETURNING Account(Id OFFSET 2001)", "NUMBER_OUTSIDE_VALID_RANGE"],
    ["trailing words", "FIND {heron} LIMIT 5 please", "MALFORMED_SEARCH"],
  ])("for %s", async (_what, statement, code) => {
    expect(await search(statement)).toMatchObject({ status: 400, body: [{ errorCode: code }] });
  });

  test("but finds nothing for a term over 10,000 characters (SOSL Limits on Search Queries)", async () => {
    const answer = await search(`FIND {${"heron ".repeat(1700)}}`);

    expect(answer).toMatchObject({ status: 200, body: { searchRecords: [] } });
  });
});
