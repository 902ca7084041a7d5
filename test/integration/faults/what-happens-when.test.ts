import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faultNames } from "./fault-kinds.ts";
import { allRows, errorsOf } from "./fault-table.ts";

const page = readFileSync(new URL("../../../docs/what-happens-when.md", import.meta.url), "utf8");

/** The rows of the table below a heading of the page. */
function rowsBelow(heading: string): string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  return (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| "));
}

describe("the page about faults", () => {
  const errors = [
    ...faultNames.map((fault) => ["Salesforce", fault, errorsOf.salesforce[fault]] as const),
    ...faultNames.map((fault) => ["Elasticsearch", fault, errorsOf.elasticsearch[fault]] as const),
  ];

  it.each(errors)("has the message and the code of %s: %s", (server, _, [code, text]) => {
    const rows = rowsBelow(server).filter((row) => row.includes(`\`${code}\``));

    expect(rows.some((row) => text.test(row))).toBe(true);
  });

  it("has the other messages of the table", () => {
    const texts = allRows().flatMap(({ expected: { text, warning } }) => text ?? warning ?? []);

    expect(texts.filter((text) => !text.test(page)).map(String)).toEqual([]);
  });
});
