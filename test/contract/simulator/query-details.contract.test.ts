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

const refusal = async (statement: string) => (await client.query(statement)).body;

describe("a query", () => {
  test("ignores the case of keywords, functions and date literals (SOQL SELECT Syntax)", async () => {
    const lower = await client.query(
      "select count(id) from Account where not (Name like 'a%' or createddate = last_n_days:3) and Name not in ('x')",
    );
    const upper = await client.query(
      "SELECT COUNT(Id) FROM Account WHERE NOT (Name LIKE 'a%' OR CreatedDate = LAST_N_DAYS:3) AND Name NOT IN ('x')",
    );

    expect(lower.status).toBe(200);
    expect(lower.body).toEqual(upper.body);
  });

  test.each(["ObjectPermissions", "FieldPermissions"])(
    "follows Parent of %s to a permission set and its profile (Object Reference)",
    async (object) => {
      const [record] = await client.records<{ Parent: { attributes: { type: string } } }>(
        `SELECT Parent.Name, Parent.IsOwnedByProfile, Parent.Profile.Name FROM ${object} WHERE Parent.Profile.Name = 'System Administrator' LIMIT 1`,
      );

      expect(record).toMatchObject({
        Parent: {
          attributes: { type: "PermissionSet" },
          Name: "X_profile_admin",
          IsOwnedByProfile: true,
          Profile: { Name: "System Administrator" },
        },
      });
    },
  );

  test("can be ordered by GROUPING() and by fields that it does not select (GROUP BY CUBE)", async () => {
    const records = await client.records(
      "SELECT Status, Origin, COUNT(Id) n FROM Case GROUP BY CUBE(Status, Origin) ORDER BY GROUPING(Status), GROUPING(Origin), Origin DESC",
    );

    const totals = records.map(({ Status, Origin }) => `${Status === null ? 1 : 0}${Origin === null ? 1 : 0}`);
    expect(totals).toEqual([...totals].sort());
    expect(new Set(totals)).toEqual(new Set(["00", "01", "10", "11"]));
    const origins = records.filter((_, index) => totals[index] === "10").map(({ Origin }) => String(Origin));
    expect(origins).toEqual([...origins].sort().reverse());
  });

  test("with columns=true is described instead of run (read by the Salesforce CLI; not documented)", async () => {
    const statement =
      "SELECT Id, Name, AnnualRevenue, Owner.Name, Owner.Profile.Name, (SELECT LastName FROM Contacts) FROM Account";
    const { body } = await client.rest("GET", `query?q=${encodeURIComponent(statement)}&columns=true`);

    const column = (columnName: string, traits: object = {}) =>
      expect.objectContaining({ columnName, ...traits }) as object;
    expect(body).toEqual({
      columnMetadata: [
        column("Id", { apexType: "Id", aggregate: false, insertable: false, joinColumns: [] }),
        column("Name", { apexType: "String", textType: true, updatable: true, displayName: "Name" }),
        column("AnnualRevenue", { apexType: "Double", numberType: true }),
        column("Owner", {
          aggregate: false,
          joinColumns: [column("Name"), column("Profile", { joinColumns: [column("Name")] })],
        }),
        column("Contacts", { aggregate: true, joinColumns: [column("LastName")] }),
      ],
      entityName: "Account",
      groupBy: false,
      idSelected: true,
      keyPrefix: "001",
    });
  });

  test("with columns=true names aggregates by their alias or number", async () => {
    const statement = "SELECT Type, COUNT(Id), MAX(Name) newest FROM Account GROUP BY Type";
    const { body } = await client.rest("GET", `query?q=${encodeURIComponent(statement)}&columns=true`);

    expect(body).toMatchObject({
      groupBy: true,
      idSelected: false,
      columnMetadata: [
        { columnName: "Type", aggregate: false },
        { columnName: "expr0", displayName: "count(Id)", aggregate: true },
        { columnName: "newest", displayName: "max(Name)", aggregate: true },
      ],
    });
  });
});

describe("the error of a query", () => {
  test.each(["query?q=", "query?q=%20", "query", "queryAll?q="])("for %s asks for a query", async (resource) => {
    expect(await client.rest("GET", resource)).toMatchObject({
      status: 400,
      body: [{ errorCode: "MALFORMED_QUERY", message: "A query string has to be specified" }],
    });
  });

  test("shows an excerpt and the place of a token that does not fit", async () => {
    expect(await refusal("SELECT Id FROM Account WHERE Name == 'x'")).toEqual([
      {
        errorCode: "MALFORMED_QUERY",
        message:
          "\nSELECT Id FROM Account WHERE Name == 'x'\n                                  ^\nERROR at Row:1:Column:35\nunexpected token: '='",
      },
    ]);
  });

  test("shows the place of a character that is none of SOQL", async () => {
    expect(await refusal("SELECT Id FROM Account\nWHERE Name ? 'x'")).toMatchObject([
      {
        errorCode: "MALFORMED_QUERY",
        message: expect.stringMatching(
          /^\nSELECT Id FROM Account WHERE Name \? 'x'\n {33}\^\nERROR at Row:2:Column:11\nline 2:11 no viable alternative/u,
        ) as string,
      },
    ]);
  });

  test("for ALL ROWS says that it is not allowed over REST (ALL ROWS)", async () => {
    expect(await refusal("SELECT Id FROM Account WHERE IsDeleted = true ALL ROWS")).toMatchObject([
      {
        errorCode: "MALFORMED_QUERY",
        message: expect.stringMatching(/ALL ROWS not allowed in this context$/u) as string,
      },
    ]);
  });

  test.each([
    ["CreatedDate = 'yesterday'", "must be of type dateTime and should not be enclosed in quotes"],
    ["Name = 5", "must be of type string and should be enclosed in quotes"],
    ["Id = 'abc'", "invalid ID field: abc"],
  ])("for the literal in %s shows the place of the field", async (condition, text) => {
    expect(await refusal(`SELECT Id FROM Account WHERE ${condition}`)).toMatchObject([
      { message: expect.stringContaining(`\n${" ".repeat(29)}^\nERROR at Row:1:Column:30\n`) as string },
    ]);
    expect(await refusal(`SELECT Id FROM Account WHERE ${condition}`)).toMatchObject([
      { message: expect.stringContaining(text) as string },
    ]);
  });
});
