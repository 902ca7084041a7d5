import { z } from "zod";
import { failedCheck, type CheckResult } from "../../core/check-result.ts";
import { inForm, type ElasticsearchClient } from "./elasticsearch-client.ts";
import { ElasticsearchVersionError } from "../errors.ts";
import { readIndexState } from "../index/index-state.ts";
import { toClause, unsuitableHint } from "../index/own-fields.ts";

export interface ElasticsearchCheckOptions {
  elasticsearch: ElasticsearchClient;
  index: string;
  signal: AbortSignal;
}

const minimumVersion = "8.10.0";
const infoAnswer = z.object({ version: z.object({ number: z.string() }) });
const countAnswer = z.union([
  z.object({ statusCode: z.literal(404) }),
  z.object({ body: z.object({ count: z.number() }) }),
]);
const privilegesAnswer = z.object({
  has_all_requested: z.boolean(),
  cluster: z.record(z.string(), z.boolean()),
  index: z.record(z.string(), z.record(z.string(), z.boolean())),
});

/** Checks that the cluster can be reached, its version, the privileges and the content index. Changes nothing. */
export async function checkElasticsearch(options: ElasticsearchCheckOptions): Promise<CheckResult[]> {
  const reached = await checking("Elasticsearch", () => checkVersion(options));
  if (reached.outcome === "failed") return [reached];
  return [
    reached,
    await checking("Elasticsearch privileges", () => checkPrivileges(options)),
    await checking("Content index", () => checkIndex(options)),
  ];
}

/**
 * Waits until the cluster answers, as long as the client's retry policy allows.
 * @throws ElasticsearchVersionError for a cluster that is too old
 */
export async function waitForElasticsearch({
  elasticsearch,
  signal,
}: Omit<ElasticsearchCheckOptions, "index">): Promise<void> {
  const info = await elasticsearch.request("waiting for Elasticsearch", signal, async (client, options) =>
    infoAnswer.parse(await client.info({}, options)),
  );
  const found = info.version.number;
  if (isAtLeast(found, minimumVersion)) return;
  throw new ElasticsearchVersionError(`Elasticsearch has version ${found}; ${minimumVersion} or newer is required.`, {
    hint: "Upgrade the cluster.",
  });
}

async function checking(name: string, check: () => Promise<Omit<CheckResult, "name">>): Promise<CheckResult> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    return failedCheck(name, error);
  }
}

async function checkVersion({ elasticsearch, signal }: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const info = await elasticsearch.request("reading the version", signal, async (client, options) =>
    infoAnswer.parse(await client.info({}, options)),
  );
  const found = info.version.number;
  if (isAtLeast(found, minimumVersion)) return { outcome: "ok", found: `version ${found}` };
  return {
    outcome: "failed",
    found: `version ${found}`,
    expected: `${minimumVersion} or newer`,
    hint: "Upgrade the cluster.",
  };
}

async function checkPrivileges({
  elasticsearch,
  index,
  signal,
}: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const names = [index, `.search-acl-filter-${index}`, ".elastic-connectors*"];
  const request = {
    cluster: ["monitor" as const],
    index: [{ names, privileges: ["all"], allow_restricted_indices: false }],
  };
  const response = await elasticsearch.request("checking privileges", signal, async (client, options) => {
    const sent = { ...options, ignore: [400, 404, 405], meta: true as const };
    const { statusCode, body } = await client.security.hasPrivileges(request, sent);
    return statusCode === 200 ? { granted: privilegesAnswer.parse(body) } : {};
  });
  if (!response.granted)
    return { outcome: "warning", found: "the cluster has no security: everyone can do everything" };
  const { has_all_requested: all, cluster, index: indices } = response.granted;
  if (all) return { outcome: "ok", found: `monitor on the cluster, all on ${names.join(", ")}` };
  const missing = [
    ...Object.entries(cluster),
    ...Object.entries(indices).map(([name, granted]) => [`all on ${name}`, granted["all"] === true] as const),
  ].flatMap(([name, granted]) => (granted ? [] : name));
  return {
    outcome: "failed",
    found: `missing: ${missing.join(", ")}`,
    expected: `monitor on the cluster, all on ${names.join(", ")}`,
    hint: "Give the API key these privileges.",
  };
}

async function checkIndex({
  elasticsearch,
  index,
  signal,
}: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const response = await elasticsearch.request(`counting the documents of ${index}`, signal, async (client, options) =>
    inForm(countAnswer, await client.count({ index }, { ...options, ignore: [404], meta: true })),
  );
  if (response.statusCode === 404)
    return { outcome: "ok", found: `${index} does not exist yet; the first sync creates it` };
  const state = await readIndexState({ elasticsearch, name: index, signal });
  const [unsuitable] = state?.unsuitable ?? [];
  if (unsuitable)
    return {
      outcome: "failed",
      found: `the index ${unsuitable.index} cannot be used: ${unsuitable.fields.map(toClause).join("; ")}`,
      hint: unsuitableHint,
    };
  return { outcome: "ok", found: `${index} contains ${response.body.count} documents` };
}

function isAtLeast(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) => text.split(".").map(Number));
  const difference = [0, 1, 2].map((part) => (a?.[part] ?? 0) - (b?.[part] ?? 0)).find((value) => value !== 0);
  return (difference ?? 0) >= 0;
}
