import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";
import { Kibana } from "../../support/kibana.ts";
import { instant, type JobStatus } from "../../support/kibana-documents.ts";
import { connectorIndices } from "../../support/kibana-templates.ts";

const client = elasticsearchClient();
const prefix = uniqueIndexPrefix();

/** The clock of the stand-in. */
let now = Date.parse("2026-03-01T12:00:00Z");
let kibana: Kibana;

beforeAll(async () => {
  kibana = await Kibana.create({ client, prefix, now: () => now });
});

afterAll(async () => {
  await kibana.remove();
  await client.close();
});

const domain = { label: "Domain", type: "str", display: "text", required: true, sensitive: false, order: 1, value: "" };

/** A connector as it is when the service has seen it. */
async function registeredConnector(id: string, { indexName = `${prefix}${id}` } = {}): Promise<string> {
  await kibana.createConnector({ id, indexName, name: "Salesforce", serviceType: "salesforce" });
  const { id: _, ...document } = await kibana.getConnector(id);
  await kibana.putRawConnector(id, { ...document, configuration: { domain }, status: "needs_configuration" });
  return id;
}

async function jobWith(status: JobStatus, connectorId: string): Promise<string> {
  const jobId = await kibana.startSync(connectorId);
  const { id: _, ...job } = await kibana.getJob(jobId);
  await kibana.putRawJob(jobId, { ...job, status });
  return jobId;
}

const refusal = (status: number, message: RegExp): object => ({
  name: "KibanaRefusal",
  status,
  message: expect.stringMatching(message) as string,
});

describe("the indices", () => {
  it("have the mapping, the alias and the defaults of a real cluster", async () => {
    const { connectors, connectorsAlias, jobs, jobsAlias } = kibana.indices;

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

  it("are made anew by whoever creates the concrete name, and not there at all when nothing is installed", async () => {
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

  it("of identities are hidden and made by the first write", async () => {
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
    const { hits } = await client.search({ index: kibana.indices.connectors, size: 100 });
    for (const { _id: id } of hits.hits) await kibana.deleteConnector(id ?? "", { hard: true, withJobs: true });
  });

  it("is created with the API's defaults", async () => {
    const id = await kibana.createConnector({ indexName: `${prefix}new`, name: "New", serviceType: "salesforce" });

    const created = instant(now);
    const rule = { id: "DEFAULT", policy: "include", field: "_", rule: "regex", value: ".*", order: 0 };
    const filter = {
      rules: [{ ...rule, created_at: created, updated_at: created }],
      advanced_snippet: { value: {}, created_at: created, updated_at: created },
      validation: { state: "valid", errors: [] },
    };
    const daily = { enabled: false, interval: "0 0 0 * * ?" };
    const stored = await client.get({ index: kibana.indices.connectorsAlias, id });
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

  it("needs its configuration at once when it is native, and has a name even without one", async () => {
    const id = await kibana.createConnector({ native: true });

    expect(await kibana.getConnector(id)).toMatchObject({ is_native: true, status: "needs_configuration", name: "" });
  });

  it("starts over when it is created again under its id", async () => {
    const id = await registeredConnector("again");

    await kibana.createConnector({ id, indexName: `${prefix}again` });

    expect(await kibana.getConnector(id)).toMatchObject({ configuration: {}, status: "created" });
  });

  it("cannot have the index of another, unless that one is deleted", async () => {
    const first = await registeredConnector("first");
    const second = await registeredConnector("second");
    const taken = refusal(400, /^Index name \[.*first\] is used by another connector\.$/);

    await expect(kibana.createConnector({ indexName: `${prefix}first` })).rejects.toMatchObject(taken);
    await expect(kibana.setIndexName(second, `${prefix}first`)).rejects.toMatchObject(taken);
    await kibana.setIndexName(first, `${prefix}first`);
    await kibana.deleteConnector(first);
    await kibana.setIndexName(second, `${prefix}first`);

    expect((await kibana.getConnector(second)).index_name).toBe(`${prefix}first`);
  });

  it("can be detached from its index", async () => {
    const id = await registeredConnector("detached");

    await kibana.setIndexName(id, null);

    expect((await kibana.getConnector(id)).index_name).toBeNull();
  });

  it("is configured once its values are saved, and keeps the rest of its fields", async () => {
    const id = await registeredConnector("configured");

    await kibana.saveConfiguration(id, { domain: "acme" });

    expect(await kibana.getConnector(id)).toMatchObject({
      status: "configured",
      configuration: { domain: { ...domain, value: "acme" } },
    });
  });

  it("takes no value for a field that nobody registered", async () => {
    const id = await registeredConnector("unknown-field");

    const saving = kibana.saveConfiguration(id, { domain: "acme", colour: "red" });

    await expect(saving).rejects.toMatchObject(refusal(400, /^Unknown \[configuration\] fields .*: \[colour\]/));
    expect(await kibana.getConnector(id)).toMatchObject({ status: "needs_configuration", configuration: { domain } });
  });

  it("has only the fields of a configuration that replaces another, with the properties that the API knows", async () => {
    const id = await registeredConnector("replaced");

    await kibana.replaceConfiguration(id, { token: { label: "Token", tooltip: null, ours: true } });

    const token = { label: "Token", default_value: null, required: false, sensitive: false, value: null };
    expect(await kibana.getConnector(id)).toMatchObject({ status: "configured" });
    expect((await kibana.getConnector(id)).configuration).toEqual({ token });
  });

  it.each([
    ["a list as value", { label: "Objects", value: ["Account"] }],
    ["no label", { value: "" }],
    ["an unknown display", { label: "Objects", display: "slider" }],
  ])("refuses a configuration field with %s", async (_, field) => {
    const id = await registeredConnector("refusing");

    await expect(kibana.replaceConfiguration(id, { field })).rejects.toMatchObject(refusal(400, /parse/));
  });

  it("keeps the schedules that are not given", async () => {
    const id = await registeredConnector("scheduled");

    await kibana.setScheduling(id, { full: { enabled: true, interval: "0 0 3 * * ?" } });
    const wrong = kibana.setScheduling(id, { incremental: { enabled: true, interval: "*/5 * * * *" } });

    await expect(wrong).rejects.toMatchObject(refusal(400, /cron/));
    expect((await kibana.getConnector(id)).scheduling).toEqual({
      full: { enabled: true, interval: "0 0 3 * * ?" },
      incremental: { enabled: false, interval: "0 0 0 * * ?" },
      access_control: { enabled: false, interval: "0 0 0 * * ?" },
    });
  });

  it("has the pipeline, features, key and name that it is given", async () => {
    const id = await registeredConnector("settings");
    const pipeline = { name: "mine", extract_binary_content: true, reduce_whitespace: false, run_ml_inference: false };

    await kibana.setPipeline(id, pipeline);
    await kibana.setFeatures(id, { sync_rules: { basic: { enabled: false } } });
    await kibana.setApiKeyId(id, { apiKeyId: "key-1" });
    await kibana.setName(id, { description: "of Acme" });

    expect(await kibana.getConnector(id)).toMatchObject({
      pipeline,
      features: { sync_rules: { basic: { enabled: false } } },
      api_key_id: "key-1",
      name: "Salesforce",
      description: "of Acme",
      status: "needs_configuration",
    });
  });

  it("needs its configuration again under another service type, unless it was just created", async () => {
    const created = await kibana.createConnector({ id: "just-created" });
    const configured = await registeredConnector("retyped");
    await kibana.saveConfiguration(configured, { domain: "acme" });

    await kibana.setServiceType(created, "salesforce");
    await kibana.setServiceType(configured, "salesforce");

    expect(await kibana.getConnector(created)).toMatchObject({ service_type: "salesforce", status: "created" });
    expect(await kibana.getConnector(configured)).toMatchObject({ status: "needs_configuration" });
  });

  it("is hidden when it is deleted, and gone when it is deleted for good", async () => {
    const id = await registeredConnector("deleted");
    const jobId = await kibana.startSync(id);
    const gone = refusal(404, /^connector \[deleted\] not found$/);

    await kibana.deleteConnector(id);
    const marked = await kibana.getConnector(id, { includeDeleted: true });

    expect(marked.deleted).toBe(true);
    await expect(kibana.getConnector(id)).rejects.toMatchObject(gone);
    await expect(kibana.deleteConnector(id)).rejects.toMatchObject(gone);
    await expect(kibana.saveConfiguration(id, {})).rejects.toMatchObject(gone);
    expect((await kibana.getJob(jobId)).status).toBe("pending");

    await kibana.deleteConnector(id, { hard: true, withJobs: true });
    await expect(kibana.getConnector(id, { includeDeleted: true })).rejects.toMatchObject(gone);
    await expect(kibana.getJob(jobId)).rejects.toMatchObject(refusal(404, /^connector sync job .* not found$/));
    await registeredConnector("deleted");
  });

  it("may hold what no API would write", async () => {
    await kibana.putRawConnector("broken", { status: "nonsense", configuration: null, filtering: [] });

    expect(await kibana.getConnector("broken")).toMatchObject({ status: "nonsense", configuration: null });
    await expect(kibana.startSync("broken")).rejects.toMatchObject(refusal(400, /parse/));
  });
});

describe("sync rules", () => {
  const rule = { id: "a", policy: "exclude", field: "Name", rule: "equals", value: "x", order: 2 } as const;

  it("become a draft in their order, the rule for everything else last, and wait to be validated", async () => {
    const id = await registeredConnector("rules");
    const before = instant(now);
    now += 60_000;

    await kibana.saveDraftRules(id, { rules: [rule, { ...rule, id: "b", order: 1 }] });
    const [filtering] = (await kibana.getConnector(id)).filtering;

    const saved = instant(now);
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

  it("come with one rule for everything when there are none or only that one", async () => {
    const id = await registeredConnector("no-rules");
    const [before] = (await kibana.getConnector(id)).filtering;

    await kibana.saveDraftRules(id, { rules: [] });
    const [none] = (await kibana.getConnector(id)).filtering;
    await kibana.saveDraftRules(id, { rules: before?.draft.rules ?? [] });
    const [same] = (await kibana.getConnector(id)).filtering;

    for (const filtering of [none, same])
      expect(filtering?.draft.rules).toMatchObject([{ id: "DEFAULT", order: 0, value: ".*" }]);
  });

  it("keep the rules when only the snippet is saved, and the snippet when only the rules are", async () => {
    const id = await registeredConnector("snippet");
    const value = [{ query: "SELECT Id FROM Account", language: "SOQL" }];

    await kibana.saveDraftRules(id, { rules: [rule] });
    await kibana.saveDraftRules(id, { advancedSnippet: value });
    const [first] = (await kibana.getConnector(id)).filtering;
    await kibana.saveDraftRules(id, { rules: [] });
    const [second] = (await kibana.getConnector(id)).filtering;

    expect(first?.draft.rules.map(({ id: ruleId }) => ruleId)).toEqual(["a", "DEFAULT"]);
    expect(first?.draft.advanced_snippet.value).toEqual(value);
    expect(second?.draft.rules.map(({ id: ruleId }) => ruleId)).toEqual(["DEFAULT"]);
    expect(second?.draft.advanced_snippet.value).toEqual(value);
  });
});

describe("a job", () => {
  it("keeps its connector as it was when the sync was asked for", async () => {
    const id = await registeredConnector("jobs");
    await kibana.saveConfiguration(id, { domain: "acme" });

    const jobId = await kibana.startSync(id);
    await kibana.saveConfiguration(id, { domain: "other" });

    const stored = await client.get({ index: kibana.indices.jobsAlias, id: jobId });
    const [filtering] = (await kibana.getConnector(id)).filtering;
    expect(stored._source).toEqual({
      connector: {
        id,
        index_name: `${prefix}jobs`,
        service_type: "salesforce",
        configuration: { domain: { ...domain, default_value: null, value: "acme" } },
        filtering: filtering?.active,
      },
      created_at: instant(now),
      last_seen: instant(now),
      job_type: "full",
      trigger_method: "on_demand",
      status: "pending",
      indexed_document_count: 0,
      indexed_document_volume: 0,
      deleted_document_count: 0,
      total_document_count: 0,
      metadata: {},
    });
  });

  it("of access control writes to the index of identities", async () => {
    const id = await registeredConnector("identities");

    const job = await kibana.getJob(await kibana.startSync(id, "access_control", { triggerMethod: "scheduled" }));

    expect(job).toMatchObject({ job_type: "access_control", trigger_method: "scheduled" });
    expect(job.connector.index_name).toBe(`.search-acl-filter-${prefix}identities`);
  });

  it("is refused without an index, a service type or a connector", async () => {
    const noIndex = await kibana.createConnector({ serviceType: "salesforce" });
    const noType = await kibana.createConnector({ indexName: `${prefix}no-type` });

    await expect(kibana.startSync(noIndex)).rejects.toMatchObject(refusal(400, /no index attached/));
    await expect(kibana.startSync(noType)).rejects.toMatchObject(refusal(400, /\[service_type\] not defined/));
    await expect(kibana.startSync("nobody")).rejects.toMatchObject(refusal(404, /\[nobody\] not found/));
  });

  it("is refused for a configuration that the API cannot read", async () => {
    const id = await registeredConnector("list-value");
    const { id: _, ...document } = await kibana.getConnector(id);
    await kibana.putRawConnector(id, { ...document, configuration: { domain: { ...domain, value: ["acme"] } } });

    await expect(kibana.startSync(id)).rejects.toMatchObject(refusal(400, /parse/));
  });

  it.each(["pending", "suspended"] as const)("that is %s is canceled at once", async (status) => {
    const jobId = await jobWith(status, await registeredConnector(`cancel-${status}`));
    now += 1000;

    await kibana.cancelSync(jobId);

    const at = instant(now);
    expect(await kibana.getJob(jobId)).toMatchObject({
      status: "canceled",
      cancelation_requested_at: at,
      canceled_at: at,
      completed_at: at,
    });
  });

  it("that runs is asked to stop", async () => {
    const jobId = await jobWith("in_progress", await registeredConnector("cancel-running"));

    await kibana.cancelSync(jobId);

    const job = await kibana.getJob(jobId);
    expect(job).toMatchObject({ status: "canceling", cancelation_requested_at: instant(now) });
    expect(job).not.toHaveProperty("canceled_at");
  });

  it.each(["canceling", "canceled", "completed", "error"] as const)("that is %s cannot be canceled", async (status) => {
    const jobId = await jobWith(status, await registeredConnector(`no-cancel-${status}`));

    await expect(kibana.cancelSync(jobId)).rejects.toMatchObject(refusal(400, /Invalid transition/));
  });

  it("ends with all others of its connector when all are canceled", async () => {
    const id = await registeredConnector("cancel-all");
    const other = await jobWith("pending", await registeredConnector("not-canceled"));
    for (const status of ["pending", "in_progress", "suspended", "completed"] as const) await jobWith(status, id);

    await kibana.cancelAll(id);

    const statuses = (await kibana.listJobs({ connectorId: id })).map(({ status }) => status);
    expect(statuses.sort()).toEqual(["canceled", "canceled", "canceling", "completed"]);
    expect(await kibana.getConnector(id)).toMatchObject({
      last_sync_status: "canceled",
      last_access_control_sync_status: "canceled",
    });
    expect((await kibana.getJob(other)).status).toBe("pending");
  });

  it("is listed by connector, status and type, the newest first", async () => {
    const id = await registeredConnector("listed");
    const jobIds: string[] = [];
    for (const type of ["full", "incremental", "full"] as const) {
      now += 1000;
      jobIds.push(await kibana.startSync(id, type));
    }
    await kibana.cancelSync(jobIds[0] ?? "");
    const ids = (jobs: { id: string }[]): string[] => jobs.map((job) => job.id);

    expect(ids(await kibana.listJobs({ connectorId: id }))).toEqual(jobIds.toReversed());
    expect(ids(await kibana.listJobs({ connectorId: id, jobType: "incremental" }))).toEqual([jobIds[1]]);
    expect(ids(await kibana.listJobs({ connectorId: id, status: "canceled" }))).toEqual([jobIds[0]]);
  });
});
