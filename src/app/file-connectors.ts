import { isDeepStrictEqual } from "node:util";
import type { ConnectorEntry } from "../config/schema.ts";
import { configurationFields } from "../connector/configuration-fields.ts";
import type { Logger } from "../core/logger.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import {
  jobTypes,
  type ConnectorChange,
  type ConnectorStore,
  type JobType,
  type StoredConnector,
  type StoredSchedule,
} from "../jobs/ports.ts";
import type { ConnectorKind } from "../connectors/prepare-connector.ts";
import { fileFiltering, isConfiguredInFile } from "./sync-settings.ts";

// A connector that is configured in the file has a document like any other, so that its state and its jobs live where all state lives and
// Kibana shows them. What the file says goes before what the document says; sensitive values stay in the file.

/** What registering needs. */
export interface RegisterOptions {
  connectors: ConnectorStore;
  kind: ConnectorKind;
  log: Logger;
  signal: AbortSignal;
}

/**
 * Makes or brings up to date the document of a connector that is configured in the file; does nothing for one of Kibana's. False where the
 * document is marked as deleted, so that the connector can be neither made nor run.
 */
export async function registerFileConnector(
  entry: ConnectorEntry,
  { connectors, kind, log, signal }: RegisterOptions,
): Promise<boolean> {
  if (!isConfiguredInFile(entry)) return true;
  const id = entry.connector_id;
  const configuration = fileConfiguration(entry, kind);
  const known = await connectors.get(id, signal);
  if (!known) {
    const at = new Date().toISOString();
    const filtering = fileFiltering(entry, at);
    const change: ConnectorChange = { ...fromFile(entry), configuration, filtering, name: id };
    const made = await connectors.create(
      id,
      { ...change, serviceType: kind.serviceType, features: kind.features, state: "configured", error: null },
      signal,
    );
    if (made) {
      log.info("connector of the file has a document now", { connector_id: id });
      return true;
    }
  }
  const stored = known ?? (await connectors.get(id, signal));
  if (!stored) {
    log.warn(
      "connector of the file is not run: one of its id was deleted, and its document, marked as deleted, keeps the id; give it another connector_id and start the service anew",
      { connector_id: id },
    );
    return false;
  }
  await update(entry, { stored, configuration, connectors, log, signal });
  return true;
}

async function update(
  entry: ConnectorEntry,
  {
    stored,
    configuration,
    connectors,
    log,
    signal,
  }: Omit<RegisterOptions, "kind"> & { stored: StoredConnector; configuration: JsonObject },
): Promise<void> {
  const differing = Object.keys(configuration).filter((key) => differs(stored.configuration, configuration, key));
  if (differing.length > 0) {
    log.warn("the connector's document has another configuration than the file; the file's is used", {
      connector_id: stored.id,
      fields: differing,
    });
  }
  const rules = fileFiltering(entry, new Date().toISOString());
  const change: ConnectorChange = {
    ...fromFile(entry),
    // A secret that was put right shows in the file alone; an error of before is forgiven, so that the connector is tried anew.
    ...(stored.state === "error" ? { state: "configured" } : {}),
    ...(differing.length > 0
      ? { configuration: Object.fromEntries(differing.map((key) => [key, configuration[key]])), state: "configured" }
      : {}),
    ...(entry.sync_rules && !isDeepStrictEqual(withoutTimes(stored.filtering), withoutTimes(rules))
      ? { filtering: rules }
      : {}),
  };
  await connectors.change(stored.id, change, { signal });
}

/** What the file says of a connector beside its configuration and rules. */
function fromFile({ index_name, scheduling, pipeline }: ConnectorEntry): ConnectorChange {
  const { name, ...flags } = pipeline;
  const schedules: Partial<Record<JobType, StoredSchedule>> = {};
  for (const type of jobTypes) {
    const expression = scheduling?.[type];
    if (expression !== undefined) schedules[type] = { enabled: true, expression };
  }
  return {
    ...(index_name === undefined ? {} : { indexName: index_name }),
    ...(scheduling ? { schedules } : {}),
    pipeline: { name: name ?? "search-default-ingestion", ...flags },
  };
}

/** The fields with the file's values. Lists are text, as Elasticsearch's connector API has them. */
function fileConfiguration({ configuration = {} }: ConnectorEntry, kind: ConnectorKind): JsonObject {
  return Object.fromEntries(
    configurationFields.map(({ key, sensitive, defaultValue }) => {
      const given = configuration[key];
      const value = Array.isArray(given) ? given.join(", ") : (given ?? defaultValue);
      return [key, { ...kind.fields[key], value: sensitive ? "" : value }];
    }),
  );
}

/** A sensitive field of the document is left as it is: the file's value never goes there. */
function differs(stored: unknown, wanted: JsonObject, key: string): boolean {
  const field = isJsonObject(stored) ? stored[key] : undefined;
  if (!isJsonObject(field)) return true;
  const file = wanted[key];
  if (!isJsonObject(file) || file["sensitive"] === true) return false;
  // A list may be stored as one.
  const asText = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : JSON.stringify(value ?? ""));
  return asText(field["value"]) !== asText(file["value"]);
}

function withoutTimes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, item: unknown) =>
      key === "created_at" || key === "updated_at" ? undefined : item,
    ),
  );
}
