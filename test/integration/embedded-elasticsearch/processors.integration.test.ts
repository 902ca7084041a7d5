import type { estypes } from "@elastic/elasticsearch";
import { afterAll, describe, expect, inject, it } from "vitest";
import { elasticsearchClient } from "../../support/elasticsearch.ts";

const client = elasticsearchClient();

afterAll(() => client.close());

/** Runs a document through a pipeline of these processors. */
async function run(source: Record<string, unknown>, ...processors: estypes.IngestProcessorContainer[]) {
  const { docs } = await client.ingest.simulate({ pipeline: { processors }, docs: [{ _source: source }] });
  const [result] = docs;
  return result?.error === undefined ? result?.doc?._source : { error: result.error.reason };
}

/** A title, a processor, the document before and the document after. */
type Case = [string, [processor: estypes.IngestProcessorContainer, before: Record<string, unknown>, after: unknown]];

describe.runIf(inject("elasticsearchOrigin") === "embedded")("set", () => {
  it.each<Case>([
    [
      "gives a value of any type",
      [{ set: { field: "a.b", value: { c: [1, true, null] } } }, {}, { a: { b: { c: [1, true, null] } } }],
    ],
    ["replaces a value", [{ set: { field: "a", value: 2 } }, { a: 1 }, { a: 2 }]],
    ["leaves a value when told to", [{ set: { field: "a", value: 2, override: false } }, { a: 1 }, { a: 1 }]],
    ["fills a null even so", [{ set: { field: "a", value: 2, override: false } }, { a: null }, { a: 2 }]],
    ["copies another field", [{ set: { field: "a", copy_from: "b.c" } }, { b: { c: [1] } }, { b: { c: [1] }, a: [1] }]],
    [
      "passes over an empty source",
      [{ set: { field: "a", copy_from: "b", ignore_empty_value: true } }, { a: 1, b: "" }, { a: 1, b: "" }],
    ],
    [
      "passes over a missing source",
      [{ set: { field: "a", copy_from: "b", ignore_empty_value: true } }, { a: 1 }, { a: 1 }],
    ],
    [
      "fails on a missing source",
      [{ set: { field: "a", copy_from: "b" } }, {}, { error: "field [b] not present as part of path [b]" }],
    ],
    [
      "puts other fields into a text",
      [
        { set: { field: "a", value: "{{b}} and {{{c.d}}}{{e}}" } },
        { b: 1, c: { d: "x" } },
        { a: "1 and x", b: 1, c: { d: "x" } },
      ],
    ],
    [
      "escapes the text of two braces for JSON",
      [{ set: { field: "a", value: "{{b}} {{{b}}}" } }, { b: '"' }, { a: '\\" "', b: '"' }],
    ],
    [
      "renders sections, and values as JSON and as a list",
      [
        {
          set: {
            field: "a",
            value:
              "{{#b}}yes{{/b}} {{#toJson}}c{{/toJson}} {{#join}}c{{/join}} {{#join delimiter=' | '}}c{{/join delimiter=' | '}}",
          },
        },
        { b: true, c: ['x"', "y"] },
        { a: 'yes ["x\\"","y"] x",y x" | y', b: true, c: ['x"', "y"] },
      ],
    ],
  ])("%s", async (_name, [processor, before, after]) => {
    expect(await run(before, processor)).toEqual(after);
  });

  it("copies, so that a later change of the copy leaves the source alone", async () => {
    const result = await run({ b: [1] }, { set: { field: "a", copy_from: "b" } }, { append: { field: "a", value: 2 } });

    expect(result).toEqual({ a: [1, 2], b: [1] });
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("append", () => {
  it.each<Case>([
    ["makes a list of one value", [{ append: { field: "a", value: [2, 3] } }, { a: 1 }, { a: [1, 2, 3] }]],
    ["makes a field", [{ append: { field: "a", value: "x" } }, {}, { a: ["x"] }]],
    [
      "adds no value twice when told not to",
      [{ append: { field: "a", value: [1, 2], allow_duplicates: false } }, { a: [1] }, { a: [1, 2] }],
    ],
  ])("%s", async (_name, [processor, before, after]) => {
    expect(await run(before, processor)).toEqual(after);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("remove", () => {
  it.each<Case>([
    ["takes one field away", [{ remove: { field: "a.b" } }, { a: { b: 1, c: 2 } }, { a: { c: 2 } }]],
    [
      "takes a list of fields away",
      [{ remove: { field: ["a", "b"], ignore_missing: true } }, { b: 1, c: 2 }, { c: 2 }],
    ],
    [
      "fails on a missing field",
      [{ remove: { field: ["a", "b"] } }, { b: 1 }, { error: "field [a] not present as part of path [a]" }],
    ],
  ])("%s", async (_name, [processor, before, after]) => {
    expect(await run(before, processor)).toEqual(after);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("rename", () => {
  // A documented option that the client's types lack.
  const overriding = { field: "a", target_field: "b", override: true };

  it.each<Case>([
    ["moves a field", [{ rename: { field: "a", target_field: "b.c" } }, { a: [1] }, { b: { c: [1] } }]],
    ["moves a field into itself", [{ rename: { field: "a", target_field: "a.b" } }, { a: 1 }, { a: { b: 1 } }]],
    [
      "passes over a missing field when told to",
      [{ rename: { field: "a", target_field: "b", ignore_missing: true } }, {}, {}],
    ],
    [
      "fails on a missing field",
      [{ rename: { field: "a", target_field: "b" } }, {}, { error: "field [a] doesn't exist" }],
    ],
    [
      "fails on a target that is there",
      [{ rename: { field: "a", target_field: "b" } }, { a: 1, b: 2 }, { error: "field [b] already exists" }],
    ],
    ["replaces a target when told to", [{ rename: overriding }, { a: 1, b: 2 }, { b: 1 }]],
  ])("%s", async (_name, [processor, before, after]) => {
    expect(await run(before, processor)).toEqual(after);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("gsub, lowercase and trim", () => {
  it.each<Case>([
    ["replace matches", [{ gsub: { field: "a", pattern: "\\s+", replacement: " " } }, { a: "x \n\t y" }, { a: "x y" }]],
    [
      "take groups over",
      [{ gsub: { field: "a", pattern: "(\\d)-(\\d)", replacement: "$2$1" } }, { a: "1-2" }, { a: "21" }],
    ],
    ["lower the case", [{ lowercase: { field: "a" } }, { a: "ACME Ä" }, { a: "acme ä" }]],
    ["take the space around away", [{ trim: { field: "a" } }, { a: " \n x " }, { a: "x" }]],
    ["change each string of a list", [{ trim: { field: "a" } }, { a: [" x", "y "] }, { a: ["x", "y"] }]],
    ["write elsewhere", [{ lowercase: { field: "a", target_field: "b" } }, { a: "X" }, { a: "X", b: "x" }]],
    ["pass over a missing field", [{ trim: { field: "a", ignore_missing: true } }, {}, {}]],
    [
      "pass over a null",
      [{ gsub: { field: "a", pattern: "x", replacement: "", ignore_missing: true } }, { a: null }, { a: null }],
    ],
    ["fail on a missing field", [{ trim: { field: "a" } }, {}, { error: "field [a] not present as part of path [a]" }]],
    ["fail on a null", [{ trim: { field: "a" } }, { a: null }, { error: "field [a] is null, cannot process it." }]],
    [
      "fail on a value that is not a string",
      [
        { trim: { field: "a" } },
        { a: 1 },
        { error: "field [a] of type [java.lang.Integer] cannot be cast to [java.lang.String]" },
      ],
    ],
  ])("%s", async (_name, [processor, before, after]) => {
    expect(await run(before, processor)).toEqual(after);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("a pipeline", () => {
  it("goes on after a failure that a processor ignores", async () => {
    const result = await run({}, { trim: { field: "a", ignore_failure: true } }, { set: { field: "b", value: 1 } });

    expect(result).toEqual({ b: 1 });
  });

  it("passes the failure to its on_failure processors", async () => {
    const message =
      "{{_ingest.on_failure_processor_type}} {{_ingest.on_failure_processor_tag}}: {{_ingest.on_failure_message}}";
    const failing = {
      trim: { field: "a", tag: "tidy", on_failure: [{ append: { field: "errors", value: message } }] },
    };

    expect(await run({}, failing)).toEqual({ errors: ["trim tidy: field [a] not present as part of path [a]"] });
  });

  it.each<[string, estypes.IngestProcessorContainer, RegExp]>([
    ["a condition, since there is no script language", { set: { if: "true", field: "a", value: 1 } }, /painless/],
    ["a template that does not end", { set: { field: "a", value: "{{#b}}x" } }, /Failed to close 'b' tag/],
    [
      "a function of a template without the name of a value",
      { set: { field: "a", value: "{{#toJson}}{{/toJson}}" } },
      /must contain one and only one identifier/,
    ],
    [
      "a function that the node lacks",
      { set: { field: "a", value: "{{#url}}b{{/url}}" } },
      /no mustache function \[url\]/,
    ],
    ["a value and a source", { set: { field: "a", value: 1, copy_from: "b" } }, /cannot set both/],
    ["an invalid pattern", { gsub: { field: "a", pattern: "(", replacement: "" } }, /Invalid regex pattern/],
    ["a processor without its field", { remove: { field: [] } }, /required property is missing/],
  ])("refuses %s", async (_name, processor, message) => {
    await expect(run({}, processor)).rejects.toThrow(message);
  });
});
