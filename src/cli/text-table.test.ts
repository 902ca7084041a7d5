import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isoInstant, shortInstant, textTable } from "./text-table.ts";

/** Characters that break lines more often than others. */
const character = fc.oneof(
  fc.constantFrom("\n", "\r", "\v", "\f", "\t", "\u0085", "\u2028", "\u2029", " "),
  fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit)),
);

describe("a table of text", () => {
  it("aligns its columns, numbers to the right", () => {
    const rows = [
      { name: "one", count: 5 },
      { name: "three", count: 1200 },
    ];

    const text = textTable(
      [
        { title: "name", value: ({ name }) => name },
        { title: "count", value: ({ count }) => String(count), align: "right" },
      ],
      rows,
    );

    expect(text).toBe("name   count\none        5\nthree   1200");
  });

  it("has one line for each row, even if values contain line breaks", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: character }), { maxLength: 5 }), (rows) => {
        const text = textTable([{ title: "text", value: (row) => row }], rows);

        expect(text.split(/\r\n|[\n\r\u2028\u2029]/)).toHaveLength(rows.length + 1);
      }),
    );
  });

  it("shows times in UTC, and a dash for none", () => {
    const at = Date.parse("2026-03-01T12:00:05.250Z");

    expect([shortInstant(at), shortInstant(undefined)]).toEqual(["2026-03-01T12:00:05Z", "-"]);
    expect([isoInstant(at), isoInstant(undefined)]).toEqual(["2026-03-01T12:00:05.250Z", null]);
  });
});
