import { describe, expect, it } from "vitest";
import { mergeObjects } from "./protocol-documents.ts";

describe("merging objects", () => {
  it("keeps keys that the change does not name, at every depth", () => {
    const base = { a: 1, fields: { domain: { label: "Domain", value: "acme" }, other: {} } };

    const merged = mergeObjects(base, { fields: { domain: { value: "globex" } } });

    expect(merged).toEqual({ a: 1, fields: { domain: { label: "Domain", value: "globex" }, other: {} } });
    expect(base.fields.domain.value).toBe("acme");
  });

  it.each([
    ["a list", [3]],
    ["null", null],
    ["a text", "new"],
  ])("replaces an object by %s", (_, value) => {
    expect(mergeObjects({ a: { b: 1 } }, { a: value })).toEqual({ a: value });
  });

  it("replaces a list by an object", () => {
    expect(mergeObjects({ a: [1, 2] }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
  });
});
