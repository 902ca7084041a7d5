import type { Config, ConnectorEntry } from "../config/schema.ts";
import { readRules } from "../connector/filtering.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { RetryPolicy } from "../core/retry.ts";
import { countDocuments } from "../elasticsearch/index/content-index.ts";
import type { JobProgress, RuleProblem, StoredConnector, StoredJob, SyncBackend } from "../jobs/ports.ts";
import { openElasticsearch, openSalesforce } from "./open-clients.ts";
import { fromConnector, fromSnapshot } from "./sync-settings.ts";
import { validateAdvancedRules } from "../salesforce/rules/validate-rules.ts";
import type { RunReport } from "../sync/report.ts";
import { executeSync } from "./execute-sync.ts";

/** A job asks for what this version does not do. */
class JobTypeError extends AppError {
  override readonly code = "job_type";
}

/** A check is repeated at the next pass; it need not be patient itself. */
const checkRetry: RetryPolicy = { attempts: 2, baseMs: 500, capMs: 1000, jitter: 0 };

/** Does for stored connectors and jobs what they ask for, with Salesforce as the source. */
export class SalesforceSyncBackend implements SyncBackend {
  readonly #config: Config;
  readonly #log: Logger;

  constructor(config: Config, log: Logger) {
    this.#config = config;
    this.#log = log;
  }

  async check(connector: StoredConnector, signal: AbortSignal): Promise<void> {
    await using salesforce = openSalesforce(fromConnector(connector, this.#context(connector.id)), {
      log: this.#log,
      retry: checkRetry,
    });
    const { client } = salesforce;
    // A sign-in alone would not show that the API answers, that the user may use it, and that it has this version. The list of resources
    // needs no permission beyond that.
    await client.json({ path: client.resource("") }, signal);
  }

  async validateRules(
    connector: StoredConnector,
    filter: unknown,
    signal: AbortSignal,
  ): Promise<readonly RuleProblem[]> {
    const { rules, problems } = readRules(filter);
    if (problems.some(({ ids }) => ids.includes("advanced_snippet")) || rules.advanced.length === 0) return problems;
    await using salesforce = openSalesforce(fromConnector(connector, this.#context(connector.id)), {
      log: this.#log,
      retry: checkRetry,
    });
    const found = await validateAdvancedRules(rules.advanced, { client: salesforce.client, signal });
    return [...problems, ...found.map(({ id, message }) => ({ ids: [id], messages: [message] }))];
  }

  async run(job: StoredJob, { signal, progress }: { signal: AbortSignal; progress: JobProgress }): Promise<RunReport> {
    if (job.type === "access_control") {
      throw new JobTypeError("Access control syncs are not available in this version.", {
        hint: "Document level security is off for this connector; every document is visible to whoever may read the index.",
      });
    }
    if (!job.snapshot) throw new JobTypeError("The job does not say which connector it is of.");
    const connector = fromSnapshot(job.snapshot, this.#context(job.snapshot.connectorId));
    const report = await executeSync(connector, this.#config, { jobId: job.id, log: this.#log, signal, progress });
    if (job.type === "incremental")
      report.warnings.push("Incremental syncs are not available in this version yet: this was a full sync.");
    this.#log.info("sync report", { ...report });
    return report;
  }

  async count({ snapshot }: StoredJob, signal: AbortSignal): Promise<number> {
    const name = snapshot?.indexName;
    if (snapshot === undefined || name === undefined || name === null) return 0;
    const { entry } = this.#context(snapshot.connectorId);
    await using elasticsearch = openElasticsearch(this.#config, { log: this.#log, apiKey: entry?.api_key });
    return await countDocuments(elasticsearch, name, signal);
  }

  #context(id: string): { config: Config; entry: ConnectorEntry | undefined } {
    return { config: this.#config, entry: this.#config.connectors.find(({ connector_id }) => connector_id === id) };
  }
}
