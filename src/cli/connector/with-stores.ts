import { quickRetry } from "../../app/open-clients.ts";
import { openStores, type Stores } from "../../app/stored-connectors.ts";
import type { Config } from "../../config/schema.ts";
import { openConfig, type CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";

/** The configuration file and the stores of its cluster. */
export interface StoreContext {
  config: Config;
  stores: Stores;
  signal: AbortSignal;
}

/** Opens the stores for one command and closes them afterwards. Fails at once if Elasticsearch does not answer. */
export async function withStores(
  options: CommonOptions,
  { signal }: ProgramContext,
  work: (context: StoreContext) => Promise<number>,
): Promise<number> {
  const { config, log } = await openConfig(options);
  await using stores = await openStores(config, { log, signal, retry: quickRetry });
  return await work({ config, stores, signal });
}
