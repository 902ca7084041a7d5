import { describe, expect, it } from "vitest";
import { planConnector, type ConnectorPlan } from "./new-connector.ts";

const values = { domain: "acme", client_id: "id", client_secret: "open sesame" };

const plan = (changes: Partial<ConnectorPlan> = {}) =>
  planConnector({ indexName: "search-acme", name: "Acme", values, schedules: {}, ...changes });

describe("a new connector", () => {
  it("has the given values, typed as Kibana stores them", () => {
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
        status: "configured",
        error: null,
        serviceType: "salesforce",
        indexName: "search-acme",
        name: "Acme",
        configuration: {
          domain: "acme",
          client_id: "id",
          client_secret: "open sesame",
          standard_objects_to_sync: "Account, Case",
          sync_custom_objects: true,
          custom_objects_to_sync: "*",
          max_file_size: 20,
        },
      },
    });
  });

  it("needs configuration if required fields have no value", () => {
    expect(plan({ values: { domain: "acme", sync_custom_objects: "true" } })).toMatchObject({
      missing: ["client_id", "client_secret", "custom_objects_to_sync"],
      change: { status: "needs_configuration" },
    });
  });

  it("has the given schedules, enabled", () => {
    expect(plan({ schedules: { full: " 0 0 0 * * ?" } })).toMatchObject({
      change: { schedules: { full: { enabled: true, expression: "0 0 0 * * ?" } } },
    });
    expect(() => plan({ schedules: { incremental: "hourly" } })).toThrow(/"hourly" is not a Quartz expression/);
  });

  it.each([
    [
      { domain: "https://acme.my.salesforce.com" },
      "domain",
      "must be only the part before .my.salesforce.com; write acme.",
    ],
    [{ ...values, sync_custom_objects: "yes" }, "sync_custom_objects", 'must be true or false; found "yes".'],
    [{ standard_objects_to_sync: "Accuont" }, "standard_objects_to_sync", "did you mean Account?"],
  ])("is refused with %j, without an error for missing fields", (given, field, message) => {
    expect(plan({ values: given })).toEqual({
      problems: [{ field, message: expect.stringContaining(message) as string }],
    });
  });
});
