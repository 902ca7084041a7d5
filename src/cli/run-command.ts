import PQueue from "p-queue";
import { runOnSchedule, Schedule, syncOnce, waitUntilReachable, type RunnableConnector } from "../compose.ts";
import type { Config } from "../config/schema.ts";
import { systemClock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import { UsageError } from "./errors.ts";
import { allConnectors, openConfig, type CommonOptions } from "./open-config.ts";

/** The service: syncs each connector by its schedule, until it is told to stop. */
export async function runCommand(options: CommonOptions, { signal }: { signal: AbortSignal }): Promise<number> {
  const { config, log } = await openConfig(options);
  const connectors = allConnectors(config);
  const scheduled = connectors.flatMap((connector) =>
    schedulesOf(connector).map((schedule) => ({ connector, ...schedule })),
  );
  const [first] = connectors;
  if (!first || scheduled.length === 0) {
    throw new UsageError("No connector of the configuration file has a schedule, so the service would do nothing.", {
      hint: 'Add scheduling: { full: "0 0 0 * * ?" } to a connector, or use the sync command.',
    });
  }
  await waitUntilReachable(config, first.entry, { log, signal });
  log.info("service started", { connectors: connectors.length, schedules: scheduled.length });
  const queue = new PQueue({ concurrency: config.service.max_concurrent_content_syncs });
  await Promise.all(
    scheduled.map(({ connector, type, schedule }) =>
      runOnSchedule(
        {
          name: `${connector.entry.connector_id} ${type}`,
          schedule,
          run: (stop) => queue.add(() => syncScheduled({ connector, type, config, log, signal: stop })),
        },
        { clock: systemClock, log, signal },
      ),
    ),
  );
  log.info("service ended");
  return 0;
}

function schedulesOf({ entry }: RunnableConnector): { type: "full" | "incremental"; schedule: Schedule }[] {
  return (["full", "incremental"] as const).flatMap((type) => {
    const expression = entry.scheduling?.[type];
    return expression === undefined ? [] : { type, schedule: Schedule.parse(expression) };
  });
}

interface ScheduledSync {
  connector: RunnableConnector;
  type: "full" | "incremental";
  config: Config;
  log: Logger;
  signal: AbortSignal;
}

/** The report of a scheduled sync goes to the log; a failure has been logged by the sync itself. */
async function syncScheduled({ connector, type, config, log, signal }: ScheduledSync): Promise<void> {
  if (type === "incremental") log.warn("incremental syncs are not available in this version yet: this is a full sync");
  const report = await syncOnce(connector, config, { log, signal, progress: () => undefined });
  log.info("sync report", { ...report });
}
