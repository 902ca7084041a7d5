import { reachElasticsearch, startSyncJob } from "../app/service.ts";
import type { RunReport } from "../sync/report.ts";
import { incrementalNotice, toJobType } from "./job-type.ts";
import { oneConnector, openConfig, type CommonOptions } from "./open-config.ts";
import { showProgress } from "./progress.ts";
import { reportTable } from "./report-table.ts";
import type { Terminal } from "./terminal.ts";

/** The options of `sync`. */
export interface SyncOptions extends CommonOptions {
  type: string;
  connector?: string;
  json?: boolean;
}

/** One sync now. Ends with 0 only if it completed. */
export async function syncCommand(
  options: SyncOptions,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<number> {
  const type = toJobType(options.type);
  const { config, log } = await openConfig(options, { bars: terminal.interactive });
  const connector = oneConnector(config, options.connector);
  if (type === "incremental") terminal.err(incrementalNotice);
  // Somebody waits: that nothing answers is said at once, and not after the retries that a running sync has.
  await reachElasticsearch(config, { log, signal });
  const display = await showProgress(terminal);
  let report: RunReport;
  try {
    report = await startSyncJob(connector, { config, type, log, signal, progress: display.listener });
  } finally {
    display.end();
  }
  if (options.json === true) terminal.out(JSON.stringify(report));
  else terminal.out(reportTable(report));
  if (report.status === "completed") return 0;
  terminal.err(report.error ?? `The sync ended ${report.status}.`);
  return 1;
}
