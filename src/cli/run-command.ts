import { waitUntilReachable } from "../app/check-connector.ts";
import { runService } from "../app/service.ts";
import { CanceledError } from "../core/errors.ts";
import { allConnectors, openConfig, type CommonOptions } from "./open-config.ts";
import { healthFile } from "./health.ts";
import { UsageError, type ProgramContext } from "./program-context.ts";

export interface RunOptions extends CommonOptions {
  healthFile?: string;
}

/** Runs the service until the process is told to stop. */
export async function runCommand(options: RunOptions, { signal }: Pick<ProgramContext, "signal">): Promise<number> {
  const { config, log } = await openConfig(options);
  const alive = healthFile(options.healthFile, log);
  alive();
  const { service_types: serviceTypes } = config.service;
  if (config.connectors.length === 0 && serviceTypes.length === 0) {
    throw new UsageError("The configuration file contains no connector, so the service has nothing to do.", {
      hint: "Add one under connectors, or set service.service_types: [salesforce] for every connector of that type; config.example.yml shows how.",
    });
  }
  const connectors = config.connectors.length === 0 ? [] : allConnectors(config);
  try {
    await waitUntilReachable(config, { log, signal });
    log.info("service started", { connectors: connectors.map(({ id }) => id), service_types: serviceTypes });
    await runService(config, { log, signal, onPass: alive });
  } catch (error) {
    // Stopped while it was starting: that is no failure.
    if (!signal.aborted || !(error instanceof CanceledError)) throw error;
  }
  log.info("service stopped");
  return 0;
}
