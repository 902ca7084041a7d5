import { z } from "zod";
import { boolean, number, secret, text, url, word } from "./setting-kinds.ts";

// What the operator may set. This one schema gives each setting its type, its default, its bounds and its description; the reference in
// docs/config.md and config.example.yml are generated from it. Keys of Elastic's configuration file keep their names, so that a file made for
// Elastic's connectors works as it is. `unused` settings are theirs and mean nothing here: they are accepted with a warning.

const unused = (reason: string) => z.unknown().optional().meta({ unused: reason });

const seconds = (bounds: { min: number; max: number }) => number({ ...bounds, whole: false });

const bulk = z.strictObject({
  chunk_size: number({ min: 1, max: 100_000 })
    .default(2000)
    .describe("Maximum number of documents in one bulk request."),
  chunk_max_mem_size: number({ min: 0.1, max: 95, whole: false })
    .default(4)
    .describe("Maximum size of one bulk request in MiB. A larger document is sent in its own request."),
  max_concurrency: number({ min: 1, max: 64 })
    .default(3)
    .describe("Maximum number of concurrent bulk requests. The service sends fewer while Elasticsearch is overloaded."),
  queue_max_size: number({ min: 1, max: 1_000_000 })
    .default(10_000)
    .describe("Maximum number of documents in the write queue. Reading pauses while the queue is full."),
  queue_max_mem_size: number({ min: 1, max: 4096, whole: false })
    .default(16)
    .describe("Maximum size in MiB of all queued documents and those being written."),
  queue_refresh_timeout: seconds({ min: 1, max: 86_400 })
    .default(1300)
    .describe("Seconds without an accepted document after which the sync fails."),
  concurrent_downloads: number({ min: 1, max: 64 })
    .default(10)
    .describe("Maximum number of concurrent file downloads."),
  max_text_document_size: number({ min: 0, max: 95, whole: false })
    .default(0)
    .describe(
      "Maximum size of a record's document in MiB. Larger ones are refused and listed in the report. 0: only Elasticsearch's own limit applies.",
    ),
  max_retries: number({ min: 0, max: 100 })
    .default(5)
    .describe(
      "Maximum number of retries of a failed bulk request, or of an item that Elasticsearch rejects because of overload.",
    ),
  retry_interval: seconds({ min: 0, max: 3600 })
    .default(1)
    .describe("Seconds before the first retry. Each further retry waits twice as long, up to one minute."),
  enable_operations_logging: boolean()
    .default(false)
    .describe("Log the id of every written or deleted document, at debug level."),
  error_monitor: z
    .strictObject({
      enabled: boolean().default(true).describe("Whether too many refused documents end a sync in an error."),
      max_total_errors: number({ min: 0, max: 1_000_000_000 })
        .default(1000)
        .describe("Maximum number of refused documents in one sync."),
      max_consecutive_errors: number({ min: 0, max: 1_000_000_000 })
        .default(10)
        .describe("Maximum number of consecutive refused documents."),
      max_error_rate: number({ min: 0, max: 1, whole: false })
        .default(0.15)
        .describe("Maximum share of refused documents in the window."),
      error_window_size: number({ min: 0, max: 1_000_000 })
        .default(100)
        .describe("Number of documents in the window; 0 disables max_error_rate."),
      error_queue_size: number({ min: 1, max: 1000 })
        .default(10)
        .describe("Maximum number of refused documents that the report lists per object."),
    })
    .prefault({}),
  display_every: unused("progress is shown at time intervals"),
  queue_refresh_interval: unused("the queue is not polled"),
});

const elasticsearch = z.strictObject({
  host: url().default("http://localhost:9200").describe("The URL of Elasticsearch."),
  api_key: secret()
    .optional()
    .describe(
      "The API key: the value `encoded` of Elasticsearch's response. Takes precedence over username and password.",
    ),
  username: text().optional().describe("The user name, if there is no API key."),
  password: secret().optional().describe("The password of that user."),
  ssl: boolean()
    .default(true)
    .describe("Whether verify_certs and ca_certs apply. The scheme of `host` decides whether TLS is used."),
  verify_certs: boolean()
    .default(true)
    .describe("Whether the server's certificate is verified. Disable it only for tests."),
  ca_certs: text().optional().describe("The path of a PEM file with the trusted certificate authorities."),
  headers: z.record(z.string(), text()).default({}).describe("HTTP headers to add to every request."),
  request_timeout: seconds({ min: 1, max: 3600 })
    .default(240)
    .describe("Timeout of a request, in seconds, from its beginning to the last byte of the response."),
  max_response_size: number({ min: 1, max: 512, whole: false })
    .default(128)
    .describe("Maximum size of a response of Elasticsearch in MiB."),
  retry_on_timeout: boolean().default(true).describe("Whether a request that timed out is retried."),
  max_retries: number({ min: 0, max: 100 }).default(5).describe("Maximum number of retries of a failed request."),
  retry_interval: seconds({ min: 0, max: 3600 })
    .default(1)
    .describe("Seconds before the first retry. Each further retry waits twice as long, up to one minute."),
  max_wait_duration: seconds({ min: 0, max: 86_400 })
    .default(240)
    .describe("Seconds that `run` waits for Elasticsearch at startup."),
  initial_backoff_duration: seconds({ min: 0.01, max: 3600 })
    .default(1)
    .describe("Seconds before the second attempt to reach Elasticsearch at startup."),
  backoff_multiplier: number({ min: 1, max: 100, whole: false })
    .default(2)
    .describe("Factor by which each further wait at startup grows."),
  log_level: unused("the Elasticsearch client logs through this service, at service.log_level"),
  feature_use_connectors_api: unused("connectors and jobs are read and written in their indices"),
  bulk: bulk.prefault({}),
});

const service = z.strictObject({
  log_level: word(["debug", "info", "warning", "error", "critical"])
    .default("info")
    .describe("The lowest level that is logged: debug, info, warning, error or critical."),
  max_file_download_size: number({ min: 0, max: 67_108_864 })
    .default(10_485_760)
    .describe(
      "The largest file, in bytes, whose text the ingest pipeline extracts. Larger files are indexed without their text, unless the extraction service is used.",
    ),
  mass_delete_percent: number({ min: 0, max: 100 })
    .default(20)
    .describe(
      "If Salesforce counts fewer records or attached files of an object than at the last sync, by more than this many percent, its deletes are held back, see mass_delete_documents. 100 turns that off.",
    ),
  mass_delete_documents: number({ min: 0, max: 1_000_000_000 })
    .default(500)
    .describe("Deletes are held back only if they concern more than this many documents of an object."),
  max_concurrent_content_syncs: number({ min: 1, max: 64 })
    .default(1)
    .describe("Maximum number of concurrent content syncs."),
  idling: seconds({ min: 0.1, max: 3600 })
    .default(5)
    .describe("Seconds between two polls for new connectors, changed settings and waiting jobs."),
  heartbeat: seconds({ min: 1, max: 86_400 })
    .default(300)
    .describe("Seconds between two heartbeats that the service writes to each connector."),
  preflight_max_attempts: unused("elasticsearch.max_wait_duration says how long to wait"),
  preflight_idle: unused("elasticsearch.max_wait_duration says how long to wait"),
  max_errors: unused("an error of one connector never ends the service"),
  max_errors_span: unused("an error of one connector never ends the service"),
  max_concurrent_access_control_syncs: number({ min: 1, max: 64 })
    .default(1)
    .describe("Maximum number of concurrent access control syncs."),
  max_concurrent_scheduling_tasks: unused("scheduling needs no limit"),
  incremental_sync_interval_seconds: unused("incremental syncs are not available yet"),
  job_cleanup_interval: seconds({ min: 0.1, max: 3600 })
    .default(20)
    .describe(
      "Seconds between two searches for orphaned jobs; values over 20 count as 20. A job without a heartbeat for one minute is orphaned and is released for other workers.",
    ),
  worker_mode: unused("service_types selects the connectors of Kibana that are run"),
  service_types: z
    .array(z.literal("salesforce", "must be salesforce"))
    .default([])
    .describe(
      "`[salesforce]` runs every Salesforce connector created in Kibana, in addition to those under `connectors`.",
    ),
  fips_mode: unused("FIPS is a mode of Node.js: start it with --enable-fips"),
});

const salesforce = z.strictObject({
  request_timeout: seconds({ min: 1, max: 3600 })
    .default(180)
    .describe("Seconds to wait for a response of Salesforce to begin. Salesforce ends a query after two minutes."),
  max_response_size: number({ min: 1, max: 1024, whole: false })
    .default(128)
    .describe(
      "Maximum size in MiB of one response of Salesforce, decompressed. A larger one ends the reading of its object.",
    ),
  max_record_size: number({ min: 0.1, max: 95, whole: false })
    .default(16)
    .describe(
      "Maximum size in MiB of one record with its children. Larger ones are refused and listed in the report; their documents stay as they are.",
    ),
  mebibyte_timeout: seconds({ min: 1, max: 3600 })
    .default(120)
    .describe("Maximum seconds for each MiB of a response. A slower response is ended and requested again."),
  max_retry_after: seconds({ min: 0, max: 86_400 })
    .default(600)
    .describe("Maximum seconds to wait before a retry, whatever Salesforce asks for in Retry-After."),
});

const extractionService = z.strictObject({
  host: url().describe(
    "The URL of Elastic's data extraction service. Leave out `extraction_service` if you do not use it.",
  ),
  timeout: seconds({ min: 1, max: 3600 }).default(30).describe("Timeout for the extraction of one file, in seconds."),
  stream_chunk_size: unused("files are streamed in the chunks that Salesforce sends"),
  use_file_pointers: unused("files are always streamed to the service"),
  shared_volume_dir: unused("files are always streamed to the service"),
});

const cron = text().describe(
  "A schedule in Quartz syntax, in UTC: seconds, minutes, hours, day of month, month, day of week, optionally a year.",
);

const connector = z.strictObject({
  connector_id: text()
    .refine((value) => value !== "", "must not be empty")
    .describe(
      "The connector's id: the one that Kibana shows, or any name for a connector that is configured in the file.",
    ),
  service_type: z.literal("salesforce", "must be salesforce").default("salesforce").describe("Always salesforce."),
  api_key: secret()
    .optional()
    .describe("An API key for this connector's content index; replaces elasticsearch.api_key."),
  salesforce: z
    .strictObject({
      base_url: url()
        .optional()
        .describe(
          "The URL of a proxy, a government cloud or the simulator, instead of https://<domain>.my.salesforce.com.",
        ),
      objects_with_hierarchies: z
        .array(z.string())
        .default([])
        .describe(
          "Custom objects for which Setup, Sharing Settings has Grant Access Using Hierarchies on; no API of Salesforce shows it. With document level security, syncs find it out for other custom objects by asking about single users; while it is unknown, superiors do not see their records because of their role.",
        ),
      queues_reach_superiors: z
        .boolean()
        .default(false)
        .describe(
          "Whether superiors of a queue's members see its records in an org that does not say it for each queue (before version 67.0 of the API).",
        ),
      hide_from_possibly_frozen: z
        .boolean()
        .default(false)
        .describe("Whether users find nothing if the integration user cannot see who is frozen (Manage Users)."),
    })
    .optional(),
  index_name: text()
    .refine(
      isIndexName,
      'must be an index name: lower case, without spaces or any of \\ / * ? " < > | , # :, not starting with - _ + .',
    )
    .optional()
    .describe("The index to write the documents to. Required if the connector is configured in the file."),
  configuration: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number(), z.boolean()]))]),
    )
    .optional()
    .describe("The connector's configuration, with the field names of Kibana; docs/config.md lists them."),
  scheduling: z
    .strictObject({ full: cron.optional(), incremental: cron.optional(), access_control: cron.optional() })
    .optional()
    .describe("The schedule of each type of sync, in UTC."),
  pipeline: z
    .strictObject({
      name: text()
        .optional()
        .describe(
          "The ingest pipeline. Unset: search-default-ingestion if the cluster has it, otherwise a pipeline that the service creates.",
        ),
      extract_binary_content: boolean().default(true).describe("Whether to extract the text of files."),
      reduce_whitespace: boolean()
        .default(true)
        .describe("Whether to replace runs of white space in that text by one space."),
      run_ml_inference: boolean().default(true).describe("Passed to the pipeline as _run_ml_inference."),
    })
    .prefault({}),
  sync_rules: z
    .strictObject({
      basic: z
        .array(z.unknown())
        .optional()
        .describe(
          "Basic sync rules, in order: objects with `policy`, `field`, `rule`, `value` and optionally `id` and `order`; see docs/sync-rules.md.",
        ),
      advanced: z
        .array(z.unknown())
        .optional()
        .describe(
          "Advanced sync rules: a list of objects with `query` and `language` (SOQL or SOSL). Their results are synced instead of the selected objects; see docs/sync-rules.md.",
        ),
    })
    .optional(),
});

/** The whole configuration file. */
export const configSchema = z.strictObject({
  connectors: z.array(connector).default([]).describe("The connectors that this service runs."),
  elasticsearch: elasticsearch.prefault({}),
  service: service.prefault({}),
  salesforce: salesforce.prefault({}),
  extraction_service: extractionService.optional(),
  connector_id: text()
    .optional()
    .meta({ deprecated: true })
    .describe("The id of the only connector. Use `connectors` instead."),
  service_type: text()
    .optional()
    .meta({ deprecated: true })
    .describe("The type of the only connector. Use `connectors` instead."),
  sources: unused("Salesforce is the only source of this service"),
});

/** The configuration file, checked, with every default in its place. */
export type Config = z.output<typeof configSchema>;

/** One connector of the file. */
export type ConnectorEntry = z.output<typeof connector>;

// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create lists what an index name may hold.
/** Returns true for a name that Elasticsearch accepts for an index. Names of hidden and system indices, which start with a dot, are refused. */
export function isIndexName(name: string): boolean {
  return (
    name !== "" &&
    name === name.toLowerCase() &&
    !/[\\/*?"<>|,#:\s\p{Cc}]/u.test(name) &&
    !/^[-_+.]/.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}
