import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCount, readInstant, readObject, readText, readWord, writeError, writeInstant } from "./stored-values.ts";

/** From 1970 to 9999, the years of four digits. */
const anyInstant = fc.integer({ min: 0, max: Date.parse("9999-12-31T23:59:59.999Z") });

/** Every character except unpaired surrogates. fast-check's "binary" does the same, but spends most of a second on building a table. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7_ff }), fc.integer({ min: 0xe0_00, max: 0x10_ff_ff }))
  .map((code) => String.fromCodePoint(code));

describe("an instant", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(anyInstant, (ms) => {
        expect(readInstant(writeInstant(ms))).toBe(ms);
      }),
    );
  });

  it.each([
    ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00.000Z"],
    ["2024-01-01T10:00:00", "2024-01-01T10:00:00.000Z"],
    ["2024-01-01T10:00", "2024-01-01T10:00:00.000Z"],
    ["2024-01-01 10:00:00.5", "2024-01-01T10:00:00.500Z"],
    ["2024-01-01", "2024-01-01T00:00:00.000Z"],
    ["2024-01-01T10:00:00.123456+00:00", "2024-01-01T10:00:00.123Z"],
    ["2024-01-01T10:00:00.123456", "2024-01-01T10:00:00.123Z"],
    ["2024-01-01T10:00:00.123456789Z", "2024-01-01T10:00:00.123Z"],
    ["2024-01-01T10:00:00.999999999Z", "2024-01-01T10:00:00.999Z"],
    ["2024-01-01T10:00:00+02:00", "2024-01-01T08:00:00.000Z"],
    ["2024-01-01T10:00:00-0130", "2024-01-01T11:30:00.000Z"],
    ["2024-01-01T10:00:00+02", "2024-01-01T08:00:00.000Z"],
  ])("%s is %s in every time zone", (text, expected) => {
    expect(writeInstant(readInstant(text))).toBe(expected);
  });

  it.each([1_704_103_200_000, 0])("of milliseconds is %d", (ms) => {
    expect(readInstant(ms)).toBe(ms);
  });

  it.each([
    "",
    "yesterday",
    "2024-13-01T10:00:00Z",
    "2024-01-01T25:00:00Z",
    "2024-02-30",
    "24-01-01",
    NaN,
    Infinity,
    9e15,
    true,
    null,
    {},
  ])("is not %j", (value) => {
    expect(readInstant(value)).toBeUndefined();
  });
});

describe("a value", () => {
  it("of any kind is read without an error", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect([null, value]).toContainEqual(readText(value));
        expect([null, "full"]).toContain(readWord(value, ["full"]));
        expect([undefined, value]).toContainEqual(readCount(value));
        expect(readObject(value)).toBeTypeOf("object");
        expect(Number.isInteger(readInstant(value) ?? 0)).toBe(true);
      }),
    );
  });

  it.each([-1, 1.5, "7", null, 2 ** 60])("%j is not a count", (value) => {
    expect(readCount(value)).toBeUndefined();
  });
});

describe("an error", () => {
  it("fits into the bytes of an Elasticsearch keyword, and keeps its beginning", () => {
    fc.assert(
      fc.property(fc.string({ unit: character, minLength: 1, maxLength: 5 }), (part) => {
        const error = part.repeat(11_000);

        const written = writeError(error);

        expect(Buffer.byteLength(written)).toBeLessThan(32_766);
        expect(error.startsWith(written.replace(/ …$/, ""))).toBe(true);
        expect(written.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("that is short stays as it is, and a missing one stays missing", () => {
    expect(writeError("no")).toBe("no");
    expect(writeError(null)).toBeNull();
    expect(writeError(undefined)).toBeUndefined();
  });
});
