import { describe, expect, it } from "vitest";
import type { FieldSchema } from "../../sync/ports.ts";
import { keywordName, type MappingProperties } from "./mapping.ts";
import { planMapping } from "./plan-mapping.ts";

const field = (name: string, kind: FieldSchema["kind"], fields?: FieldSchema[]): FieldSchema => ({
  name,
  kind,
  ...(fields ? { fields } : {}),
});

const plan = (
  objects: Record<string, FieldSchema[]>,
  { existing = {}, totalFields = 1000 }: { existing?: MappingProperties; totalFields?: number } = {},
) =>
  planMapping(
    Object.entries(objects).map(([name, schema]) => ({ name, schema })),
    { existing, totalFields },
  );

const overflowOf = (planned: ReturnType<typeof plan>): Record<string, string[]> =>
  Object.fromEntries([...planned.overflow].map(([name, fields]) => [name, [...fields]]));

describe("planMapping", () => {
  it("maps each field by its type in describe, and adds the connector's own fields", () => {
    const { additions, warnings } = plan({
      Account: [
        field("Name", "text"),
        field("Owner", "object", [field("Id", "keyword")]),
        field("CreatedDate", "date"),
      ],
    });

    expect(additions).toMatchObject({
      id: { type: "keyword" },
      object_type: { type: "keyword" },
      more_fields: { type: "flattened", ignore_above: 8191 },
      Name: { type: "text", fields: { keyword: { type: "keyword" } } },
      Owner: { properties: { Id: { type: "keyword" } } },
      CreatedDate: { type: "date" },
    });
    expect(warnings).toEqual([]);
  });

  it("indexes a field as text with a warning if objects differ about its type", () => {
    const planned = plan({ A__c: [field("Status__c", "double")], B__c: [field("Status__c", "boolean")] });

    expect(planned.additions["Status__c"]).toMatchObject({ type: "text" });
    expect(overflowOf(planned)).toEqual({});
    expect(planned.warnings).toEqual([
      "Fields with different types in different objects are indexed as text: Status__c.",
    ]);
  });

  it("puts a field that is an object in one type and a value in another under more_fields of the later one", () => {
    const planned = plan({
      A__c: [field("Place__c", "object", [field("city", "text")])],
      B__c: [field("Place__c", "text")],
    });

    expect(planned.additions["Place__c"]).toMatchObject({ properties: { city: { type: "text" } } });
    expect(overflowOf(planned)).toEqual({ B__c: ["Place__c"] });
  });

  it("merges the fields of related objects", () => {
    const planned = plan({
      Account: [field("Owner", "object", [field("Id", "keyword")])],
      Case: [field("Owner", "object", [field("Id", "keyword"), field("Email", "text")])],
    });

    expect(planned.additions["Owner"]?.properties).toMatchObject({ Id: { type: "keyword" }, Email: { type: "text" } });
  });

  it("respects the field limit of the index, in the order of the objects", () => {
    const many = Array.from({ length: 300 }, (_, n) => field(`Field${n}__c`, "text"));

    const planned = plan({ Account: [field("Name", "text")], Big__c: many }, { totalFields: 400 });

    const mapped = Object.keys(planned.additions).filter((name) => name.startsWith("Field")).length;
    expect(planned.additions).toHaveProperty("Name");
    expect(mapped).toBeGreaterThan(100);
    expect(planned.overflow.get("Big__c")?.size).toBe(300 - mapped);
    expect(planned.warnings[0]).toMatch(/^Fields over the limit of the index .* and \d+ more\.$/);
  });

  it("adds only the fields that an existing index lacks", () => {
    const existing: MappingProperties = {
      id: { type: "text", fields: { keyword: { type: "keyword" } } },
      Name: { type: "text" },
      Owner: { properties: { Id: { type: "text" } } },
    };

    const planned = plan(
      { Account: [field("Name", "text"), field("Owner", "object", [field("Id", "keyword"), field("Name", "text")])] },
      { existing },
    );

    expect(planned.additions).not.toHaveProperty("Name");
    expect(planned.additions).not.toHaveProperty("id");
    expect(planned.additions["Owner"]?.properties).toEqual({
      Name: expect.objectContaining({ type: "text" }) as unknown,
    });
    expect(overflowOf(planned)).toEqual({});
  });

  it("puts values that an existing field would refuse under more_fields", () => {
    const existing: MappingProperties = {
      Phone__c: { type: "long" },
      Amount: { type: "float" },
      When: { type: "date" },
    };

    const planned = plan(
      { A__c: [field("Phone__c", "text"), field("Amount", "double"), field("When", "date")] },
      { existing },
    );

    expect(overflowOf(planned)).toEqual({ A__c: ["Phone__c"] });
    expect(planned.warnings).toEqual([
      "Fields that the index has with an incompatible type are indexed in more_fields: Phone__c.",
    ]);
  });

  it("changes the version of an object only if one of its fields is indexed differently", () => {
    const before = plan({ A: [field("X", "text")], B: [field("Y", "text")] });
    const same = plan({ A: [field("X", "text")], B: [field("Y", "text")], C: [field("Z", "text")] });
    const changed = plan({ A: [field("X", "date")], B: [field("Y", "text")] });

    expect(same.versions.get("A")).toBe(before.versions.get("A"));
    expect(changed.versions.get("A")).not.toBe(before.versions.get("A"));
    expect(changed.versions.get("B")).toBe(before.versions.get("B"));
  });

  it("gives the same version before and after the index has the fields", () => {
    const objects = { A: [field("X", "text"), field("Owner", "object", [field("Id", "keyword")])] };
    const first = plan(objects);

    const second = plan(objects, { existing: first.additions });

    expect(second.versions).toEqual(first.versions);
    expect(second.additions).toEqual({});
  });

  it("gives the same version before and after an object in the index gets another field, regardless of its other fields", () => {
    const objects = { A: [field("Owner", "object", [field("Id", "keyword"), field("Email", "text")])] };
    const existing: MappingProperties = {
      Owner: { properties: { Id: { type: "keyword" }, attributes: { properties: { type: { type: "text" } } } } },
    };
    const first = plan(objects, { existing });

    const second = plan(objects, {
      existing: {
        Owner: { properties: { ...existing["Owner"]?.properties, ...first.additions["Owner"]?.properties } },
      },
    });

    expect(first.additions["Owner"]?.properties).toHaveProperty("Email");
    expect(second.additions).not.toHaveProperty("Owner");
    expect(second.versions).toEqual(first.versions);
  });
});

describe("keywordName", () => {
  it("finds the field itself, or the sub-field of Elastic's and Kibana's templates", () => {
    const properties: MappingProperties = {
      id: { type: "keyword" },
      type: { type: "text", fields: { enum: { type: "keyword" } } },
      attributes: { properties: { type: { type: "text", fields: { keyword: { type: "keyword" } } } } },
      body: { type: "text" },
    };

    expect(["id", "type", "attributes.type", "body", "none"].map((path) => keywordName(properties, path))).toEqual([
      "id",
      "type.enum",
      "attributes.type.keyword",
      undefined,
      undefined,
    ]);
  });
});
