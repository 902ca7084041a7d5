import { z } from "zod";
import { boolean, number, secret, text, url, word } from "./setting-kinds.ts";

// What the operator may set. This one schema gives each setting its type, its default, its bounds and its description; the reference in
// docs/config.md and config.example.yml are generated from it. Keys of Elastic's configuration file keep their names, so that a file made for
// Elastic's connectors works as it is. `unused` settings are theirs and mean nothing here: they are accepted with a warning.

const unused = (reason: string) => z.unknown().optional().meta({ unused: reason });

const seconds = (bounds: { min: number; max: number }) => number({ ...bounds, whole: false });

const bulk = z.strictObject({
  chunk_size: number({ min: 1, max: 100_000 }).default(2000).describe("Documents in one bulk request, at most."),
  chunk_max_mem_size: number({ min: 0.1, max: 95, whole: false })
    .default(4)
    .describe("Size of one bulk request in MiB, at most. A larger document is sent in a request of its own."),
  max_concurrency: number({ min: 1, max: 64 })
    .default(3)
    .describe("Bulk requests that run at once, at most. Fewer run while Elasticsearch says that it is overloaded."),
  queue_max_size: number({ min: 1, max: 1_000_000 })
    .default(10_000)
    .describe("Documents that wait to be written, at most. Reading waits when there are more."),
  queue_max_mem_size: number({ min: 1, max: 4096, whole: false })
    .default(16)
    .describe("Size in MiB of the documents that wait to be written or are being written, at most."),
  queue_refresh_timeout: seconds({ min: 1, max: 86_400 })
    .default(1300)
    .describe("Seconds for which Elasticsearch may accept nothing before the sync gives up."),
  concurrent_downloads: number({ min: 1, max: 64 }).default(10).describe("Files that are downloaded at once, at most."),
  max_text_document_size: number({ min: 0, max: 95, whole: false })
    .default(0)
    .describe(
      "Size in MiB above which a record's document is refused, counted and named in the report; 0 for no limit but Elasticsearch's own.",
    ),
  max_retries: number({ min: 0, max: 100 })
    .default(5)
    .describe("How often a failed bulk request, or an item refused for load, is sent again."),
  retry_interval: seconds({ min: 0, max: 3600 })
    .default(1)
    .describe("Seconds before the first of these retries; each further one waits twice as long, up to a minute."),
  enable_operations_logging: boolean()
    .default(false)
    .describe("Log the id of each document written or deleted, at debug level."),
  error_monitor: z
    .strictObject({
      enabled: boolean().default(true).describe("Whether too many refused documents end a sync in an error."),
      max_total_errors: number({ min: 0, max: 1_000_000_000 })
        .default(1000)
        .describe("Refused documents in one sync, at most."),
      max_consecutive_errors: number({ min: 0, max: 1_000_000_000 })
        .default(10)
        .describe("Refused documents in a row, at most."),
      max_error_rate: number({ min: 0, max: 1, whole: false })
        .default(0.15)
        .describe("Share of refused documents within the window, at most."),
      error_window_size: number({ min: 0, max: 1_000_000 })
        .default(100)
        .describe("Documents in that window; 0 turns the share off."),
      error_queue_size: number({ min: 1, max: 1000 })
        .default(10)
        .describe("Refused documents that the report names for each object, at most."),
    })
    .prefault({}),
  display_every: unused("progress is shown by time, not by number of documents"),
  queue_refresh_interval: unused("the queue tells its readers at once"),
});

const elasticsearch = z.strictObject({
  host: url().default("http://localhost:9200").describe("Where Elasticsearch is."),
  api_key: secret()
    .optional()
    .describe("An API key, as Elasticsearch returns it under `encoded`. It wins over username and password."),
  username: text().optional().describe("A user, where no API key is used."),
  password: secret().optional().describe("That user's password."),
  ssl: boolean()
    .default(true)
    .describe("Whether the two settings below count; the scheme of `host` decides whether TLS is spoken."),
  verify_certs: boolean()
    .default(true)
    .describe("Whether the server's certificate is checked. Turn it off for tests only."),
  ca_certs: text().optional().describe("Path of a PEM file with the authorities that are trusted."),
  headers: z.record(z.string(), text()).default({}).describe("HTTP headers to add to each request."),
  request_timeout: seconds({ min: 1, max: 3600 }).default(240).describe("Seconds that a request may take."),
  retry_on_timeout: boolean().default(true).describe("Whether a request that timed out is sent again."),
  max_retries: number({ min: 0, max: 100 }).default(5).describe("How often a failed request is sent again."),
  retry_interval: seconds({ min: 0, max: 3600 })
    .default(1)
    .describe("Seconds before the first of these retries; each further one waits twice as long, up to a minute."),
  max_wait_duration: seconds({ min: 0, max: 86_400 })
    .default(240)
    .describe("Seconds that `run` waits for Elasticsearch to answer when it starts."),
  initial_backoff_duration: seconds({ min: 0.01, max: 3600 })
    .default(1)
    .describe("Seconds of the first pause while it waits."),
  backoff_multiplier: number({ min: 1, max: 100, whole: false })
    .default(2)
    .describe("What each pause is multiplied by to give the next one."),
  log_level: unused("the Elasticsearch client logs through this service, at service.log_level"),
  feature_use_connectors_api: unused("connectors and jobs are read and written in their indices"),
  bulk: bulk.prefault({}),
});

const service = z.strictObject({
  log_level: word(["debug", "info", "warning", "error", "critical"])
    .default("info")
    .describe("How much is logged: debug, info, warning, error or critical."),
  max_file_download_size: number({ min: 0, max: 67_108_864 })
    .default(10_485_760)
    .describe(
      "Size in bytes up to which a file's text is extracted by the ingest pipeline. Larger files are indexed without their text, unless the extraction service is used.",
    ),
  max_concurrent_content_syncs: number({ min: 1, max: 64 })
    .default(1)
    .describe("Content syncs that run at once, at most."),
  idling: seconds({ min: 0.1, max: 3600 })
    .default(5)
    .describe("Seconds between two looks at what is new: connectors, their settings, jobs that wait."),
  heartbeat: seconds({ min: 1, max: 86_400 })
    .default(300)
    .describe("Seconds after which a connector is told again that somebody looks after it."),
  preflight_max_attempts: unused("elasticsearch.max_wait_duration says how long to wait"),
  preflight_idle: unused("elasticsearch.max_wait_duration says how long to wait"),
  max_errors: unused("an error of one connector never ends the service"),
  max_errors_span: unused("an error of one connector never ends the service"),
  max_concurrent_access_control_syncs: number({ min: 1, max: 64 })
    .default(1)
    .describe("Access control syncs that run at once, at most."),
  max_concurrent_scheduling_tasks: unused("schedules cost nothing that would have to be bounded"),
  incremental_sync_interval_seconds: unused("incremental syncs are not available yet"),
  job_cleanup_interval: seconds({ min: 0.1, max: 3600 })
    .default(20)
    .describe(
      "Seconds between two looks for jobs whose worker has died; more than 20 counts as 20. A job without a sign of life for a minute goes to another worker.",
    ),
  worker_mode: unused("service_types says which connectors are taken from Kibana"),
  service_types: z
    .array(z.literal("salesforce", "must be salesforce"))
    .default([])
    .describe(
      "Take every connector of these types that Kibana has, beside those under `connectors`: `[salesforce]`, or nothing.",
    ),
  fips_mode: unused("Node.js decides about FIPS: start it with --enable-fips"),
});

const extractionService = z.strictObject({
  host: url().describe("Where Elastic's data extraction service is."),
  timeout: seconds({ min: 1, max: 3600 }).default(30).describe("Seconds that the extraction of one file may take."),
  stream_chunk_size: unused("files are streamed as they come"),
  use_file_pointers: unused("files are always streamed to the service"),
  shared_volume_dir: unused("files are always streamed to the service"),
});

const cron = text().describe(
  "A schedule in Quartz form: seconds, minutes, hours, day of month, month, day of week, optionally a year.",
);

const connector = z.strictObject({
  connector_id: text()
    .refine((value) => value !== "", "must not be empty")
    .describe("The connector's id: what Kibana shows, or any name."),
  service_type: z.literal("salesforce", "must be salesforce").default("salesforce").describe("Always salesforce."),
  api_key: secret()
    .optional()
    .describe("An API key for this connector's content index, used in place of elasticsearch.api_key."),
  salesforce: z
    .strictObject({
      base_url: url().describe(
        "Another host than https://<domain>.my.salesforce.com: a proxy, a government cloud, the simulator.",
      ),
    })
    .optional(),
  index_name: text()
    .refine(
      isIndexName,
      'must be an index name: lower case, without spaces or any of \\ / * ? " < > | , # :, not starting with - _ +',
    )
    .optional()
    .describe("The index that the documents are written to."),
  configuration: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number(), z.boolean()]))]),
    )
    .optional()
    .describe("The connector's configuration, by the keys that Kibana uses; docs/config.md lists them."),
  scheduling: z
    .strictObject({ full: cron.optional(), incremental: cron.optional(), access_control: cron.optional() })
    .optional()
    .describe("When syncs run, by their type. Times are UTC."),
  pipeline: z
    .strictObject({
      name: text()
        .optional()
        .describe(
          "The ingest pipeline that documents pass. Unset: search-default-ingestion where the cluster has it, otherwise one that the service makes.",
        ),
      extract_binary_content: boolean().default(true).describe("Whether the text of files is extracted."),
      reduce_whitespace: boolean().default(true).describe("Whether runs of white space in that text become one space."),
      run_ml_inference: boolean().default(true).describe("Passed to the pipeline as _run_ml_inference."),
    })
    .prefault({}),
  sync_rules: z
    .strictObject({
      basic: z
        .array(z.unknown())
        .optional()
        .describe(
          "Basic sync rules, in their order: objects with `policy`, `field`, `rule`, `value` and, if you like, `id` and `order`; docs/sync-rules.md.",
        ),
      advanced: z
        .array(z.unknown())
        .optional()
        .describe(
          "Advanced sync rules: a list of objects with `query` and `language` (SOQL or SOSL). What they return is synced in place of the selected objects; docs/sync-rules.md.",
        ),
    })
    .optional(),
});

/** The whole configuration file. */
export const configSchema = z.strictObject({
  connectors: z.array(connector).default([]).describe("The connectors that this service runs."),
  elasticsearch: elasticsearch.prefault({}),
  service: service.prefault({}),
  extraction_service: extractionService.optional(),
  connector_id: text()
    .optional()
    .meta({ deprecated: true })
    .describe("The id of the only connector; put it into `connectors`."),
  service_type: text()
    .optional()
    .meta({ deprecated: true })
    .describe("The type of the only connector; put it into `connectors`."),
  sources: unused("this service has one source, Salesforce"),
});

/** The configuration file, checked, with every default in its place. */
export type Config = z.output<typeof configSchema>;

/** One connector of the file. */
export type ConnectorEntry = z.output<typeof connector>;

// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create lists what an index name may hold.
/** Whether Elasticsearch takes the name for an index. */
export function isIndexName(name: string): boolean {
  return (
    name !== "" &&
    name === name.toLowerCase() &&
    !/[\\/*?"<>|,#: ]/.test(name) &&
    !/^[-_+]/.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}
