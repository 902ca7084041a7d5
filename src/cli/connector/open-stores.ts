import { openProtocol, quickRetry, type Protocol } from "../../app/service.ts";
import type { Config } from "../../config/schema.ts";
import { openConfig, type CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";

/** A configuration file, and the connectors and jobs of the cluster that it names. */
export interface ConnectorAccess {
  config: Config;
  protocol: Protocol;
  signal: AbortSignal;
}

/** Opens both for one command, and closes them after it. Somebody waits: that nothing answers is said at once. */
export async function withConnectors(
  options: CommonOptions,
  { signal }: ProgramContext,
  work: (access: ConnectorAccess) => Promise<number>,
): Promise<number> {
  const { config, log } = await openConfig(options);
  await using protocol = await openProtocol(config, { log, signal, retry: quickRetry });
  return await work({ config, protocol, signal });
}
