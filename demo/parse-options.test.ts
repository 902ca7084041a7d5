import { describe, expect, it } from "vitest";
import { parseOptions } from "./parse-options.ts";

describe("the demo's options", () => {
  it("have defaults", () => {
    expect(parseOptions([])).toEqual({
      once: false,
      json: false,
      size: "small",
      query: "spare parts for the old inverter",
      version: 8,
      security: true,
    });
  });

  it("have the given values", () => {
    expect(
      parseOptions(["--once", "--json", "--size", "300", "--query", "solar", "--version", "9", "--no-security"]),
    ).toEqual({
      once: true,
      json: true,
      size: "300",
      query: "solar",
      version: 9,
      security: false,
    });
  });

  it.each([
    [["--version", "7"], "8 or 9 is expected."],
    [["--size", "huge"], "tiny, small, medium, large, or a number is expected."],
    [["--twice"], "unknown option '--twice'"],
    [["--query"], "argument missing"],
    [["9"], "too many arguments"],
  ])("are refused if they are wrong: %j", (args, text) => {
    expect(parseOptions(args)).toEqual({ exitCode: 2, text: expect.stringContaining(text) as string });
  });

  it("are shown by --help", () => {
    expect(parseOptions(["--help"])).toEqual({ exitCode: 0, text: expect.stringContaining("--once") as string });
  });
});
