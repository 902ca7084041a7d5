import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedConnector, newConnector } from "../../test/support/memory-stores.ts";
import type { JsonObject } from "../core/json.ts";
import { prepareConnector, type ConnectorKind } from "./prepare-connector.ts";

const kind: ConnectorKind = {
  serviceType: "salesforce",
  fields: {
    domain: { label: "Domain", type: "str", options: [], depends_on: [], value: "" },
    limit: { label: "Limit", type: "int", options: [], depends_on: [{ field: "domain", value: "x" }], value: 5 },
  },
  features: { sync_rules: { basic: { enabled: true } } },
};

describe("a connector that is prepared", () => {
  it("is told its fields, features and type, and waits to be filled in, when it has nothing", () => {
    const created = newConnector("one", { state: "created", serviceType: null });

    const change = prepareConnector(created, kind);

    expect(change).toEqual({
      serviceType: "salesforce",
      configuration: kind.fields,
      features: kind.features,
      state: "needs_configuration",
    });
  });

  it("lacks nothing after it, whatever it was, and every value that it had is as it was", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const property = fc.dictionary(
      fc.constantFrom("label", "type", "options", "tooltip", "depends_on"),
      fc.jsonValue(),
    );
    const field = fc.tuple(property, fc.option(value, { nil: undefined })).map(([properties, set]): JsonObject => ({
      ...(properties as JsonObject),
      ...(set === undefined ? {} : { value: set }),
    }));
    const configuration = fc.dictionary(fc.constantFrom("domain", "limit", "colour"), field);
    const anything = fc.oneof(configuration, fc.jsonValue());
    const features = fc.oneof(fc.constant(null), fc.constant(kind.features), fc.jsonValue());
    fc.assert(
      fc.property(anything, features, fc.constantFrom(null, "salesforce"), (stored, had, serviceType) => {
        const before = newConnector("one", { configuration: stored, features: had, serviceType });

        const first = prepareConnector(before, kind);
        const after = first ? changedConnector(before, first) : before;

        expect(prepareConnector(after, kind)).toBeUndefined();
        for (const [key, was] of valuesOf(stored)) expect(valuesOf(after.configuration)).toContainEqual([key, was]);
      }),
      { numRuns: 100 },
    );
  });

  it("is given a field that is new in this version, with its first value, and stays in its state", () => {
    const { limit, ...older } = kind.fields;
    const before = newConnector("one", { configuration: older, features: kind.features });

    expect(prepareConnector(before, kind)).toEqual({ configuration: { limit } });
  });

  it("is given a label that changed, and keeps its value", () => {
    const { domain, limit } = kind.fields;
    const configuration = { domain: { ...domain, label: "Host", value: "acme" }, limit };
    const before = newConnector("one", { configuration, features: kind.features });

    const change = prepareConnector(before, kind);
    const after = change && changedConnector(before, change);

    expect(after?.configuration).toEqual({ domain: { ...domain, value: "acme" }, limit });
  });
});

/** Fields that are objects with a value, by key. */
function valuesOf(configuration: unknown): [string, unknown][] {
  if (typeof configuration !== "object" || configuration === null || Array.isArray(configuration)) return [];
  return Object.entries(configuration).flatMap(([key, field]: [string, unknown]) =>
    typeof field === "object" && field !== null && !Array.isArray(field) && "value" in field
      ? [[key, field.value] as [string, unknown]]
      : [],
  );
}
