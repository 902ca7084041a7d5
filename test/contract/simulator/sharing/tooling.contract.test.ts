import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";

let simulator: RunningSimulator;
let admin: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({ size: "100" });
});

beforeEach(async () => {
  admin = new RestClient(simulator);
  await admin.control("POST", "reset");
  await admin.signIn("simulator-admin");
});

afterAll(() => simulator.stop());

const tooling = <T>(statement: string, client = admin) => client.records<T>(statement, "tooling/query");
const rule = {
  object: "Project__c",
  user_criteria: "$User.IsActive = true",
  record_filter: "OwnerId = $User.Id",
};

describe("the Tooling API", () => {
  test("shows restriction rules to users with View Restriction and Scoping Rules only", async () => {
    await admin.control("POST", "restriction-rules", [rule, { ...rule, enforcement: "Scoping", active: false }]);
    const rules = await tooling(
      "SELECT EnforcementType, IsActive, TargetEntity, UserCriteria, RecordFilter FROM RestrictionRule ORDER BY DeveloperName",
    );
    const [staff] = await admin.records<{ Username: string }>(
      "SELECT Username FROM User WHERE IsActive = true AND Profile.Name = 'Standard User' LIMIT 1",
    );
    const client = await RestClient.signInAs(simulator, staff?.Username ?? "");

    expect(rules).toMatchObject([
      { EnforcementType: "Restrict", IsActive: true, TargetEntity: "Project__c", RecordFilter: "OwnerId = $User.Id" },
      { EnforcementType: "Scoping", IsActive: false },
    ]);
    expect(await client.query("SELECT Id FROM RestrictionRule", "tooling/query")).toMatchObject({
      status: 400,
      body: [{ errorCode: "INVALID_TYPE" }],
    });
  });

  test("has RestrictionRule, which the data API lacks, and FieldDefinition, which it has", async () => {
    const fields = "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinitionId = 'Milestone__c'";

    expect(await admin.query("SELECT Id FROM RestrictionRule")).toMatchObject({
      status: 400,
      body: [{ errorCode: "INVALID_TYPE" }],
    });
    expect(await admin.query("SELECT Id FROM FieldDefinition")).toMatchObject({
      status: 400,
      body: [
        { errorCode: "MALFORMED_QUERY", message: expect.stringContaining("a filter on a reified column") as string },
      ],
    });
    const names = (records: readonly { QualifiedApiName: string }[]): string[] =>
      records.map(({ QualifiedApiName }) => QualifiedApiName).sort();
    expect(names(await admin.records(fields))).toEqual(names(await tooling(fields)));
    const { sobjects } = (await admin.rest("GET", "tooling/sobjects")).body as { sobjects: { name: string }[] };
    const described = await admin.rest("GET", "tooling/sobjects/RestrictionRule/describe");

    expect(sobjects.map(({ name }) => name).sort()).toEqual(["EntityDefinition", "FieldDefinition", "RestrictionRule"]);
    expect(described.body).toMatchObject({ name: "RestrictionRule" });
  });

  test("describes fields by their object", async () => {
    const fields = await tooling<{ QualifiedApiName: string; DataType: string }>(
      "SELECT QualifiedApiName, DataType FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Milestone__c'",
    );
    const [account] = await tooling<{ KeyPrefix: string }>(
      "SELECT KeyPrefix, InternalSharingModel FROM EntityDefinition WHERE QualifiedApiName = 'Account'",
    );

    expect(fields).toContainEqual(
      expect.objectContaining({ QualifiedApiName: "Project__c", DataType: "Master-Detail(Project__c)" }),
    );
    expect(account).toMatchObject({ KeyPrefix: "001", InternalSharingModel: "Private" });
    expect(await admin.query("SELECT Id FROM FieldDefinition", "tooling/query")).toMatchObject({
      status: 400,
      body: [{ errorCode: "MALFORMED_QUERY" }],
    });
  });

  test("tells the first master of a detail from the second one (describe, relationshipOrder)", async () => {
    const { fields } = (await admin.rest("GET", "sobjects/Milestone__c/describe")).body as {
      fields: { name: string; relationshipOrder: number | null }[];
    };
    const orders = fields.filter(({ relationshipOrder }) => relationshipOrder !== null);

    expect(orders.map(({ name, relationshipOrder }) => [name, relationshipOrder])).toEqual([
      ["Project__c", 0],
      ["Account__c", 1],
    ]);
  });
});

describe("the control surface refuses", () => {
  test.each([
    ["restriction-rules", [{ ...rule, object: "Account" }], /custom object/u],
    ["restriction-rules", [{ ...rule, record_filter: "Budget__c > 5" }], /not supported/u],
    ["restriction-rules", {}, /must be a list/u],
    ["rule-shares", [{ record: "003Fk0000000001", to: "005Fk0000000001" }], /no share table/u],
    ["rule-shares", [{ record: "001Fk0000000001", to: "nobody" }], /must be an id/u],
    ["portal-roles", { account: "001Fk0000000001", type: "Friend", rank: "Worker" }, /must be one of/u],
    ["unstored-access", [{ user: "005Fk0000000001" }], /must be an id/u],
  ])("%s with %j", async (resource, body, message) => {
    const answer = await admin.control("POST", resource, body);

    expect(answer.status).toBe(400);
    expect((answer.body as { error: string }).error).toMatch(message);
  });
});
