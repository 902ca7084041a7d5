import { execFile } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { codeOf, StartFailure } from "./start-failure.ts";

/** A program such as Maven or the Java compiler. */
interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The purpose for error messages: "fetch Elasticsearch's jars". */
  readonly purpose: string;
  /** Advice if the program is not installed. */
  readonly ifMissing: string;
  /** Advice if the program fails. */
  readonly ifFailing: string;
}

const timeoutMs = 600_000;
const reportedLines = 12;
/** Lines that Maven adds to every error. */
const mavenAdvice =
  /^\[ERROR\] *$|full stack trace|full debug logging|more information about the errors|\[Help \d+\] http/;

/**
 * Runs a tool and captures its output.
 *
 * @throws StartFailure with the tool's error output if it is missing, fails, or runs for more than ten minutes
 */
export async function runTool(tool: Tool, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const options = {
      cwd: tool.folder,
      env: tool.env ?? process.env,
      timeout: timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal && { signal }),
    };
    execFile(tool.command, tool.args, options, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(failure(tool, error, stdout + stderr));
    });
  });
}

function failure(tool: Tool, error: Error, output: string): StartFailure {
  if (codeOf(error) === "ENOENT") {
    return new StartFailure(`"${tool.command}" is needed to ${tool.purpose} and was not found. ${tool.ifMissing}`, {
      cause: error,
    });
  }
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .filter((line) => line.trim() !== "" && !mavenAdvice.test(line));
  const errors = lines.filter((line) => /error/i.test(line));
  const told = (errors.length > 0 ? errors : lines).slice(0, reportedLines).join("\n");
  return new StartFailure(`"${tool.command}" failed to ${tool.purpose}. ${tool.ifFailing}`, {
    details: told === "" ? error.message : told,
    cause: error,
  });
}
