import { describe, expect, it } from "vitest";
import { newConnector } from "../../test/support/memory-stores.ts";
import { parseConfig } from "../config/load-config.ts";
import type { Config, ConnectorEntry } from "../config/schema.ts";
import { rulesOf, settingsOfConnector, settingsOfEntry, settingsOfJob } from "./sync-settings.ts";

const values = { domain: "acme", client_id: "id", client_secret: "open sesame" };
const noRules = { basic: [], advanced: [], problems: [] };

function file(connector: Record<string, unknown>): { config: Config; entry: ConnectorEntry } {
  const text = JSON.stringify({ connectors: [{ connector_id: "sales", ...connector }] });
  const { config } = parseConfig(text, { file: "config.yml", environment: {} });
  const [entry] = config.connectors;
  if (!entry) throw new Error("The file contains no connector.");
  return { config, entry };
}

const { config } = file({});
const stored = newConnector("sales", { configuration: values });
const snapshot = { ...stored, connectorId: "sales" };

describe("the settings of a sync", () => {
  it("are the same from the file, a connector and a job", () => {
    const fromFile = file({ index_name: "search-sales", configuration: values });

    const settings = settingsOfEntry(fromFile.entry, fromFile.config);

    expect(settings).toMatchObject({ connectorId: "sales", indexName: "search-sales", rules: { basic: [] } });
    expect(settingsOfConnector(stored, { config, entry: undefined })).toMatchObject({
      configuration: settings.configuration,
      pipeline: settings.pipeline,
    });
    expect(settingsOfJob(snapshot, { config, entry: undefined })).toMatchObject({
      configuration: settings.configuration,
      indexName: "search-sales",
    });
  });

  it("prefer the file's values to stored ones", () => {
    const context = file({ configuration: { domain: "other" } });

    expect(settingsOfJob(snapshot, context).configuration.domain).toBe("other");
  });

  it("list every problem of the file at once, with its path", () => {
    const { entry } = file({
      configuration: { ...values, domain: "ac me", standard_objects_to_sync: "Accuont" },
      scheduling: { full: "hourly", access_control: "nightly" },
      sync_rules: { basic: [{ policy: "drop" }], advanced: [{ query: "SELECT", language: "SOQL" }] },
    });

    expect(() => settingsOfEntry(entry, config)).toThrow(
      /configuration\.domain .*configuration\.standard_objects_to_sync .*index_name .*sync_rules\.basic .*sync_rules\.advanced.*scheduling\.full.*scheduling\.access_control/s,
    );
  });

  it("require an index and valid rules for a job, not for a check", () => {
    const problems = [{ ids: [], messages: ["Its sync rules are not validated."] }];
    const broken = { ...stored, indexName: null, rules: { ...noRules, problems } };

    expect(() => settingsOfJob({ ...broken, connectorId: "sales" }, { config, entry: undefined })).toThrow(
      "Its sync rules are not validated. No index is attached to it.",
    );
    expect(settingsOfConnector(broken, { config, entry: undefined })).toMatchObject({ connectorId: "sales" });
  });

  it.each([".kibana", ".security-7", "a*", "a,b", "up\u0000", "UPPER"])("refuse the index %j", (indexName) => {
    expect(() => settingsOfJob({ ...snapshot, indexName }, { config, entry: undefined })).toThrow(
      /is not a valid index name, or it is the name of a hidden index/,
    );
  });

  it("take the index of the file if it names one", () => {
    const context = file({ index_name: "search-own", configuration: values });

    expect(settingsOfJob({ ...snapshot, indexName: "search-foreign" }, context).indexName).toBe("search-own");
  });

  it("refuse an empty selection, which would delete every document", () => {
    const configuration = { ...values, standard_objects_to_sync: "" };

    expect(() => settingsOfJob({ ...snapshot, configuration }, { config, entry: undefined })).toThrow(/is empty/);
  });
});

describe("sync rules of the file", () => {
  it("need neither an id nor an order, and are named by their position", () => {
    const rule = { policy: "exclude", field: "Type", rule: "equals", value: "Competitor" };
    const { entry } = file({ sync_rules: { basic: [rule, { ...rule, rule: "below" }] } });

    expect(rulesOf(entry)).toMatchObject({
      basic: [{ id: "rule-1", order: 0 }],
      problems: [{ ids: ["rule-2"], messages: [expect.stringContaining('found "below"')] }],
    });
  });
});
