import type { EventEmitter } from "node:events";
import type { Config } from "../config/schema.ts";
import { capabilities } from "../connector/capabilities.ts";
import type { RuleProblem } from "../connector/rules/basic-rule.ts";
import { advancedProblem, type ParsedRules } from "../connector/rules/sync-rules.ts";
import type { SourceCounts, StoredConnector } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { countDocuments } from "../elasticsearch/index/content-index.ts";
import type { StoredJob } from "../jobs/job-store.ts";
import type { SyncBackend } from "../jobs/sync-backend.ts";
import { validateAdvancedRules } from "../salesforce/rules/validate-rules.ts";
import type { RunReport } from "../sync/report.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import { executeSync, type ExecuteSyncOptions } from "./execute-sync.ts";
import { openElasticsearch, openSalesforce, quickRetry, type OpenSalesforce } from "./open-clients.ts";
import { settingsOfConnector, settingsOfJob, type FileContext, type SyncSettings } from "./sync-settings.ts";

/** A job asks for something that this version cannot do. */
class JobTypeError extends AppError {
  override readonly code = "job_type";
}

/** Runs syncs from Salesforce to Elasticsearch. */
export class SalesforceSyncBackend implements SyncBackend {
  readonly #config: Config;
  readonly #log: Logger;
  readonly #events: EventEmitter<ServiceEvents>;
  readonly #clock: Clock;

  constructor({
    config,
    log,
    events,
    clock,
  }: {
    config: Config;
    log: Logger;
    events: EventEmitter<ServiceEvents>;
    clock: Clock;
  }) {
    this.#config = config;
    this.#log = log;
    this.#events = events;
    this.#clock = clock;
  }

  async check(connector: StoredConnector, signal: AbortSignal): Promise<void> {
    await using salesforce = this.#openOrg(connector);
    const { client } = salesforce;
    // A request besides the sign-in shows that the user can use the API in this version. The list of resources needs no permission.
    await client.object({ path: client.resource("") }, signal);
  }

  async validateRules(
    connector: StoredConnector,
    { advanced, problems }: ParsedRules,
    signal: AbortSignal,
  ): Promise<readonly RuleProblem[]> {
    if (advanced.length === 0 || problems.some((problem) => problem.advanced)) return problems;
    await using salesforce = this.#openOrg(connector);
    const { documentLevelSecurity: secured } = this.#settingsOf(connector).configuration;
    const found = await validateAdvancedRules(advanced, { client: salesforce.client, secured, signal });
    return [...problems, ...found.map(({ message }) => advancedProblem(message))];
  }

  async run(job: StoredJob, counts: SourceCounts, signal: AbortSignal): Promise<RunReport> {
    const support = capabilities.jobs[job.type];
    if (!support.available) throw new JobTypeError(support.reason, { hint: support.hint });
    if (!job.snapshot) throw new JobTypeError("The job names no connector.");
    const settings = settingsOfJob(job.snapshot, this.#fileContext(job.snapshot.connectorId));
    const type: ExecuteSyncOptions["type"] = job.type === "access_control" ? "access_control" : "full";
    const context = { config: this.#config, log: this.#log, events: this.#events, clock: this.#clock, signal };
    const { id: jobId, allowDeletes } = job;
    const report = await executeSync(settings, { ...context, jobId, type, counts, allowDeletes });
    if (support.notice !== undefined) report.warnings.push(support.notice);
    this.#log.info("sync report", { ...report });
    return report;
  }

  async count({ snapshot }: StoredJob, signal: AbortSignal): Promise<number> {
    const name = snapshot?.indexName;
    if (snapshot === undefined || name === undefined || name === null) return 0;
    const { entry } = this.#fileContext(snapshot.connectorId);
    await using elasticsearch = openElasticsearch(this.#config, {
      log: this.#log,
      clock: this.#clock,
      apiKey: entry?.api_key,
    });
    return await countDocuments(elasticsearch, name, signal);
  }

  /** With few retries: checks are repeated in the next pass. */
  #openOrg(connector: StoredConnector): OpenSalesforce {
    return openSalesforce(this.#settingsOf(connector), {
      config: this.#config,
      log: this.#log,
      clock: this.#clock,
      retry: quickRetry,
    });
  }

  #settingsOf(connector: StoredConnector): SyncSettings {
    return settingsOfConnector(connector, this.#fileContext(connector.id));
  }

  #fileContext(id: string): FileContext {
    return { config: this.#config, entry: this.#config.connectors.find(({ connector_id }) => connector_id === id) };
  }
}
