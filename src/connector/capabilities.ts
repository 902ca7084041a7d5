/** What Kibana may offer for a connector of this kind; it shows the pages for sync rules and schedules accordingly. */
export const connectorFeatures = {
  sync_rules: { basic: { enabled: true }, advanced: { enabled: true } },
  document_level_security: { enabled: false },
  incremental_sync: { enabled: true },
  native_connector_api_keys: { enabled: false },
} as const;

/** The service type of connectors that this service runs. */
export const serviceType = "salesforce";
