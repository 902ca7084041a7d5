import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { OrgDescription } from "../../../src/salesforce/describe/org-description.ts";
import { readRule } from "../../../src/salesforce/rules/read-rules.ts";
import { resolveRule, type RulePart } from "../../../src/salesforce/rules/resolve-rules.ts";
import { salesforceClient } from "../../support/salesforce.ts";

// What is sent for a rule if its documents have readers: only what each of them may see.

let simulator: RunningSimulator;
let salesforce: ReturnType<typeof salesforceClient>;
let org: OrgDescription;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
  salesforce = salesforceClient(simulator.url);
  org = await OrgDescription.create(salesforce.client, new AbortController().signal);
});

afterAll(async () => {
  await salesforce.http[Symbol.asyncDispose]();
  await simulator.stop();
});

async function partOf(query: string, withoutFields: readonly string[] = []): Promise<RulePart> {
  const rule = readRule({ query, language: "SOQL" }, 0);
  if ("message" in rule) throw new Error(rule.message);
  const security = { withoutFields: new Set(withoutFields) };
  const { parts, undecided } = await resolveRule(rule, { org, maxBytes: 13_000, security });
  expect(undecided).toEqual([]);
  const [part] = parts;
  if (part?.send.kind !== "query") throw new Error("The rule has no query.");
  return part;
}

/** The select list that is sent, without the fields that every sync adds. */
async function listOf(query: string, withoutFields: readonly string[] = []): Promise<string> {
  const { send } = await partOf(query, withoutFields);
  const text = send.kind === "query" ? send.text : "";
  const { error, list } = await ask(text);
  expect(error, text).toBeUndefined();
  return list;
}

async function ask(text: string): Promise<{ error: string | undefined; list: string }> {
  const { client } = salesforce;
  const list = /^SELECT (?<list>.*?)(?:, (?:Id|SystemModstamp|LastModifiedDate))* FROM [A-Z]\w+(?: |$)(?!.*\))/su;
  try {
    const path = `${client.resource("query")}?explain=${encodeURIComponent(text)}`;
    await client.object({ path }, new AbortController().signal);
    return { error: undefined, list: list.exec(text)?.groups?.["list"] ?? text };
  } catch (error) {
    return { error: String(error), list: text };
  }
}

it.each<[items: string, object: string, withoutFields: string[], sent: string]>([
  ["Name, Email", "Contact", ["Contact.Email"], "Name"],
  ["Name, Account.Name, Account.Rating", "Contact", ["Account.*"], "Name, Account.Id"],
  ["Name, Account.Name, Account.Rating", "Contact", ["Account.Rating"], "Name, Account.Name, Account.Id"],
  ["Name, Account.Name", "Contact", ["Account.*", "Contact.AccountId"], "Name"],
  ["Name, account.ID, Account.Name", "Contact", ["Account.*"], "Name, account.ID"],
  ["Name, Account.Name", "Contact", [], "Name, Account.Name"],
  ["Owner.Name, Owner.Email", "Account", ["User.*", "Group.*"], "Owner.Name, Owner.Email"],
  ["Owner.Username", "Account", ["User.*"], "Owner.Id"],
  ["Owner.Manager.Name", "Account", ["User.*"], "Owner.Id"],
  ["Account.Owner.Name", "Contact", ["Account.*"], "Account.Id"],
  ["Name, RecordType.Name", "Account", ["RecordType.*"], "Name, RecordType.Id"],
  ["Subject, What.Name", "Task", [], "Subject, What.Id"],
  ["Name, toLabel(Rating) label", "Account", ["Account.Rating"], "Name"],
  ["Name, toLabel(Account.Rating)", "Contact", ["Account.*"], "Name, Account.Id"],
  ["Name, FORMAT(AnnualRevenue) revenue", "Account", ["Account.AnnualRevenue"], "Name"],
  ["Name, BillingCity, BillingAddress", "Account", ["Account.BillingAddress"], "Name"],
  // Formulas have a permission of their own: who has it sees the result, whatever the formula reads.
  ["Days_Planned__c, End_Date__c", "Project__c", ["Project__c.End_Date__c"], "Days_Planned__c"],
  ["Days_Planned__c, End_Date__c", "Project__c", ["Project__c.Days_Planned__c"], "End_Date__c"],
  ["Name, (SELECT Id, Name FROM Contacts)", "Account", ["Contact.*"], "Name"],
  ["Name, (SELECT Name, Email FROM Contacts)", "Account", ["Contact.Email"], "Name, (SELECT Name FROM Contacts)"],
  [
    "Subject, (SELECT CommentBody, CreatedBy.Name FROM CaseComments)",
    "Case",
    ["CaseComment.*", "User.*"],
    "Subject, (SELECT CommentBody, CreatedBy.Name FROM CaseComments WHERE IsPublished = true)",
  ],
  [
    "Subject, (SELECT Subject FROM EmailMessages WHERE Incoming = true OR Subject = 'x' ORDER BY MessageDate LIMIT 5)",
    "Case",
    ["EmailMessage.*"],
    "Subject, (SELECT Subject FROM EmailMessages WHERE (Incoming = true OR Subject = 'x') AND IsExternallyVisible = true AND Status NOT IN ('5') ORDER BY MessageDate LIMIT 5)",
  ],
])("of %s FROM %s without %j, sends %s", async (...[items, object, withoutFields, sent]) => {
  expect(await listOf(`SELECT ${items} FROM ${object}`, withoutFields)).toBe(sent);
});

it("expands FIELDS() to the fields that stay", async () => {
  const all = await partOf("SELECT FIELDS(STANDARD) FROM Account");
  const { send, permissionFields } = await partOf("SELECT FIELDS(STANDARD) FROM Account", [
    "Account.Rating",
    "Account.BillingAddress",
  ]);

  expect(all.permissionFields).toEqual(expect.arrayContaining(["Account.Rating", "Account.BillingAddress"]));
  expect(JSON.stringify(all.send)).toMatch(/BillingCity, .* Rating/);
  expect(JSON.stringify(send)).not.toMatch(/Rating|Billing/);
  expect(permissionFields).toEqual(
    all.permissionFields.filter((field) => !["Account.Rating", "Account.BillingAddress"].includes(field)),
  );
});

it("names what readers need", async () => {
  const { permissionFields } = await partOf(
    "SELECT Name, Account.Rating, Owner.Name, (SELECT Subject FROM Cases) FROM Contact",
  );

  expect([...permissionFields].sort()).toEqual(
    ["Account.*", "Account.Rating", "Case.*", "Case.Subject", "Contact.AccountId"].sort(),
  );
});
