/** Bounds on writing; elasticsearch.bulk in the configuration file. */
export interface BulkSettings {
  maxDocuments: number;
  maxBytes: number;
  maxConcurrency: number;
  queueMaxDocuments: number;
  queueMaxBytes: number;
  /** How long Elasticsearch may accept nothing before the sync gives up. */
  stallMs: number;
  /** Documents larger than this are refused; 0 for no limit. */
  maxDocumentBytes: number;
  /** Log each id, at debug level. */
  logOperations: boolean;
  errorMonitor: ErrorMonitorSettings;
}

/** When refused documents end a sync. */
export interface ErrorMonitorSettings {
  enabled: boolean;
  maxTotal: number;
  maxConsecutive: number;
  maxRate: number;
  window: number;
}
