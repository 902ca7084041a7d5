import { isDeepStrictEqual } from "node:util";
import type { ConnectorEntry } from "../config/schema.ts";
import { jobTypes, serviceType, type JobType } from "../connector/capabilities.ts";
import {
  configurationFields,
  type ConfigurationField,
  type ConfigurationValue,
  type ConfigurationValues,
} from "../connector/configuration-fields.ts";
import type {
  ConnectorChange,
  ConnectorStore,
  StoredConnector,
  StoredSchedule,
} from "../connector/stored-connector.ts";
import type { Logger } from "../core/logger.ts";
import { isConfiguredInFile, pipelineOf, rulesOf } from "./sync-settings.ts";

// A connector that is configured in the file also has a document, so that its state and its jobs are stored and shown like any other's. The file
// takes precedence over the document. Sensitive values stay in the file.

export interface RegisterOptions {
  connectors: ConnectorStore;
  log: Logger;
  signal: AbortSignal;
}

/**
 * Creates or updates the document of a connector that is configured in the file; does nothing for a connector of Kibana. Returns false if the
 * document is marked as deleted: then the connector can neither be created nor run.
 */
export async function registerFileConnector(
  entry: ConnectorEntry,
  { connectors, log, signal }: RegisterOptions,
): Promise<boolean> {
  if (!isConfiguredInFile(entry)) return true;
  const id = entry.connector_id;
  const found = await connectors.get(id, signal);
  if (!found) {
    const change = { ...fromFile(entry), configuration: publicValues(entry), rules: rulesOf(entry), name: id };
    const created = await connectors.create(id, { ...change, serviceType, status: "configured", error: null }, signal);
    if (created) {
      log.info("connector of the configuration file created", { connector_id: id });
      return true;
    }
  }
  const stored = found ?? (await connectors.get(id, signal));
  if (!stored) {
    log.warn(
      "connector of the configuration file is not run: a deleted connector has the same id; change connector_id and restart the service",
      { connector_id: id },
    );
    return false;
  }
  await update(entry, stored, { connectors, log, signal });
  return true;
}

async function update(
  entry: ConnectorEntry,
  stored: StoredConnector,
  { connectors, log, signal }: RegisterOptions,
): Promise<void> {
  const values = publicValues(entry);
  const differing = Object.entries(values).filter(
    ([key, value]) => asText(stored.configuration[key]) !== asText(value),
  );
  if (differing.length > 0) {
    log.warn("the connector's document differs from the configuration file; the file is used", {
      connector_id: stored.id,
      fields: differing.map(([key]) => key),
    });
  }
  const rules = rulesOf(entry);
  const change: ConnectorChange = {
    ...fromFile(entry),
    describe: true,
    // A corrected secret is visible only in the file, so a connector with an error is checked again.
    ...(stored.status === "error" ? { status: "configured" } : {}),
    ...(differing.length > 0 ? { configuration: Object.fromEntries(differing), status: "configured" } : {}),
    ...(entry.sync_rules && !isDeepStrictEqual(stored.rules, rules) ? { rules } : {}),
  };
  await connectors.change(stored.id, change, { signal });
}

/** The settings of the file besides configuration and rules. */
function fromFile(entry: ConnectorEntry): ConnectorChange {
  const { index_name, scheduling } = entry;
  const schedules: Partial<Record<JobType, StoredSchedule>> = {};
  for (const type of jobTypes) {
    const expression = scheduling?.[type];
    if (expression !== undefined) schedules[type] = { enabled: true, expression };
  }
  return {
    ...(index_name === undefined ? {} : { indexName: index_name }),
    ...(scheduling ? { schedules } : {}),
    pipeline: pipelineOf(entry),
  };
}

/** The values of the fields that are not sensitive, with defaults. */
function publicValues({ configuration = {} }: ConnectorEntry): ConfigurationValues {
  const valueOf = ({ key, defaultValue }: ConfigurationField): ConfigurationValue => configuration[key] ?? defaultValue;
  return Object.fromEntries(
    configurationFields.filter(({ sensitive }) => !sensitive).map((field) => [field.key, valueOf(field)]),
  );
}

/** A list may be stored as a list or as text. */
function asText(value: ConfigurationValue | undefined): string {
  if (typeof value === "object" && value !== null) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
