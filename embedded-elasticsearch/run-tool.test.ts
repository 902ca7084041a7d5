import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { runTool } from "./run-tool.ts";

const told = {
  folder: tmpdir(),
  purpose: "fetch the jars",
  ifMissing: "Install Maven.",
  ifFailing: "Check the network.",
};

describe("runTool", () => {
  it("names the program to install if it is missing", async () => {
    await expect(runTool({ ...told, command: "no-such-program", args: [] })).rejects.toThrow(
      '"no-such-program" is needed to fetch the jars and was not found. Install Maven.',
    );
  });

  it("repeats only the errors of a program that fails", async () => {
    const script =
      'console.log("[INFO] scanning"); console.log("\\u001b[1m[ERROR] unknown host\\u001b[m"); console.log("[ERROR] "); console.log("[ERROR] Re-run Maven using the -X switch to enable full debug logging."); process.exit(1);';

    await expect(runTool({ ...told, command: process.execPath, args: ["--eval", script] })).rejects.toThrow(
      / failed to fetch the jars\. Check the network\.\n\[ERROR\] unknown host$/,
    );
  });

  it("reports the exit status of a program that fails without output", async () => {
    await expect(runTool({ ...told, command: process.execPath, args: ["--eval", "process.exit(3)"] })).rejects.toThrow(
      /Check the network\.\nCommand failed/,
    );
  });

  it("ends the program when it is told to", async () => {
    const running = runTool(
      { ...told, command: process.execPath, args: ["--eval", "setInterval(() => {}, 1000)"] },
      AbortSignal.timeout(20),
    );

    await expect(running).rejects.toThrow();
  });
});
