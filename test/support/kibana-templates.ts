import type { estypes } from "@elastic/elasticsearch";

// The templates of a real cluster for the indices of the connector protocol: settings, mapping, alias. Facts from Elasticsearch's
// x-pack/plugin/core/template-resources (entsearch/connector).

type Properties = Record<string, estypes.MappingProperty>;

const keyword: estypes.MappingProperty = { type: "keyword" };
const date: estypes.MappingProperty = { type: "date" };
const boolean: estypes.MappingProperty = { type: "boolean" };
const object: estypes.MappingProperty = { type: "object" };
const text: estypes.MappingProperty = { type: "text" };
const long: estypes.MappingProperty = { type: "long" };
const integer: estypes.MappingProperty = { type: "integer" };
const enabled: estypes.MappingProperty = { properties: { enabled: boolean } };
const schedule: estypes.MappingProperty = { properties: { enabled: boolean, interval: text } };
const messages: estypes.MappingProperty = { properties: { ids: keyword, messages: text } };
const pipeline: estypes.MappingProperty = {
  properties: { name: keyword, extract_binary_content: boolean, reduce_whitespace: boolean, run_ml_inference: boolean },
};

const snippetAndRules: Properties = {
  advanced_snippet: { properties: { created_at: date, updated_at: date, value: object } },
  rules: {
    properties: {
      created_at: date,
      field: keyword,
      id: keyword,
      order: { type: "short" },
      policy: keyword,
      rule: keyword,
      updated_at: date,
      value: keyword,
    },
  },
};

const filter: estypes.MappingProperty = {
  properties: { ...snippetAndRules, validation: { properties: { errors: messages, state: keyword } } },
};

const connectorProperties: Properties = {
  api_key_id: keyword,
  api_key_secret_id: keyword,
  configuration: object,
  custom_scheduling: object,
  deleted: boolean,
  description: text,
  error: keyword,
  features: {
    properties: {
      filtering_advanced_config: boolean,
      filtering_rules: boolean,
      incremental_sync: enabled,
      document_level_security: enabled,
      native_connector_api_keys: enabled,
      sync_rules: { properties: { advanced: enabled, basic: enabled } },
    },
  },
  filtering: { properties: { active: filter, domain: keyword, draft: filter } },
  index_name: keyword,
  is_native: boolean,
  language: keyword,
  last_access_control_sync_error: keyword,
  last_access_control_sync_scheduled_at: date,
  last_access_control_sync_status: keyword,
  last_deleted_document_count: long,
  last_incremental_sync_scheduled_at: date,
  last_indexed_document_count: long,
  last_seen: date,
  last_sync_error: keyword,
  last_sync_scheduled_at: date,
  last_sync_status: keyword,
  last_synced: date,
  name: keyword,
  pipeline,
  scheduling: { properties: { access_control: schedule, full: schedule, incremental: schedule } },
  service_type: keyword,
  status: keyword,
  sync_cursor: object,
  sync_now: boolean,
};

const jobProperties: Properties = {
  cancelation_requested_at: date,
  canceled_at: date,
  completed_at: date,
  connector: {
    properties: {
      configuration: object,
      filtering: { properties: { ...snippetAndRules, domain: keyword, warnings: messages } },
      id: keyword,
      index_name: keyword,
      language: keyword,
      pipeline,
      service_type: keyword,
      sync_cursor: object,
    },
  },
  created_at: date,
  deleted_document_count: integer,
  error: keyword,
  indexed_document_count: integer,
  indexed_document_volume: integer,
  job_type: keyword,
  last_seen: date,
  metadata: object,
  started_at: date,
  status: keyword,
  total_document_count: integer,
  trigger_method: keyword,
  worker_hostname: keyword,
};

/** The names of the protocol's indices: the aliases for reading and writing, and the concrete indices. */
export interface ConnectorIndices {
  readonly connectors: string;
  readonly connectorsAlias: string;
  readonly jobs: string;
  readonly jobsAlias: string;
}

/** Elasticsearch's own names, after a prefix. */
export function connectorIndices(prefix: string): ConnectorIndices {
  return {
    connectors: `${prefix}.elastic-connectors-v1`,
    connectorsAlias: `${prefix}.elastic-connectors`,
    jobs: `${prefix}.elastic-connectors-sync-jobs-v1`,
    jobsAlias: `${prefix}.elastic-connectors-sync-jobs`,
  };
}

type IndexTemplate = estypes.IndicesPutIndexTemplateRequest;

const managementSettings = { index: { hidden: true, number_of_shards: 1, auto_expand_replicas: "0-1" } };

/** The index templates of a real cluster, for the indices after the prefix. */
export function connectorTemplates(prefix: string): IndexTemplate[] {
  const names = connectorIndices(prefix);
  const pipelineDefaults = {
    default_name: "search-default-ingestion",
    default_extract_binary_content: true,
    default_reduce_whitespace: true,
    default_run_ml_inference: true,
  };
  return [
    {
      name: `${prefix}elastic-connectors`,
      index_patterns: [names.connectors],
      priority: 100,
      allow_auto_create: true,
      template: {
        aliases: { [names.connectorsAlias]: {} },
        settings: managementSettings,
        mappings: {
          dynamic: false,
          _meta: { pipeline: pipelineDefaults, version: 1 },
          properties: connectorProperties,
        },
      },
    },
    {
      name: `${prefix}elastic-connectors-sync-jobs`,
      index_patterns: [names.jobs],
      priority: 100,
      allow_auto_create: true,
      template: {
        aliases: { [names.jobsAlias]: {} },
        settings: managementSettings,
        mappings: { dynamic: false, _meta: { version: 1 }, properties: jobProperties },
      },
    },
    {
      name: `${prefix}search-acl-filter`,
      index_patterns: [`.search-acl-filter-${prefix}*`],
      // Above the one that a real cluster has for all such indices.
      priority: prefix === "" ? 110 : 111,
      allow_auto_create: true,
      template: {
        settings: { index: { hidden: true, number_of_shards: 1, number_of_replicas: 1 } },
        mappings: { dynamic: false, properties: { created_at: date } },
      },
    },
  ];
}
