import type { RuleProblem } from "../connector/rules/basic-rule.ts";
import type { ParsedRules } from "../connector/rules/sync-rules.ts";
import type { SourceCounts, StoredConnector } from "../connector/stored-connector.ts";
import type { RunReport } from "../sync/report.ts";
import type { StoredJob } from "./job-store.ts";

/** Runs the syncs of connectors. */
export interface SyncBackend {
  /**
   * Signs in to Salesforce with the connector's configuration.
   * @throws AppError with what to do
   */
  check(connector: StoredConnector, signal: AbortSignal): Promise<void>;
  /**
   * Validates sync rules, if necessary by asking Salesforce.
   * @throws AppError if Salesforce cannot be asked
   */
  validateRules(connector: StoredConnector, rules: ParsedRules, signal: AbortSignal): Promise<readonly RuleProblem[]>;
  /**
   * Runs the sync of a job. `counts` is what Salesforce counted in earlier syncs. Server errors are in the report.
   * @throws AppError if the job cannot be run
   */
  run(job: StoredJob, counts: SourceCounts, signal: AbortSignal): Promise<RunReport>;
  /** The number of documents in the job's index. */
  count(job: StoredJob, signal: AbortSignal): Promise<number>;
}
