// The configuration of a connector, in Kibana or under `configuration` in the file. The first eight are the fields of Elastic's own Salesforce
// connector under the same keys, so that its connector documents work unchanged. The rest are additions with defaults.

/** The standard objects that are synced without sync rules. Others need advanced sync rules. */
export const standardObjectNames = ["Account", "Opportunity", "Contact", "Lead", "Campaign", "Case"] as const;

export type StandardObjectName = (typeof standardObjectNames)[number];

/** The value of a field in a file or in Kibana. Kibana stores lists as comma-separated text. */
export type ConfigurationValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** Values by field key. A field that is missing or null takes its default. */
export type ConfigurationValues = Readonly<Record<string, ConfigurationValue | undefined>>;

/** A field with the properties of the connector protocol. */
export interface ConfigurationField {
  key: string;
  label: string;
  type: "str" | "bool" | "list" | "int";
  display: "text" | "textarea" | "toggle" | "numeric";
  /** Must have a value if its dependency is met. */
  required: boolean;
  sensitive: boolean;
  tooltip: string;
  defaultValue: string | boolean;
  dependsOn?: { field: string; value: boolean };
  /** Inclusive bounds of a whole number. */
  range?: { min: number; max: number };
  advanced?: true;
}

const text = { type: "str", display: "text", required: true, sensitive: false, defaultValue: "" } as const;
const toggle = { type: "bool", display: "toggle", required: true, sensitive: false, defaultValue: false } as const;
const list = { type: "list", display: "textarea", sensitive: false } as const;
// Empty: the configuration file decides. Elastic's connectors also store optional numbers as empty text.
const optionalNumber = {
  type: "int",
  display: "numeric",
  required: false,
  sensitive: false,
  defaultValue: "",
  advanced: true,
} as const;
const fileNumber = { ...optionalNumber, dependsOn: { field: "sync_files", value: true } } as const;

/** In the order in which Kibana shows them. */
export const configurationFields: readonly ConfigurationField[] = [
  {
    ...text,
    key: "domain",
    label: "Domain",
    tooltip: "The part of the Salesforce URL before .my.salesforce.com: 'foo', or 'foo.sandbox' for a sandbox.",
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
      "API names of the custom objects, separated by commas, with or without __c; * for all that the user can read.",
  },
  {
    ...toggle,
    key: "use_text_extraction_service",
    label: "Use text extraction service",
    advanced: true,
    tooltip:
      "Extract the text of files with Elastic's data extraction service, for files of any size. Requires extraction_service in the configuration file. Off: the ingest pipeline extracts the text, up to the size limit.",
  },
  {
    ...toggle,
    key: "use_document_level_security",
    label: "Enable document level security",
    tooltip:
      "Store the access permissions of each record with its document. Without them, everyone who can search the index sees every document.",
  },
  {
    ...text,
    key: "api_version",
    label: "Salesforce API version",
    defaultValue: "62.0",
    advanced: true,
    tooltip: "The version of the Salesforce REST API, such as 62.0.",
  },
  {
    ...toggle,
    key: "sync_files",
    label: "Sync files",
    defaultValue: true,
    advanced: true,
    tooltip:
      "Whether files attached to records are synced. Off: no file is read, and the next sync deletes the files in the index.",
  },
  {
    ...fileNumber,
    key: "max_file_size",
    label: "Maximum file size (MiB)",
    // The same bounds as service.max_file_download_size.
    range: { min: 1, max: 64 },
    tooltip:
      "The largest file, in MiB (1 to 64), whose text the ingest pipeline extracts. Larger files go to the extraction service; without one they are indexed without text. Empty: service.max_file_download_size in the configuration file.",
  },
  {
    ...fileNumber,
    key: "concurrent_downloads",
    label: "Concurrent downloads",
    range: { min: 1, max: 64 },
    tooltip:
      "How many files are downloaded at once, from 1 to 64. Empty: elasticsearch.bulk.concurrent_downloads in the configuration file.",
  },
  {
    ...toggle,
    key: "allow_mass_deletes",
    label: "Allow mass deletes",
    advanced: true,
    tooltip:
      "On: syncs delete any number of documents. Off: if Salesforce suddenly counts far fewer records or files of an object, its documents stay and the sync ends with an error. To let one sync delete them, turn this on, sync, and turn it off.",
  },
  {
    ...optionalNumber,
    key: "mass_delete_percent",
    label: "Mass delete limit (percent)",
    range: { min: 0, max: 100 },
    tooltip:
      "Deletes of an object are held back if Salesforce's count of its records or files falls by more than this many percent. 100 turns that off. Empty: service.mass_delete_percent in the configuration file.",
  },
  {
    ...optionalNumber,
    key: "mass_delete_documents",
    label: "Mass delete limit (documents)",
    range: { min: 0, max: 1_000_000_000 },
    tooltip:
      "Deletes of an object are held back only if they concern more than this many documents. Empty: service.mass_delete_documents in the configuration file.",
  },
];
