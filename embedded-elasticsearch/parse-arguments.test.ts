import { describe, expect, it } from "vitest";
import { parseArguments } from "./parse-arguments.ts";

describe("parseArguments", () => {
  it("defaults to version 8 on a free port with temporary data", () => {
    expect(parseArguments([])).toEqual({ major: 8, port: 0, heapMb: 1024 });
  });

  it("takes port, version, data folder and heap", () => {
    expect(parseArguments(["--port", "9200", "--version", "9", "--data", "data", "--heap", "2048"])).toEqual({
      major: 9,
      port: 9200,
      dataDir: "data",
      heapMb: 2048,
    });
  });

  it("accepts security, and with it the pipeline of older versions", () => {
    expect(parseArguments(["--secured"])).toEqual({ major: 8, port: 0, heapMb: 1024, secured: true });
    expect(parseArguments(["--secured", "--generic-pipeline"])).toMatchObject({ secured: true, genericPipeline: true });
  });

  it("prints its help on request", () => {
    const help = parseArguments(["--help"]);

    expect(help).toMatchObject({ exitCode: 0 });
    expect(help).toHaveProperty("text", expect.stringMatching(/--port <port>[^]*--version <major>[^]*--data <folder>/));
  });

  it.each([
    [["--prot", "9200"], /unknown option '--prot'.*\n\(Did you mean --port\?\)/],
    [["--port", "http"], /'--port <port>' argument 'http' is invalid\. A whole number from 0 to 65535 is expected/],
    [["--port", "65536"], /from 0 to 65535/],
    [["--port", "-1"], /-1/],
    [["--port"], /argument missing/],
    [["--version", "7"], /argument '7' is invalid\. 8 or 9 is expected/],
    [["--version", "8.19"], /8 or 9 is expected/],
    [["--heap", "64"], /from 256 to 31744/],
    [["--data", ""], /name of a folder is expected/],
    [["--generic-pipeline"], /--generic-pipeline needs --secured/],
    [["start"], /too many arguments/],
  ])("refuses %j with status 2 and the reason", (args, reason) => {
    const refusal = parseArguments(args);

    expect(refusal).toMatchObject({ exitCode: 2 });
    expect(refusal).toHaveProperty("text", expect.stringMatching(reason));
  });
});
