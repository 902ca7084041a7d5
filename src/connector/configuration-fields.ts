// What a connector can be told in Kibana or under `configuration` in the file. The first eight are the fields of Elastic's own Salesforce
// connector, under its keys, so that a connector document made for it serves us as it is; the rest are ours and need no thought.

/** The standard objects that the connector knows by itself. Others come through advanced sync rules. */
export const standardObjectNames = ["Account", "Opportunity", "Contact", "Lead", "Campaign", "Case"] as const;

/** One of the six standard objects. */
export type StandardObjectName = (typeof standardObjectNames)[number];

/** The value of a field as a file or Kibana may hold it; lists are comma-separated text in Kibana. */
export type ConfigurationValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** One field, described as the connector protocol describes it. */
export interface ConfigurationField {
  key: string;
  label: string;
  type: "str" | "bool" | "list" | "int";
  display: "text" | "textarea" | "toggle" | "numeric";
  /** Whether it must hold something (where what it depends on is met). */
  required: boolean;
  sensitive: boolean;
  tooltip: string;
  defaultValue: string | boolean;
  dependsOn?: { field: string; value: boolean };
  /** What a whole number may be, both ends included. */
  range?: { min: number; max: number };
  advanced?: true;
}

const text = { type: "str", display: "text", required: true, sensitive: false, defaultValue: "" } as const;
const toggle = { type: "bool", display: "toggle", required: true, sensitive: false, defaultValue: false } as const;
const list = { type: "list", display: "textarea", sensitive: false } as const;
// Empty means that the configuration file decides. Elastic's connectors, too, keep numbers that need not be filled in as empty text.
const fileNumber = {
  type: "int",
  display: "numeric",
  required: false,
  sensitive: false,
  defaultValue: "",
  dependsOn: { field: "sync_files", value: true },
  advanced: true,
} as const;

/** Every field, in the order in which Kibana shows them. */
export const configurationFields: readonly ConfigurationField[] = [
  {
    ...text,
    key: "domain",
    label: "Domain",
    tooltip: "The part of your Salesforce URL before .my.salesforce.com: 'foo', or 'foo.sandbox' for a sandbox.",
  },
  {
    ...text,
    key: "client_id",
    label: "Client ID",
    sensitive: true,
    tooltip: "The consumer key of the app in Salesforce that allows the client credentials flow.",
  },
  {
    ...text,
    key: "client_secret",
    label: "Client Secret",
    sensitive: true,
    tooltip: "The consumer secret of that app.",
  },
  {
    ...list,
    key: "standard_objects_to_sync",
    label: "Standard Objects to Sync",
    required: false,
    defaultValue: standardObjectNames.join(", "),
    tooltip: "Which of the six standard objects to sync, separated by commas; * for all of them.",
  },
  {
    ...toggle,
    key: "sync_custom_objects",
    label: "Sync Custom Objects",
    tooltip: "Whether custom objects are synced as well.",
  },
  {
    ...list,
    key: "custom_objects_to_sync",
    label: "Custom Objects to Sync",
    required: true,
    defaultValue: "",
    dependsOn: { field: "sync_custom_objects", value: true },
    tooltip:
      "API names of the custom objects, separated by commas, with or without __c; * for every one that the user may read.",
  },
  {
    ...toggle,
    key: "use_text_extraction_service",
    label: "Use text extraction service",
    advanced: true,
    tooltip:
      "Extract the text of files with Elastic's data extraction service, which takes files of any size. It needs extraction_service in the configuration file. Off: the ingest pipeline extracts, up to the file limit.",
  },
  {
    ...toggle,
    key: "use_document_level_security",
    label: "Enable document level security",
    tooltip: "Store with each document who may see it. Without it, whoever may search the index sees every document.",
  },
  {
    ...text,
    key: "api_version",
    label: "Salesforce API version",
    defaultValue: "62.0",
    advanced: true,
    tooltip: "The version of the Salesforce REST API to speak, such as 62.0.",
  },
  {
    ...toggle,
    key: "sync_files",
    label: "Sync files",
    defaultValue: true,
    advanced: true,
    tooltip:
      "Whether the files on records are synced. Off: no file is read, and the next sync deletes those that are in the index.",
  },
  {
    ...fileNumber,
    key: "max_file_size",
    label: "Maximum file size (MiB)",
    // As far as service.max_file_download_size goes.
    range: { min: 1, max: 64 },
    tooltip:
      "Size in MiB, from 1 to 64, up to which the ingest pipeline extracts a file's text. Larger files go to the extraction service, or are indexed without their text where there is none. Empty: what service.max_file_download_size in the configuration file says.",
  },
  {
    ...fileNumber,
    key: "concurrent_downloads",
    label: "Concurrent downloads",
    range: { min: 1, max: 64 },
    tooltip:
      "How many files are downloaded at once, from 1 to 64. Empty: what elasticsearch.bulk.concurrent_downloads in the configuration file says.",
  },
];
