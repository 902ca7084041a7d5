import { runService, waitUntilReachable } from "../app/service.ts";
import { UsageError } from "./errors.ts";
import { allConnectors, openConfig, type CommonOptions } from "./open-config.ts";

/** The service: looks after its connectors and runs their jobs, until it is told to stop. */
export async function runCommand(options: CommonOptions, { signal }: { signal: AbortSignal }): Promise<number> {
  const { config, log } = await openConfig(options);
  const { service_types: serviceTypes } = config.service;
  if (config.connectors.length === 0 && serviceTypes.length === 0) {
    throw new UsageError("The configuration file names no connector, so the service would do nothing.", {
      hint: "Add one under connectors, or service.service_types: [salesforce] for every connector of that type; config.example.yml shows how.",
    });
  }
  const connectors = config.connectors.length === 0 ? [] : allConnectors(config);
  await waitUntilReachable(config, { log, signal });
  log.info("service started", { connectors: connectors.map(({ id }) => id), service_types: serviceTypes });
  await runService(config, { log, signal });
  log.info("service ended");
  return 0;
}
