import type { HttpResponse } from "../http/message.ts";

// Bodies of Bulk API 1.0, in XML or JSON.

const namespace = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"';

export type AsyncFormat = "json" | "xml";

type Members = Readonly<Record<string, string | number | null>>;

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function xmlMembers(members: Members): string {
  return Object.entries(members)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("");
}

function xml(status: number, root: string, inner: string): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?><${root} ${namespace}>${inner}</${root}>`,
  };
}

function jsonOf(status: number, value: unknown): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** One object, such as `jobInfo` or `error`. */
export function asyncObject(
  format: AsyncFormat,
  { status, root, members }: { status: number; root: string; members: Members },
): HttpResponse {
  return format === "json" ? jsonOf(status, members) : xml(status, root, xmlMembers(members));
}

export function asyncBatchList(format: AsyncFormat, batches: readonly Members[]): HttpResponse {
  if (format === "json") return jsonOf(200, { batchInfo: batches });
  return xml(200, "batchInfoList", batches.map((batch) => `<batchInfo>${xmlMembers(batch)}</batchInfo>`).join(""));
}

export function asyncResultList(format: AsyncFormat, ids: readonly string[]): HttpResponse {
  if (format === "json") return jsonOf(200, ids);
  return xml(200, "result-list", ids.map((id) => `<result>${id}</result>`).join(""));
}

/** The members of a body in XML or JSON. */
export function asyncMembers(body: string): Readonly<Record<string, unknown>> {
  if (body.trimStart().startsWith("{")) return JSON.parse(body) as Record<string, unknown>;
  const elements = body.matchAll(/<(?<name>\w+)>(?<value>[^<]*)<\/\w+>/gu);
  return Object.fromEntries([...elements].map(({ groups }) => [groups?.["name"] ?? "", groups?.["value"] ?? ""]));
}
