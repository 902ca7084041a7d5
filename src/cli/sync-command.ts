import { EventEmitter } from "node:events";
import { reachElasticsearch } from "../app/check-connector.ts";
import { startSyncJob } from "../app/service.ts";
import { systemClock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { RunReport } from "../sync/report.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import { oneConnector, openConfig, toJobType, type CommonOptions } from "./open-config.ts";
import type { ProgramContext } from "./program-context.ts";
import { showProgress } from "./progress.ts";
import { reportTable } from "./report-table.ts";

export interface SyncOptions extends CommonOptions {
  type: string;
  connector?: string;
  allowDeletes?: boolean;
  json?: boolean;
}

/** Runs one sync and prints its report. With `json`, a report is printed whatever happens. */
export async function syncCommand(options: SyncOptions, context: ProgramContext): Promise<number> {
  const { terminal } = context;
  const startedAt = systemClock.now();
  let report: RunReport;
  try {
    report = await runSync(options, context);
  } catch (error) {
    if (options.json === true) terminal.out(JSON.stringify(reportOfFailure(error, { startedAt, options })));
    throw error;
  }
  if (options.json === true) terminal.out(JSON.stringify(report));
  else terminal.out(reportTable(report));
  if (report.status === "completed") return 0;
  terminal.err(report.error ?? `The sync ended with the status ${report.status}.`);
  return 1;
}

async function runSync(options: SyncOptions, { terminal, signal }: ProgramContext): Promise<RunReport> {
  const { type, notice } = toJobType(options.type);
  const { config, log } = await openConfig(options, { bars: terminal.interactive });
  const connector = oneConnector(config, options.connector);
  if (notice !== undefined) terminal.err(notice);
  // Fails at once, unlike a running sync, which retries.
  await reachElasticsearch(config, { log, signal });
  const events = new EventEmitter<ServiceEvents>();
  const display = await showProgress(events, terminal);
  try {
    const allowDeletes = options.allowDeletes === true;
    return await startSyncJob(connector, { config, type, allowDeletes, log, signal, events });
  } finally {
    display.end();
  }
}

/** The report of a sync that did not begin, or of which nothing is known. Unknown values are null. */
function reportOfFailure(thrown: unknown, { startedAt, options }: { startedAt: number; options: SyncOptions }): object {
  return {
    job_id: null,
    connector_id: options.connector ?? null,
    index_name: null,
    type: options.type,
    status: thrown instanceof CanceledError ? "canceled" : "error",
    started_at: new Date(startedAt).toISOString(),
    completed_at: new Date(systemClock.now()).toISOString(),
    objects: {},
    refusals: {},
    cursors: {},
    salesforce_calls: 0,
    bytes_read: 0,
    bytes_written: 0,
    peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
    warnings: [],
    error: describeError(thrown),
  };
}
