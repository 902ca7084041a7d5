import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DraftRule, Filter } from "../../support/kibana-documents.ts";
import type { Connector } from "../../support/kibana-store.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

// Sync rules that a user edits in Kibana: the service validates, activates and applies them.

const fixture = useProtocol({ ids: ["basic", "wrong", "advanced", "broken", "healthy"] });
let service: ServiceProcess;

beforeAll(async () => {
  service = await fixture.start();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

const rule = (id: string, fields: Partial<DraftRule>): DraftRule => ({
  id,
  policy: "exclude",
  field: "Name",
  rule: "equals",
  value: "Secret Corp",
  order: 0,
  ...fields,
});

const draftOf = ({ filtering }: Connector): Filter | undefined => filtering[0]?.draft;
const activeOf = ({ filtering }: Connector): Filter | undefined => filtering[0]?.active;

/** The connector once the service has validated its draft. */
function judged(id: string): Promise<Connector> {
  return fixture.connector(id, (connector) => draftOf(connector)?.validation.state !== "edited");
}

describe("basic rules", () => {
  it("become active if they are valid, and filter the next sync, including files", async () => {
    const { editor, kibana } = fixture;
    const account = await editor.create("Account", { Name: "Secret Corp" });
    const { documentId: file } = await editor.attach(account, { title: "Plan", content: Buffer.from("Secret plan") });
    await fixture.connect("basic");
    await fixture.sync("basic");
    const before = await fixture.documents("basic");

    await kibana.saveDraftRules("basic", { rules: [rule("no-secrets", {})] });
    const connector = await judged("basic");
    const job = await fixture.sync("basic");
    const after = await fixture.documents("basic");

    expect([before.has(account), before.has(file)]).toEqual([true, true]);
    expect(draftOf(connector)?.validation).toEqual({ state: "valid", errors: [] });
    expect(activeOf(connector)).toEqual(draftOf(connector));
    expect(activeOf(connector)?.rules.map(({ id }) => id)).toEqual(["no-secrets", "DEFAULT"]);
    expect(job).toMatchObject({
      status: "completed",
      indexed_document_count: 0,
      deleted_document_count: 2,
      metadata: { report: { objects: { Account: { filtered: 1, deleted: 1 }, files: { deleted: 1 } } } },
    });
    expect([...before.keys()].filter((id) => !after.has(id)).sort()).toEqual([account, file].sort());
    expect(job.connector.filtering?.rules.map(({ id }) => id)).toEqual(["no-secrets", "DEFAULT"]);
  });

  it("with an error report it at the invalid rule, and the previous ones stay active", async () => {
    await fixture.connect("wrong");
    const before = activeOf(await fixture.kibana.getConnector("wrong"));

    await fixture.kibana.saveDraftRules("wrong", {
      rules: [rule("good", {}), rule("bad", { rule: "regex", value: "(", order: 1 })],
    });
    const connector = await judged("wrong");
    const job = await fixture.sync("wrong");

    const { state, errors = [] } = draftOf(connector)?.validation ?? {};
    expect(state).toBe("invalid");
    expect(errors.map(({ ids }) => ids)).toEqual([["bad"]]);
    expect(errors[0]?.messages.join(" ")).toMatch(/\(/);
    expect(activeOf(connector)).toEqual(before);
    expect(connector.status).toBe("connected");
    expect(job.status).toBe("completed");
  });
});

describe("advanced rules", () => {
  it("become active if Salesforce accepts them, and replace the selected objects", async () => {
    const query = "SELECT Id, Name FROM Account WHERE Name LIKE 'A%'";
    const wanted = await fixture.editor.ids(query);
    await fixture.connect("advanced");

    await fixture.kibana.saveDraftRules("advanced", { advancedSnippet: [{ query, language: "SOQL" }] });
    const connector = await judged("advanced");
    const job = await fixture.sync("advanced");
    const documents = await fixture.documents("advanced");

    expect(draftOf(connector)?.validation).toEqual({ state: "valid", errors: [] });
    expect(job.status).toBe("completed");
    expect(wanted.length).toBeGreaterThan(0);
    const records = [...documents.values()].filter(({ object_type: type }) => type !== "ContentDocument");
    expect(records.map(({ id }) => id).sort()).toEqual(wanted.sort());
  });

  it("that Salesforce refuses report the reason, and the previous ones stay active", async () => {
    const before = activeOf(await fixture.kibana.getConnector("advanced"));

    await fixture.kibana.saveDraftRules("advanced", {
      advancedSnippet: [{ query: "SELECT Id, Nonsense FROM Account", language: "SOQL" }],
    });
    const connector = await judged("advanced");

    const { state, errors = [] } = draftOf(connector)?.validation ?? {};
    expect(state).toBe("invalid");
    expect(errors[0]).toMatchObject({ ids: ["advanced_snippet"] });
    expect(errors[0]?.messages.join(" ")).toContain("Nonsense");
    expect(activeOf(connector)).toEqual(before);
  });
});

describe("malformed stored rules", () => {
  it.each([
    ["no rules at all", [{ domain: "DEFAULT" }]],
    ["a draft alone", [{ domain: "DEFAULT", draft: { rules: [], validation: { state: "edited", errors: [] } } }]],
  ])("are reported on their connector, and other connectors run (%s)", async (_, filtering) => {
    await fixture.create("broken");
    await fixture.connector("broken", ({ status }) => status === "needs_configuration");
    await fixture.kibana.saveConfiguration("broken", {
      domain: "acme",
      client_id: "simulator",
      client_secret: "simulator",
    });
    const { id, ...document } = await fixture.connector("broken", ({ status }) => status === "connected");

    await fixture.kibana.putRawConnector(id, { ...document, filtering });
    const said = await fixture.connector("broken", ({ status }) => status === "error");
    await fixture.connect("healthy", { standard_objects_to_sync: "Campaign" });
    const job = await fixture.sync("healthy");

    expect(said.error).toMatch(/^Its sync rules are malformed/);
    expect(said.filtering).toEqual(filtering);
    expect(job.status).toBe("completed");
    expect(service.isRunning).toBe(true);
    for (const one of ["broken", "healthy"]) await fixture.kibana.deleteConnector(one, { hard: true });
  });
});
