import { globSync, readFileSync } from "node:fs";
import { Client } from "@elastic/elasticsearch";
import { describe, expect, it } from "vitest";
import { connectorIndexPattern, requiredPrivileges } from "../required-privileges.ts";

const root = new URL("../../..", import.meta.url);
const page = readFileSync(new URL("docs/elasticsearch-apis.md", root), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The source's calls on the official client; Salesforce's client has other methods. */
function calledApis(): string[] {
  const client = new Client({ node: "http://localhost:1" });
  const files = globSync("src/**/*.ts", { cwd: root, exclude: ["**/*.test.ts"] });
  const calls = files.flatMap((file) => callsOf(readFileSync(new URL(file, root), "utf8")));
  return [...new Set(calls)].filter((name) => name !== "close" && isMethod(client, name)).sort();
}

/** Reads `client.indices.get(…)`, on one line or several, as `indices.get`. */
function callsOf(source: string): string[] {
  const code = source.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  return [...code.matchAll(/\bclient(?<path>(?:\s*\.\s*\w+)+)\s*[(<]/g)].map(({ groups }) =>
    (groups?.["path"] ?? "").replaceAll(/\s/g, "").slice(1),
  );
}

function isMethod(client: Client, name: string): boolean {
  let found: unknown = client;
  for (const part of name.split("."))
    found = typeof found === "object" && found !== null ? Reflect.get(found, part) : undefined;
  return typeof found === "function";
}

/** 7.10 as 7010; "before 5.0" as 5.0. */
function versionNumber(text: string): number {
  const { major, minor } = /^(before )?(?<major>\d+)\.(?<minor>\d+)$/.exec(text)?.groups ?? {};
  return Number(major) * 1000 + Number(minor);
}

describe("docs/elasticsearch-apis.md", () => {
  it("lists every API that the source calls, once, and no other", () => {
    const listed = rows.map(([call = ""]) => call.replaceAll("`", ""));

    expect(listed.sort()).toEqual(calledApis());
  });

  it("lists no API that is newer than the oldest supported version", () => {
    for (const [call = "", , , , since = ""] of rows)
      expect(versionNumber(since), `${call} since ${since}`).toBeLessThanOrEqual(8010);
  });

  it("gives the request, the purpose and the privilege of each", () => {
    for (const [, request = "", purpose = "", privilege = ""] of rows) {
      expect(request).toMatch(/^`(GET|HEAD|PUT|POST|DELETE) \/\S*`/);
      expect(purpose).not.toBe("");
      expect(privilege).toMatch(/^(none|(index|cluster): `\w+`)/);
    }
  });
});

describe("the smallest API key of docs/elasticsearch-apis.md", () => {
  it("has the privileges that `check` asks for", () => {
    const [, json = ""] = /```json\n([^]*?)```/.exec(page) ?? [];

    expect(JSON.parse(json)).toEqual({
      cluster: requiredPrivileges.cluster,
      indices: [
        { names: ["search-salesforce"], privileges: requiredPrivileges.contentIndex },
        { names: [connectorIndexPattern], privileges: requiredPrivileges.connectors },
      ],
    });
  });
});

describe("the search for calls", () => {
  it("finds calls over several lines, with types and on nested objects, and ignores comments", () => {
    const source = [
      "this.#options.client.closePointInTime({ id })",
      "client.search<unknown, Counts>(",
      "client.indices\n    .create({ index })",
      "  // Not client.bulk(), which takes documents.",
    ].join("\n");

    expect(callsOf(source)).toEqual(["closePointInTime", "search", "indices.create"]);
  });
});
