import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "./http.ts";

const now = Date.parse("2026-11-23T10:00:00Z");

describe("parseRetryAfter", () => {
  it.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Mon, 23 Nov 2026 10:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("reads %j as %j ms", (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it("takes the first of several headers", () => {
    expect(parseRetryAfter(["5", "9"], now)).toBe(5000);
  });
});
