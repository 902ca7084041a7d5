import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonBuffer } from "./json-buffer.ts";

const members = (prefix: string) =>
  fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}$/).map((name) => prefix + name),
    fc.string({ unit: "grapheme" }),
    {
      minKeys: prefix === "a" ? 1 : 0,
    },
  );

describe("JsonBuffer", () => {
  it("builds an object with the members of all parts, repeatedly", () => {
    const buffer = new JsonBuffer();
    fc.assert(
      fc.property(members("a"), members("b"), (first, second) => {
        buffer.start(JSON.stringify(first));
        buffer.join(Buffer.from(JSON.stringify(second)));
        buffer.addText("_print", "x-1_");

        expect(JSON.parse(buffer.bytes.toString())).toEqual({ ...first, ...second, _print: "x-1_" });
      }),
    );
  });

  it("grows with its content", () => {
    const buffer = new JsonBuffer();
    const long = "ü".repeat(100_000);

    buffer.start(JSON.stringify({ a: long }));
    buffer.join(Buffer.from(JSON.stringify({ b: long })));
    buffer.addText("c", "d");

    expect(JSON.parse(buffer.bytes.toString())).toEqual({ a: long, b: long, c: "d" });
  });
});
