import { serviceType } from "../../connector/capabilities.ts";
import type { StoredConnector } from "../../jobs/ports.ts";
import { withConnectors } from "./open-stores.ts";
import type { CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";
import { isoInstant, shortInstant, textTable } from "../text-table.ts";

/** The options of `connector list`. */
export interface ConnectorListOptions extends CommonOptions {
  json?: boolean;
}

/** Every connector that this service could run: those of its type, and those that the file names. */
export function connectorListCommand(options: ConnectorListOptions, context: ProgramContext): Promise<number> {
  return withConnectors(options, context, async ({ config, protocol, signal }) => {
    const ids = config.connectors.map(({ connector_id }) => connector_id);
    await protocol.refresh(signal);
    const connectors = await protocol.connectors.list({ ids, serviceTypes: [serviceType] }, signal);
    const { terminal } = context;
    terminal.out(options.json === true ? JSON.stringify(connectors.map(connectorJson)) : connectorTable(connectors));
    const unknown = ids.filter((id) => !connectors.some((connector) => connector.id === id));
    if (unknown.length > 0)
      terminal.err(
        `The file names ${unknown.join(", ")}, of which nothing is stored yet: the service stores a connector that is configured in the file when it starts; any other has to be created.`,
      );
    return 0;
  });
}

/** Connectors for a person. */
export function connectorTable(connectors: readonly StoredConnector[]): string {
  if (connectors.length === 0) return "There is no connector. salesforce-connector connector create makes one.";
  return textTable(
    [
      { title: "id", value: ({ id }) => id },
      { title: "name", value: ({ name }) => name ?? "" },
      { title: "index", value: ({ indexName }) => indexName ?? "-" },
      { title: "state", value: ({ state }) => state ?? "-" },
      { title: "last sync", value: ({ lastSync }) => lastSync.content.status ?? "-" },
      { title: "ended", value: ({ lastSyncedAt }) => shortInstant(lastSyncedAt) },
      { title: "error", value: ({ error, lastSync }) => error ?? lastSync.content.error ?? "" },
    ],
    connectors,
  );
}

/** A connector for a program. Its configuration is not part of it, because it holds secrets. */
export function connectorJson(connector: StoredConnector): object {
  const { id, name, indexName, serviceType: type, state, error, schedules, lastSync } = connector;
  return {
    connector_id: id,
    name,
    index_name: indexName,
    service_type: type,
    state,
    error,
    scheduling: schedules,
    last_sync: lastSync,
    last_synced_at: isoInstant(connector.lastSyncedAt),
    last_seen_at: isoInstant(connector.lastSeenAt),
  };
}
