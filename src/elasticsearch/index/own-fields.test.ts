import { describe, expect, it } from "vitest";
import { ownProperties } from "./mapping.ts";
import { unsuitableFields } from "./own-fields.ts";

const guessed = { type: "text", fields: { keyword: { type: "keyword", ignore_above: 256 } } };

describe("the fields that every document has", () => {
  it("suit in an index of this connector, of Elastic's connector, and in an empty one", () => {
    const elastic = { id: guessed, object_type: guessed, type: guessed, _timestamp: { type: "date" }, title: guessed };

    for (const properties of [ownProperties, elastic, {}]) expect(unsuitableFields(properties)).toEqual([]);
  });

  it.each([
    ["id", { type: "long" }, "long", "keyword, or text with a keyword sub-field"],
    ["id", { type: "text" }, "text without a keyword sub-field", "keyword, or text with a keyword sub-field"],
    [
      "object_type",
      { type: "keyword", normalizer: "lowercase" },
      "keyword with a normalizer",
      "keyword, or text with a keyword sub-field",
    ],
    ["_fingerprint", guessed, "text", "keyword"],
    ["_version_id", { type: "keyword", doc_values: false }, "keyword without doc values", "keyword"],
    ["_text_state", { type: "boolean" }, "boolean", "keyword"],
    ["_timestamp", guessed, "text", "date"],
    ["title", { properties: {} }, "object", "text"],
    ["more_fields", { type: "text" }, "text without a keyword sub-field", "flattened"],
  ])("do not suit if %s is %j", (...[field, property, found, expected]) => {
    expect(unsuitableFields({ ...ownProperties, [field]: property })).toEqual([{ field, found, expected }]);
  });
});
