import { randomUUID } from "node:crypto";
import { ConnectorNotReadyError, findConnector } from "../../app/stored-connectors.ts";
import type { JobType } from "../../connector/capabilities.ts";
import type { StoredConnector } from "../../connector/stored-connector.ts";
import { systemClock } from "../../core/clock.ts";
import type { JobStore } from "../../jobs/job-store.ts";
import { oneConnector, toJobType, type CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";
import type { Terminal } from "../terminal.ts";
import { withStores } from "./with-stores.ts";

export interface ConnectorStartOptions extends CommonOptions {
  connector?: string;
  allowDeletes?: boolean;
}

/** A running service sends a heartbeat every five minutes by default; Kibana waits this long too. */
const silentAfterMs = 1_800_000;

/** Creates the job of a sync, which a running service claims. Prints only the job's id to standard output. */
export async function connectorStartCommand(
  word: string,
  options: ConnectorStartOptions,
  context: ProgramContext,
): Promise<number> {
  const { type, notice } = toJobType(word);
  return await withStores(options, context, async ({ config, stores, signal }) => {
    const { id } = oneConnector(config, options.connector);
    const connector = await findConnector(id, stores.connectors, signal);
    const now = systemClock.now();
    const jobId = await createJob(connector, {
      type,
      allowDeletes: options.allowDeletes === true,
      now,
      jobs: stores.jobs,
      signal,
    });
    context.terminal.out(jobId);
    if (notice !== undefined) context.terminal.err(notice);
    warnWithoutService(connector, now, context.terminal);
    return 0;
  });
}

/**
 * Creates a job and returns its id.
 * @throws ConnectorNotReadyError if Elasticsearch's own API would refuse it
 */
async function createJob(
  connector: StoredConnector,
  {
    type,
    allowDeletes,
    now,
    jobs,
    signal,
  }: { type: JobType; allowDeletes: boolean; now: number; jobs: JobStore; signal: AbortSignal },
): Promise<string> {
  if (connector.indexName === null)
    throw new ConnectorNotReadyError(`The connector ${connector.id} has no index to sync to.`, {
      hint: "Attach an index to it in Kibana, or set index_name in the file.",
    });
  if (connector.serviceType === null)
    throw new ConnectorNotReadyError(`The connector ${connector.id} has no service type.`, {
      hint: "Add it to the file of a running service, which sets the type, or choose Salesforce in Kibana.",
    });
  const id = randomUUID();
  await jobs.create({ id, connectorId: connector.id, type, trigger: "on_demand", at: now, allowDeletes }, signal);
  return id;
}

/** Without a running service the job would wait silently. */
function warnWithoutService({ lastSeenAt }: StoredConnector, now: number, terminal: Terminal): void {
  if (lastSeenAt !== undefined && now - lastSeenAt < silentAfterMs) return;
  const since = lastSeenAt === undefined ? "yet" : `since ${new Date(lastSeenAt).toISOString()}`;
  terminal.err(
    `No service has sent a heartbeat for this connector ${since}; the job waits until one runs: salesforce-connector run.`,
  );
}
