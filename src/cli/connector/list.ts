import { serviceType } from "../../connector/capabilities.ts";
import type { StoredConnector } from "../../connector/stored-connector.ts";
import type { CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";
import { isoInstant, shortInstant, textTable } from "../text-table.ts";
import { withStores } from "./with-stores.ts";

export interface ConnectorListOptions extends CommonOptions {
  json?: boolean;
}

/** Prints the connectors of this service type and those of the file. */
export function connectorListCommand(options: ConnectorListOptions, context: ProgramContext): Promise<number> {
  return withStores(options, context, async ({ config, stores, signal }) => {
    const ids = config.connectors.map(({ connector_id }) => connector_id);
    await stores.refresh(signal);
    const connectors = await stores.connectors.list({ ids, serviceTypes: [serviceType] }, signal);
    const { terminal } = context;
    terminal.out(options.json === true ? JSON.stringify(connectors.map(connectorJson)) : connectorTable(connectors));
    const unknown = ids.filter((id) => !connectors.some((connector) => connector.id === id));
    if (unknown.length > 0)
      terminal.err(
        `Not created yet: ${unknown.join(", ")}. The service creates connectors that are configured in the file when it starts; others must be created.`,
      );
    return 0;
  });
}

/** Formats connectors as a table. */
export function connectorTable(connectors: readonly StoredConnector[]): string {
  if (connectors.length === 0) return "No connectors. salesforce-connector connector create creates one.";
  return textTable(
    [
      { title: "id", value: ({ id }) => id },
      { title: "name", value: ({ name }) => name ?? "" },
      { title: "index", value: ({ indexName }) => indexName ?? "-" },
      { title: "status", value: ({ status }) => status ?? "-" },
      { title: "last sync", value: ({ lastSync }) => lastSync.content.status ?? "-" },
      { title: "ended", value: ({ lastSyncedAt }) => shortInstant(lastSyncedAt) },
      { title: "error", value: ({ error, lastSync }) => error ?? lastSync.content.error ?? "" },
    ],
    connectors,
  );
}

/** A connector without its configuration, which contains secrets. */
export function connectorJson(connector: StoredConnector): object {
  const { id, name, indexName, serviceType: type, status, error, schedules, lastSync } = connector;
  return {
    connector_id: id,
    name,
    index_name: indexName,
    service_type: type,
    state: status,
    error,
    scheduling: schedules,
    last_sync: lastSync,
    last_synced_at: isoInstant(connector.lastSyncedAt),
    last_seen_at: isoInstant(connector.lastSeenAt),
  };
}
