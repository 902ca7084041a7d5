import { describe, expect, it } from "vitest";
import { configurationFields } from "../../connector/configuration-fields.ts";
import { planConnector, type ConnectorPlan } from "./new-connector.ts";

const values = { domain: "acme", client_id: "id", client_secret: "open sesame" };

const plan = (changes: Partial<ConnectorPlan> = {}) =>
  planConnector({ indexName: "search-acme", name: "Acme", values, schedules: {}, ...changes });

describe("a new connector", () => {
  it("has every field, with the values that are given, as Kibana stores them", () => {
    const made = plan({
      values: {
        ...values,
        standard_objects_to_sync: "Account, Case",
        sync_custom_objects: "True",
        custom_objects_to_sync: "*",
        max_file_size: "20",
      },
    });

    expect(made).toMatchObject({
      missing: [],
      change: {
        state: "configured",
        error: null,
        serviceType: "salesforce",
        indexName: "search-acme",
        name: "Acme",
        configuration: {
          domain: { label: "Domain", value: "acme", order: 1 },
          client_secret: { value: "open sesame", sensitive: true },
          standard_objects_to_sync: { value: "Account, Case" },
          sync_custom_objects: { value: true },
          custom_objects_to_sync: { value: "*" },
          api_version: { value: "62.0" },
          sync_files: { value: true },
          max_file_size: { value: 20 },
          concurrent_downloads: { value: "" },
        },
      },
    });
    const { change } = made as Extract<typeof made, { change: object }>;
    expect(Object.keys(change.configuration ?? {})).toEqual(configurationFields.map(({ key }) => key));
  });

  it("waits to be configured where fields that it needs have no value", () => {
    expect(plan({ values: { domain: "acme", sync_custom_objects: "true" } })).toMatchObject({
      missing: ["client_id", "client_secret", "custom_objects_to_sync"],
      change: { state: "needs_configuration" },
    });
  });

  it("has the schedules that are given, switched on", () => {
    expect(plan({ schedules: { full: " 0 0 0 * * ?" } })).toMatchObject({
      change: { schedules: { full: { enabled: true, expression: "0 0 0 * * ?" } } },
    });
    expect(() => plan({ schedules: { incremental: "hourly" } })).toThrow(/"hourly" is not a schedule in Quartz form/);
  });

  it.each([
    [
      { domain: "https://acme.my.salesforce.com" },
      "domain",
      "must be only what stands before .my.salesforce.com; write acme.",
    ],
    [{ ...values, sync_custom_objects: "yes" }, "sync_custom_objects", 'must be true or false; found "yes".'],
    [{ ...values, use_document_level_security: "true" }, "use_document_level_security", "is not available"],
    [{ standard_objects_to_sync: "Accuont" }, "standard_objects_to_sync", "did you mean Account?"],
  ])("is refused with %j, and what is missing is not complained of", (given, field, message) => {
    expect(plan({ values: given })).toEqual({
      problems: [{ field, message: expect.stringContaining(message) as string }],
    });
  });
});
