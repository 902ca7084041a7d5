import { readFileSync } from "node:fs";
import type { estypes } from "@elastic/elasticsearch";

type Role = estypes.SecurityRoleDescriptor;

/** A row of docs/elasticsearch-apis.md. */
export interface DocumentedRequest {
  /** The method of the official client. */
  readonly call: string;
  /** As `POST /{index}/_search`. */
  readonly requests: readonly string[];
  /** The privileges that the request takes; none for what every key may do. */
  readonly cluster: readonly string[];
  readonly index: readonly string[];
}

const page = readFileSync(new URL("../../docs/elasticsearch-apis.md", import.meta.url), "utf8");

/** Every request of the service, as the page lists it. */
export function documentedRequests(): DocumentedRequest[] {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => {
    const [call = "", request = "", , privilege = ""] = row
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    // What comes after a semicolon says how the service does without.
    const [needed = ""] = privilege.split(";");
    const privileges = quoted(needed);
    return {
      call: call.replaceAll("`", ""),
      requests: quoted(request).filter((text) => /^[A-Z]+ \//.test(text)),
      cluster: needed.startsWith("cluster:") ? privileges : [],
      index: needed.startsWith("index:") ? privileges : [],
    };
  });
}

/** The role of the smallest key as the page gives it, for another content index. */
export function smallestKeyRole(index: string): Required<Pick<Role, "cluster" | "indices">> {
  const [, json = ""] = /```json\n([^]*?)```/.exec(page) ?? [];
  return JSON.parse(json.replaceAll("search-salesforce", index)) as ReturnType<typeof smallestKeyRole>;
}

/** Whether the page lists a request. */
export function isDocumented({ method, path }: { method: string; path: string }): boolean {
  return documentedRequests()
    .flatMap(({ requests }) => requests)
    .some((request) => {
      const pattern = request
        .replaceAll(/[.*+?^$()[\]\\]/g, String.raw`\$&`)
        // An id may start with an underscore, the name of an index may not.
        .replaceAll("{id}", "[^/]+")
        .replaceAll(/\{\w+\}/g, "[^/_][^/]*");
      return new RegExp(`^${pattern}$`).test(`${method} ${path}`);
    });
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside);
}
