import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One kind of error that the product throws, as its source says. */
export interface ErrorKind {
  name: string;
  code: string;
  meaning: string;
  exitCode: number;
}

const declaration =
  /\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?class (?<name>\w+) extends AppError \{(?<body>[\s\S]*?)\n\}/g;

/** Every error class of the product, by code. */
export function allErrors(root: string): ErrorKind[] {
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  const kinds = files.flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(declaration)].map(toKind));
  return kinds.sort((a, b) => a.code.localeCompare(b.code));
}

function toKind({ groups }: RegExpExecArray): ErrorKind {
  const { comment = "", name = "", body = "" } = groups ?? {};
  const code = /override readonly code = "(?<code>[^"]+)"/.exec(body)?.groups?.["code"] ?? "";
  return {
    name,
    code,
    meaning: comment.replaceAll(/\s*\n?\s*\*\s?/g, " ").trim(),
    exitCode: body.includes("exitCode = 2") ? 2 : 1,
  };
}

/** The text of docs/errors.md. */
export function errorReference(root: string): string {
  const rows = allErrors(root).map(({ code, meaning, exitCode }) => `| \`${code}\` | ${exitCode} | ${meaning} |`);
  return [
    "# Error codes",
    "After reading this page you can react to errors in scripts and dashboards: the codes are stable, and log lines have them as `error.code`. " +
      "The exit code of a command is 2 for errors that are found without asking a server, and 1 for all others. The page is generated from the source (`npm run generate`).",
    ["| code | exit code | meaning |", "| --- | --- | --- |", ...rows].join("\n"),
  ].join("\n\n");
}
