import { afterEach, describe, expect, it } from "vitest";
import { deleteIndices, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { Kibana } from "../../support/kibana.ts";
import { connectorIndices } from "../../support/kibana-templates.ts";
import { domain, refusal, useKibana } from "./kibana-fixture.ts";

const fixture = useKibana();
const { client, prefix } = fixture;

describe("the indices", () => {
  it("have the mapping, the alias and the defaults of a real cluster", async () => {
    const { connectors, connectorsAlias, jobs, jobsAlias } = fixture.kibana.indices;

    const found = await client.indices.get({ index: [connectorsAlias, jobsAlias] });

    expect(Object.keys(found).sort()).toEqual([jobs, connectors].sort());
    expect(found[connectors]?.mappings).toMatchObject({
      dynamic: "false",
      _meta: { pipeline: { default_name: "search-default-ingestion", default_run_ml_inference: true } },
      properties: { index_name: { type: "keyword" }, deleted: { type: "boolean" }, last_seen: { type: "date" } },
    });
    expect(found[jobs]?.mappings).toMatchObject({
      dynamic: "false",
      properties: { connector: { properties: { id: { type: "keyword" } } }, status: { type: "keyword" } },
    });
    expect(found[jobs]?.settings?.index).toMatchObject({ hidden: "true", auto_expand_replicas: "0-1" });
  });

  it("are recreated by a request for the concrete name, and do not exist if nothing is installed", async () => {
    const fresh = uniqueIndexPrefix();
    const empty = uniqueIndexPrefix();
    const onlyTemplates = await Kibana.create({ client, prefix: fresh, installed: "templates" });
    await Kibana.create({ client, prefix: empty, installed: "nothing" });
    const before = await client.indices.exists({ index: connectorIndices(fresh).connectors });

    await client.indices.create({ index: connectorIndices(fresh).connectors });
    await client.indices.create({ index: connectorIndices(empty).connectors });

    expect(before).toBe(false);
    expect(await client.indices.existsAlias({ name: connectorIndices(fresh).connectorsAlias })).toBe(true);
    expect(await client.indices.existsAlias({ name: connectorIndices(empty).connectorsAlias })).toBe(false);
    await onlyTemplates.remove();
    await deleteIndices(client, empty);
  });

  it("of identities are hidden and created by the first write", async () => {
    const index = `.search-acl-filter-${prefix}docs`;

    await client.index({ index, document: { created_at: "2026-01-01T00:00:00Z", query: { template: {} } } });
    const found = await client.indices.get({ index });

    expect(found[index]?.settings?.index?.hidden).toBe("true");
    expect(found[index]?.mappings).toEqual({ dynamic: "false", properties: { created_at: { type: "date" } } });
    await client.indices.delete({ index });
  });
});

describe("a connector", () => {
  afterEach(async () => {
    const { hits } = await client.search({ index: fixture.kibana.indices.connectors, size: 100 });
    for (const { _id: id } of hits.hits) await fixture.kibana.deleteConnector(id ?? "", { hard: true, withJobs: true });
  });

  it("is created with the API's defaults", async () => {
    const id = await fixture.kibana.createConnector({
      indexName: `${prefix}new`,
      name: "New",
      serviceType: "salesforce",
    });

    const created = fixture.now();
    const rule = { id: "DEFAULT", policy: "include", field: "_", rule: "regex", value: ".*", order: 0 };
    const filter = {
      rules: [{ ...rule, created_at: created, updated_at: created }],
      advanced_snippet: { value: {}, created_at: created, updated_at: created },
      validation: { state: "valid", errors: [] },
    };
    const daily = { enabled: false, interval: "0 0 0 * * ?" };
    const stored = await client.get({ index: fixture.kibana.indices.connectorsAlias, id });
    expect(stored._source).toEqual({
      configuration: {},
      custom_scheduling: {},
      filtering: [{ domain: "DEFAULT", active: filter, draft: filter }],
      index_name: `${prefix}new`,
      is_native: false,
      name: "New",
      scheduling: { full: daily, incremental: daily, access_control: daily },
      service_type: "salesforce",
      status: "created",
      sync_now: false,
      deleted: false,
    });
  });

  it("needs its configuration at once if it is native, and gets a default name", async () => {
    const id = await fixture.kibana.createConnector({ native: true });

    expect(await fixture.kibana.getConnector(id)).toMatchObject({
      is_native: true,
      status: "needs_configuration",
      name: "",
    });
  });

  it("starts over when it is created again under its id", async () => {
    const id = await fixture.registeredConnector("again");

    await fixture.kibana.createConnector({ id, indexName: `${prefix}again` });

    expect(await fixture.kibana.getConnector(id)).toMatchObject({ configuration: {}, status: "created" });
  });

  it("cannot have the index of another, unless that one is deleted", async () => {
    const first = await fixture.registeredConnector("first");
    const second = await fixture.registeredConnector("second");
    const taken = refusal(400, /^Index name \[.*first\] is used by another connector\.$/);

    await expect(fixture.kibana.createConnector({ indexName: `${prefix}first` })).rejects.toMatchObject(taken);
    await expect(fixture.kibana.setIndexName(second, `${prefix}first`)).rejects.toMatchObject(taken);
    await fixture.kibana.setIndexName(first, `${prefix}first`);
    await fixture.kibana.deleteConnector(first);
    await fixture.kibana.setIndexName(second, `${prefix}first`);

    expect((await fixture.kibana.getConnector(second)).index_name).toBe(`${prefix}first`);
  });

  it("can be detached from its index", async () => {
    const id = await fixture.registeredConnector("detached");

    await fixture.kibana.setIndexName(id, null);

    expect((await fixture.kibana.getConnector(id)).index_name).toBeNull();
  });

  it("is configured once its values are saved, and keeps the rest of its fields", async () => {
    const id = await fixture.registeredConnector("configured");

    await fixture.kibana.saveConfiguration(id, { domain: "acme" });

    expect(await fixture.kibana.getConnector(id)).toMatchObject({
      status: "configured",
      configuration: { domain: { ...domain, value: "acme" } },
    });
  });

  it("refuses a value for an unregistered field", async () => {
    const id = await fixture.registeredConnector("unknown-field");

    const saving = fixture.kibana.saveConfiguration(id, { domain: "acme", colour: "red" });

    await expect(saving).rejects.toMatchObject(refusal(400, /^Unknown \[configuration\] fields .*: \[colour\]/));
    expect(await fixture.kibana.getConnector(id)).toMatchObject({
      status: "needs_configuration",
      configuration: { domain },
    });
  });

  it("keeps schedules that a change does not name", async () => {
    const id = await fixture.registeredConnector("scheduled");

    await fixture.kibana.setScheduling(id, { full: { enabled: true, interval: "0 0 3 * * ?" } });
    const wrong = fixture.kibana.setScheduling(id, { incremental: { enabled: true, interval: "*/5 * * * *" } });

    await expect(wrong).rejects.toMatchObject(refusal(400, /cron/));
    expect((await fixture.kibana.getConnector(id)).scheduling).toEqual({
      full: { enabled: true, interval: "0 0 3 * * ?" },
      incremental: { enabled: false, interval: "0 0 0 * * ?" },
      access_control: { enabled: false, interval: "0 0 0 * * ?" },
    });
  });

  it("has the given pipeline and features", async () => {
    const id = await fixture.registeredConnector("settings");
    const pipeline = { name: "mine", extract_binary_content: true, reduce_whitespace: false, run_ml_inference: false };

    await fixture.kibana.setPipeline(id, pipeline);
    await fixture.kibana.setFeatures(id, { sync_rules: { basic: { enabled: false } } });

    expect(await fixture.kibana.getConnector(id)).toMatchObject({
      pipeline,
      features: { sync_rules: { basic: { enabled: false } } },
      status: "needs_configuration",
    });
  });

  it("needs its configuration again under another service type, unless it was just created", async () => {
    const created = await fixture.kibana.createConnector({ id: "just-created" });
    const configured = await fixture.registeredConnector("retyped");
    await fixture.kibana.saveConfiguration(configured, { domain: "acme" });

    await fixture.kibana.setServiceType(created, "salesforce");
    await fixture.kibana.setServiceType(configured, "salesforce");

    expect(await fixture.kibana.getConnector(created)).toMatchObject({ service_type: "salesforce", status: "created" });
    expect(await fixture.kibana.getConnector(configured)).toMatchObject({ status: "needs_configuration" });
  });

  it("is hidden after a soft delete, and gone after a hard delete", async () => {
    const id = await fixture.registeredConnector("deleted");
    const jobId = await fixture.kibana.startSync(id);
    const gone = refusal(404, /^connector \[deleted\] not found$/);

    await fixture.kibana.deleteConnector(id);
    const marked = await fixture.kibana.getConnector(id, { includeDeleted: true });

    expect(marked.deleted).toBe(true);
    await expect(fixture.kibana.getConnector(id)).rejects.toMatchObject(gone);
    await expect(fixture.kibana.deleteConnector(id)).rejects.toMatchObject(gone);
    await expect(fixture.kibana.saveConfiguration(id, {})).rejects.toMatchObject(gone);
    expect((await fixture.kibana.getJob(jobId)).status).toBe("pending");

    await fixture.kibana.deleteConnector(id, { hard: true, withJobs: true });
    await expect(fixture.kibana.getConnector(id, { includeDeleted: true })).rejects.toMatchObject(gone);
    await expect(fixture.kibana.getJob(jobId)).rejects.toMatchObject(refusal(404, /^connector sync job .* not found$/));
    await fixture.registeredConnector("deleted");
  });

  it("may contain values that the API would refuse", async () => {
    await fixture.kibana.putRawConnector("broken", { status: "nonsense", configuration: null, filtering: [] });

    expect(await fixture.kibana.getConnector("broken")).toMatchObject({ status: "nonsense", configuration: null });
    await expect(fixture.kibana.startSync("broken")).rejects.toMatchObject(refusal(400, /parse/));
  });
});

describe("sync rules", () => {
  const rule = { id: "a", policy: "exclude", field: "Name", rule: "equals", value: "x", order: 2 } as const;

  it("become a draft in their order, with the default rule last, and wait for validation", async () => {
    const id = await fixture.registeredConnector("rules");
    const before = fixture.now();
    fixture.pass(60_000);

    await fixture.kibana.saveDraftRules(id, { rules: [rule, { ...rule, id: "b", order: 1 }] });
    const [filtering] = (await fixture.kibana.getConnector(id)).filtering;

    const saved = fixture.now();
    expect(filtering?.draft.rules.map(({ id: ruleId, order }) => [ruleId, order])).toEqual([
      ["b", 1],
      ["a", 2],
      ["DEFAULT", 3],
    ]);
    expect(filtering?.draft.rules[0]).toMatchObject({ created_at: saved, updated_at: saved });
    expect(filtering?.draft.validation).toEqual({ state: "edited", errors: [] });
    expect(filtering?.draft.advanced_snippet).toEqual({ value: {}, created_at: before, updated_at: before });
    expect(filtering?.active.rules.map(({ id: ruleId }) => ruleId)).toEqual(["DEFAULT"]);
    expect(filtering?.active.validation.state).toBe("valid");
  });

  it("consist of the default rule if there are no others", async () => {
    const id = await fixture.registeredConnector("no-rules");
    const [before] = (await fixture.kibana.getConnector(id)).filtering;

    await fixture.kibana.saveDraftRules(id, { rules: [] });
    const [none] = (await fixture.kibana.getConnector(id)).filtering;
    await fixture.kibana.saveDraftRules(id, { rules: before?.draft.rules ?? [] });
    const [same] = (await fixture.kibana.getConnector(id)).filtering;

    for (const filtering of [none, same])
      expect(filtering?.draft.rules).toMatchObject([{ id: "DEFAULT", order: 0, value: ".*" }]);
  });

  it("keep the rules when only the snippet is saved, and the snippet when only the rules are", async () => {
    const id = await fixture.registeredConnector("snippet");
    const value = [{ query: "SELECT Id FROM Account", language: "SOQL" }];

    await fixture.kibana.saveDraftRules(id, { rules: [rule] });
    await fixture.kibana.saveDraftRules(id, { advancedSnippet: value });
    const [first] = (await fixture.kibana.getConnector(id)).filtering;
    await fixture.kibana.saveDraftRules(id, { rules: [] });
    const [second] = (await fixture.kibana.getConnector(id)).filtering;

    expect(first?.draft.rules.map(({ id: ruleId }) => ruleId)).toEqual(["a", "DEFAULT"]);
    expect(first?.draft.advanced_snippet.value).toEqual(value);
    expect(second?.draft.rules.map(({ id: ruleId }) => ruleId)).toEqual(["DEFAULT"]);
    expect(second?.draft.advanced_snippet.value).toEqual(value);
  });
});
