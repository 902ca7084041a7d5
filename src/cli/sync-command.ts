import { EventEmitter } from "node:events";
import { reachElasticsearch } from "../app/check-connector.ts";
import { startSyncJob } from "../app/service.ts";
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

/** Runs one sync and prints its report. */
export async function syncCommand(options: SyncOptions, { terminal, signal }: ProgramContext): Promise<number> {
  const { type, notice } = toJobType(options.type);
  const { config, log } = await openConfig(options, { bars: terminal.interactive });
  const connector = oneConnector(config, options.connector);
  if (notice !== undefined) terminal.err(notice);
  // Fails at once, unlike a running sync, which retries.
  await reachElasticsearch(config, { log, signal });
  const events = new EventEmitter<ServiceEvents>();
  const display = await showProgress(events, terminal);
  let report: RunReport;
  try {
    const allowDeletes = options.allowDeletes === true;
    report = await startSyncJob(connector, { config, type, allowDeletes, log, signal, events });
  } finally {
    display.end();
  }
  if (options.json === true) terminal.out(JSON.stringify(report));
  else terminal.out(reportTable(report));
  if (report.status === "completed") return 0;
  terminal.err(report.error ?? `The sync ended with the status ${report.status}.`);
  return 1;
}
