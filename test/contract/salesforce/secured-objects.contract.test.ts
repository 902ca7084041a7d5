import { afterAll, beforeAll, expect, it } from "vitest";
import { startSimulator, type RunningSimulator } from "../../../simulator/start-simulator.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import { SalesforceSource } from "../../../src/salesforce/salesforce-source.ts";
import type { SourceObject } from "../../../src/sync/ports.ts";
import { salesforceClient } from "../../support/salesforce.ts";

// What the standard objects' documents contain with document-level security.

const signal = new AbortController().signal;

let simulator: RunningSimulator;
let salesforce: ReturnType<typeof salesforceClient>;
let objects: ReadonlyMap<string, SourceObject>;

beforeAll(async () => {
  simulator = await startSimulator({ size: "small" });
  salesforce = salesforceClient(simulator.url);
  const source = new SalesforceSource({
    client: salesforce.client,
    baseUrl: simulator.url,
    configuration: {
      standardObjects: ["Account", "Contact", "Case", "Campaign", "Lead"],
      customObjects: ["Project__c"],
      documentLevelSecurity: true,
      syncFiles: true,
    },
    log: silentLogger,
  });
  objects = new Map((await source.plan(new Set(), signal)).objects.map((object) => [object.name, object]));
});

afterAll(async () => {
  await salesforce.http[Symbol.asyncDispose]();
  await simulator.stop();
});

/** The fields of an object's documents, as dotted paths. */
async function fieldsOf(name: string, withoutFields: readonly string[] = []): Promise<string[]> {
  const object = await objects.get(name)?.withoutFields(new Set(withoutFields));
  const paths = (fields: SourceObject["schema"], prefix = ""): string[] =>
    fields.flatMap((field) => [`${prefix}${field.name}`, ...paths(field.fields ?? [], `${prefix}${field.name}.`)]);
  return paths(object?.schema ?? []);
}

it("names of related records only their ids, but users", async () => {
  expect(await fieldsOf("Contact")).toEqual(expect.arrayContaining(["Account.Id", "Owner.Name", "Owner.Email"]));
  expect(await fieldsOf("Contact")).not.toContain("Account.Name");
  expect(await fieldsOf("Campaign")).toContain("Parent.Id");
  expect((await fieldsOf("Lead")).filter((path) => /^Converted\w+\.(?!Id$)/.test(path))).toEqual([]);
});

it("embeds neither opportunities nor files", async () => {
  for (const name of objects.keys()) {
    const found = await fieldsOf(name);
    expect(found.filter((path) => /^(?:Opportunities|ContentDocumentLinks)/.test(path))).toEqual([]);
  }
});

it("leaves out the id of a related record with the field that refers to it", async () => {
  expect(objects.get("Contact")?.permissionFields).toContain("Contact.AccountId");
  const found = await fieldsOf("Contact", ["Contact.AccountId"]);

  expect(found.filter((path) => path.startsWith("Account"))).toEqual([]);
});

it("keeps a formula whose sources stay out, and leaves out one without its own permission", async () => {
  expect(await fieldsOf("Project__c", ["Project__c.End_Date__c"])).toContain("Days_Planned__c");
  expect(await fieldsOf("Project__c", ["Project__c.Days_Planned__c"])).not.toContain("Days_Planned__c");
});
