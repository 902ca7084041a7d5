import type { Config } from "../config/schema.ts";
import { serviceType } from "../connector/capabilities.ts";
import type { ConnectorStore, StoredConnector } from "../connector/stored-connector.ts";
import { closestName } from "../core/closest-name.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { ElasticsearchClient } from "../elasticsearch/client/elasticsearch-client.ts";
import { ConnectorDocuments } from "../elasticsearch/protocol/connector-store.ts";
import { JobDocuments } from "../elasticsearch/protocol/job-store.ts";
import { ensureProtocolIndices, refreshProtocolIndices } from "../elasticsearch/protocol/protocol-indices.ts";
import type { JobStore } from "../jobs/job-store.ts";
import { openElasticsearch, serviceKey } from "./open-clients.ts";
import {
  isConfiguredInFile,
  settingsOfConnector,
  settingsOfEntry,
  type FileContext,
  type SyncSettings,
} from "./sync-settings.ts";

/** The connector does not exist, or its state does not allow the command. */
export class ConnectorNotReadyError extends AppError {
  override readonly code = "connector_not_ready";
}

/** The connectors and jobs of a cluster. */
export interface Stores extends AsyncDisposable {
  connectors: ConnectorStore;
  jobs: JobStore;
  /** Makes written connectors and jobs visible to searches at once. */
  refresh(signal: AbortSignal): Promise<void>;
}

export interface OpenStoresOptions {
  log: Logger;
  signal: AbortSignal;
  retry?: RetryPolicy;
  /** Default: the machine's clock. */
  clock?: Clock;
}

/** Opens the connectors and jobs of the cluster, and creates their indices if they do not exist. */
export async function openStores(
  config: Config,
  { log, signal, retry, clock = systemClock }: OpenStoresOptions,
): Promise<Stores> {
  const elasticsearch = openElasticsearch(config, {
    log,
    clock,
    apiKey: serviceKey(config),
    ...(retry ? { retry } : {}),
  });
  try {
    await ensureProtocolIndices({ elasticsearch, signal });
  } catch (error) {
    await elasticsearch[Symbol.asyncDispose]();
    throw error;
  }
  return {
    connectors: connectorStore(elasticsearch),
    jobs: new JobDocuments({ elasticsearch }),
    refresh: (signal) => refreshProtocolIndices({ elasticsearch, signal }),
    [Symbol.asyncDispose]: () => elasticsearch[Symbol.asyncDispose](),
  };
}

export function connectorStore(elasticsearch: ElasticsearchClient): ConnectorStore {
  return new ConnectorDocuments({ elasticsearch, clock: systemClock });
}

/** @throws ConnectorNotReadyError if the connector does not exist */
export async function findConnector(
  id: string,
  connectors: ConnectorStore,
  signal: AbortSignal,
): Promise<StoredConnector> {
  const connector = await connectors.get(id, signal);
  if (connector) return connector;
  const others = await connectors.list({ ids: [], serviceTypes: [serviceType] }, signal);
  const nearest = closestName(
    id,
    others.map((other) => other.id),
  );
  throw new ConnectorNotReadyError(`The connector ${id} does not exist.`, {
    hint: `${nearest === undefined ? "" : `Did you mean ${nearest}? `}salesforce-connector connector list shows all connectors.`,
  });
}

/** The settings of a connector, from the file or from its document. */
export async function settingsOf(
  id: string,
  { config, entry }: FileContext,
  { elasticsearch, signal }: { elasticsearch: ElasticsearchClient; signal: AbortSignal },
): Promise<SyncSettings> {
  if (entry && isConfiguredInFile(entry)) return settingsOfEntry(entry, config);
  const connector = await findConnector(id, connectorStore(elasticsearch), signal);
  return settingsOfConnector(connector, { config, entry });
}
