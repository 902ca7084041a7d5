import type jsforce from "jsforce";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { connect, refusal } from "../connect.ts";

// Requests that the tests of jsforce make to APIs that the simulated org does not have (docs/simulator.md, "Unsupported behavior"). The org
// answers as Salesforce does for a resource that an org lacks, never with an error about the request itself.

let simulator: RunningSimulator;
let connection: jsforce.Connection;

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny" });
  connection = await connect(simulator, { clientId: "simulator-admin", clientSecret: "simulator-admin" });
});

afterAll(() => simulator.stop());

type Request = readonly [title: string, ask: (connection: jsforce.Connection) => object];

const account = "001000000000001AAA";
const report = "00O000000000001AAA";
const dashboard = "01Z000000000001AAA";
const custom = { fullName: "New__c", label: "New" };
const resource = { Name: "Zip", ContentType: "application/zip", CacheControl: "Private", Body: "eA==" };

const requests: Readonly<Record<string, readonly Request[]>> = {
  layouts: [
    ["layouts", (c) => c.sobject("Account").layouts()],
    ["named layouts", (c) => c.sobject("User").layouts("UserAlt")],
    ["compact layouts", (c) => c.sobject("Account").compactLayouts()],
    ["approval layouts", (c) => c.sobject("Account").approvalLayouts()],
  ],
  "quick-action": [
    ["global actions", (c) => c.quickActions()],
    ["actions of an object", (c) => c.sobject("Account").quickActions()],
    ["describe", (c) => c.quickAction("LogACall").describe()],
    ["default values", (c) => c.quickAction("LogACall").defaultValues()],
    ["default values for a record", (c) => c.quickAction("LogACall").defaultValues(account)],
    ["execute", (c) => c.quickAction("LogACall").execute(account, { Subject: "x" })],
  ],
  process: [
    ["process rules", (c) => c.process.rule.list()],
    ["trigger process rules", (c) => c.process.rule.trigger(account)],
    ["approval processes", (c) => c.process.approval.list()],
    ["submit", (c) => c.process.approval.submit(account, "x")],
    ["approve", (c) => c.process.approval.approve("04i000000000001AAA", "x")],
    ["reject", (c) => c.process.approval.reject("04i000000000001AAA", "x")],
  ],
  chatter: [
    ["resources", (c) => c.chatter.resource("/").retrieve()],
    ["users", (c) => c.chatter.resource("/users").retrieve()],
    ["the current user", (c) => c.chatter.resource("/users/me").retrieve()],
    ["groups", (c) => c.chatter.resource("/groups").retrieve()],
    ["feeds", (c) => c.chatter.resource("/feeds").retrieve()],
    ["feed elements", (c) => c.chatter.resource("/feeds/company/feed-elements").retrieve()],
    ["a new feed element", (c) => c.chatter.resource("/feed-elements").create({ subjectId: "me" })],
    [
      "likes",
      (c) => c.chatter.resource("/feed-elements/0D5000000000001AAA/capabilities/chatter-likes/items").create(""),
    ],
    ["a deletion", (c) => c.chatter.resource("/feed-elements/0D5000000000001AAA").delete()],
    ["a batch", (c) => c.chatter.batch([c.chatter.resource("/feeds").retrieve()])],
  ],
  analytics: [
    ["reports", (c) => c.analytics.reports()],
    ["describe a report", (c) => c.analytics.report(report).describe()],
    ["execute a report", (c) => c.analytics.report(report).execute({ details: true })],
    ["execute a report later", (c) => c.analytics.report(report).executeAsync()],
    ["instances of a report", (c) => c.analytics.report(report).instances()],
    ["the result of an instance", (c) => c.analytics.report(report).instance("0LG000000000001AAA").retrieve()],
    ["clone a report", (c) => c.analytics.report(report).clone("Copy")],
    ["delete a report", (c) => c.analytics.report(report).destroy()],
    ["dashboards", (c) => c.analytics.dashboards()],
    ["describe a dashboard", (c) => c.analytics.dashboard(dashboard).describe()],
    ["components of a dashboard", (c) => c.analytics.dashboard(dashboard).components()],
    ["status of a dashboard", (c) => c.analytics.dashboard(dashboard).status()],
    ["refresh a dashboard", (c) => c.analytics.dashboard(dashboard).refresh()],
    ["clone a dashboard", (c) => c.analytics.dashboard(dashboard).clone("Copy")],
    ["delete a dashboard", (c) => c.analytics.dashboard(dashboard).destroy()],
  ],
  apex: [
    ["get", (c) => c.apex.get("/Service/x")],
    ["post", (c) => c.apex.post("/Service/", {})],
    ["put", (c) => c.apex.put("/Service/", {})],
    ["patch", (c) => c.apex.patch("/Service/x", {})],
    ["delete", (c) => c.apex.delete("/Service/x")],
  ],
  tooling: [
    ["describe Apex classes", (c) => c.tooling.sobject("ApexClass").describe()],
    ["execute anonymous Apex", (c) => c.tooling.executeAnonymous("System.debug(1);")],
    ["run tests later", (c) => c.tooling.runTestsAsynchronous({ classNames: "Tests" })],
    ["run tests", (c) => c.tooling.runTestsSynchronous({ tests: [{ classId: "01p000000000001AAA" }] })],
    ["completions", (c) => c.tooling.completions("apex")],
    ["create a static resource", (c) => c.tooling.create("StaticResource", resource)],
    ["retrieve a static resource", (c) => c.tooling.retrieve("StaticResource", "081000000000001AAA")],
  ],
  streaming: [
    ["create a channel", (c) => c.sobject("StreamingChannel").create({ Name: "/u/Channel" })],
    [
      "connect (CometD)",
      (c) => c.request({ method: "POST", url: `${c.instanceUrl}/cometd/62.0/handshake`, body: "[]" }),
    ],
  ],
  "metadata (REST)": [
    ["deploy", (c) => c.metadata.deployRest(Buffer.from("zip"), {})],
    ["deployRecentValidation", (c) => c.metadata.deployRecentValidation({ id: "0Af000000000001AAA", rest: true })],
  ],
};

describe.each(Object.entries(requests))("a request of %s", (_, group) => {
  test.each(group)("%s finds no resource", async (_title, ask) => {
    expect(await refusal(Promise.resolve(ask(connection)))).toMatchObject({
      errorCode: "NOT_FOUND",
      message: "The requested resource does not exist",
    });
  });
});

describe("queries of objects that the org lacks", () => {
  test.each(["ApexClass", "StreamingChannel", "Report", "Dashboard"])("%s", async (object) => {
    const data = refusal(connection.query(`SELECT Id FROM ${object}`).run());
    const tooling = refusal(connection.tooling.query(`SELECT Id FROM ${object}`).run());

    for (const error of await Promise.all([data, tooling])) expect(error.errorCode).toBe("INVALID_TYPE");
  });
});

describe("a SOAP request of metadata", () => {
  const soap: readonly Request[] = [
    ["describe", (c) => c.metadata.describe()],
    ["list", (c) => c.metadata.list({ type: "CustomObject" })],
    ["read", (c) => c.metadata.read("CustomObject", "Account")],
    ["create", (c) => c.metadata.create("CustomObject", custom)],
    ["update", (c) => c.metadata.update("CustomObject", custom)],
    ["upsert", (c) => c.metadata.upsert("CustomObject", custom)],
    ["rename", (c) => c.metadata.rename("CustomObject", "Old__c", "New__c")],
    ["delete", (c) => c.metadata.delete("CustomObject", "New__c")],
    ["deploy", (c) => c.metadata.deploy(Buffer.from("zip"), {}).complete()],
    ["deployRecentValidation", (c) => c.metadata.deployRecentValidation({ id: "0Af000000000001AAA", rest: false })],
    ["retrieve", (c) => c.metadata.retrieve({ packageNames: ["My Package"] })],
    ["checkDeployStatus", (c) => c.metadata.checkDeployStatus("0Af000000000001AAA")],
  ];

  test.each(soap)("%s finds no resource", async (_, ask) => {
    const error = await refusal(Promise.resolve(ask(connection)));

    expect(error.errorCode).toBe("ERROR_HTTP_404");
    expect(error.message).toContain("NOT_FOUND");
  });
});

test.each<Request>([
  ["describeTabs", (c) => c.soap.describeTabs()],
  ["convertLead", (c) => c.soap.convertLead({ leadId: "00Q000000000001AAA", convertedStatus: "Closed" })],
])("SOAP has no operation %s", async (name, ask) => {
  const { message } = await refusal(Promise.resolve(ask(connection)));

  expect(message).toBe(
    `No operation available for request {urn:partner.soap.sforce.com}${name}, please check the WSDL for the service.`,
  );
});

test.each(["insert", "update", "upsert", "delete", "hardDelete"] as const)(
  "Bulk API 1.0 has no operation %s",
  async (operation) => {
    const job = connection.bulk.createJob("Account", operation, { extIdField: "Id" });
    job.on("error", () => undefined);

    expect((await refusal(job.open())).message).toContain(`The operation ${operation} is not supported`);
  },
);
