import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import type { PipelineSettings } from "../../connector/stored-connector.ts";
import { failedCheck, type CheckResult } from "../../core/check-result.ts";
import { inForm, type ElasticsearchClient } from "./elasticsearch-client.ts";
import { ElasticsearchVersionError } from "../errors.ts";
import { lacksBuiltIn } from "../index/ingest-pipeline.ts";
import { readIndexState } from "../index/index-state.ts";
import { toClause, unsuitableHint } from "../index/own-fields.ts";
import { protocolIndices } from "../protocol/protocol-indices.ts";
import { connectorIndexPattern, requiredPrivileges } from "../required-privileges.ts";

export interface ElasticsearchCheckOptions {
  /** With the credentials for connectors and jobs. */
  elasticsearch: ElasticsearchClient;
  /** With the credentials for the content index. */
  content: ElasticsearchClient;
  index: string;
  /** The index of identities, with document-level security. */
  identityIndex: string | undefined;
  pipeline: PipelineSettings;
  signal: AbortSignal;
}

const minimumVersion = "8.10.0";
const infoAnswer = z.object({ version: z.object({ number: z.string() }) });
const countAnswer = z.union([
  z.object({ statusCode: z.literal(404) }),
  z.object({ body: z.object({ count: z.number() }) }),
]);
const privilegesAnswer = z.object({
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
}: Pick<ElasticsearchCheckOptions, "elasticsearch" | "signal">): Promise<void> {
  const found = await readVersion("waiting for Elasticsearch", { elasticsearch, signal });
  if (isAtLeast(found, minimumVersion)) return;
  throw new ElasticsearchVersionError(`Elasticsearch has version ${found}; ${minimumVersion} or newer is required.`, {
    hint: "Upgrade the cluster.",
  });
}

async function readVersion(
  doing: string,
  { elasticsearch, signal }: Pick<ElasticsearchCheckOptions, "elasticsearch" | "signal">,
): Promise<string> {
  const info = await elasticsearch.request(doing, signal, async (client, options) =>
    infoAnswer.parse(await client.info({}, options)),
  );
  return info.version.number;
}

async function checking(name: string, check: () => Promise<Omit<CheckResult, "name">>): Promise<CheckResult> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    return failedCheck(name, error);
  }
}

async function checkVersion({ elasticsearch, signal }: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const found = await readVersion("reading the version", { elasticsearch, signal });
  if (isAtLeast(found, minimumVersion)) return { outcome: "ok", found: `version ${found}` };
  return {
    outcome: "failed",
    found: `version ${found}`,
    expected: `${minimumVersion} or newer`,
    hint: "Upgrade the cluster.",
  };
}

/** The privileges that one client needs: on the cluster, and on indices by name. */
interface Needed {
  cluster: readonly estypes.SecurityClusterPrivilege[];
  index: Readonly<Record<string, readonly estypes.SecurityIndexPrivilege[]>>;
}

async function checkPrivileges(options: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const { elasticsearch, content, index, identityIndex, pipeline, signal } = options;
  const service: Needed = {
    cluster: requiredPrivileges.cluster,
    index: { [connectorIndexPattern]: requiredPrivileges.connectors },
  };
  const createsPipeline = await lacksBuiltIn(pipeline, { elasticsearch: content, signal });
  const sync: Needed = {
    cluster: createsPipeline ? ["manage_ingest_pipelines"] : [],
    index: {
      [index]: requiredPrivileges.contentIndex,
      ...(identityIndex !== undefined && { [identityIndex]: requiredPrivileges.contentIndex }),
    },
  };
  const missing = [
    await missingPrivileges(service, { elasticsearch, signal }),
    await missingPrivileges(sync, { elasticsearch: content, signal }),
  ];
  if (missing.includes(undefined))
    return { outcome: "warning", found: "the cluster has no security: everyone can do everything" };
  const needed = describe({
    cluster: [...service.cluster, ...sync.cluster],
    index: { ...sync.index, ...service.index },
  });
  const lines = missing.flatMap((privileges) => privileges ?? []);
  if (lines.length === 0) {
    await readConnectors(options);
    return { outcome: "ok", found: needed };
  }
  return {
    outcome: "failed",
    found: `missing: ${lines.join("; ")}`,
    expected: needed,
    hint: "Give the API key these privileges.",
  };
}

/** Elasticsearch may refuse a granted privilege: its license must allow the restrictions of the role. */
async function readConnectors({ elasticsearch, signal }: ElasticsearchCheckOptions): Promise<void> {
  const index = [protocolIndices.connectors.alias, protocolIndices.jobs.alias];
  await elasticsearch.request("reading connectors and jobs", signal, (client, options) =>
    client.count({ index, ignore_unavailable: true }, options),
  );
}

/** The needed privileges that the client's credentials lack; undefined if the cluster has no security. */
async function missingPrivileges(
  { cluster, index }: Needed,
  { elasticsearch, signal }: Pick<ElasticsearchCheckOptions, "elasticsearch" | "signal">,
): Promise<string[] | undefined> {
  const indices = Object.entries(index).map(([name, privileges]) => ({
    names: [name],
    privileges: [...privileges],
    allow_restricted_indices: false,
  }));
  const { granted } = await elasticsearch.request("checking privileges", signal, async (client, options) => {
    const sent = { ...options, ignore: [400, 404, 405], meta: true as const };
    const { statusCode, body } = await client.security.hasPrivileges({ cluster: [...cluster], index: indices }, sent);
    return statusCode === 200 ? { granted: privilegesAnswer.parse(body) } : {};
  });
  if (granted === undefined) return undefined;
  const lacking = <Name extends string>(names: readonly Name[], answer: Record<string, boolean> | undefined): Name[] =>
    names.filter((name) => answer?.[name] !== true);
  const missing = Object.entries(index).map(([name, all]) => [name, lacking(all, granted.index[name])] as const);
  return describeEach({ cluster: lacking(cluster, granted.cluster), index: Object.fromEntries(missing) });
}

function describe(privileges: Needed): string {
  return describeEach(privileges).join("; ");
}

function describeEach({ cluster, index }: Needed): string[] {
  return [...Object.entries(index), ["the cluster", cluster] as const].flatMap(([where, privileges]) =>
    privileges.length === 0 ? [] : `${privileges.join(", ")} on ${where}`,
  );
}

async function checkIndex({ content, index, signal }: ElasticsearchCheckOptions): Promise<Omit<CheckResult, "name">> {
  const response = await content.request(`counting the documents of ${index}`, signal, async (client, options) =>
    inForm(countAnswer, await client.count({ index }, { ...options, ignore: [404], meta: true })),
  );
  if (response.statusCode === 404)
    return { outcome: "ok", found: `${index} does not exist yet; the first sync creates it` };
  const state = await readIndexState({ elasticsearch: content, name: index, signal });
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
