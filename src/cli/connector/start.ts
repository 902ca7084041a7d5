import { randomUUID } from "node:crypto";
import { ConnectorNotReadyError, findConnector, type Protocol } from "../../app/service.ts";
import type { JobType, StoredConnector } from "../../jobs/ports.ts";
import { withConnectors } from "./open-stores.ts";
import { incrementalNotice, toJobType } from "../job-type.ts";
import { oneConnector, type CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";
import type { Terminal } from "../terminal.ts";

/** The options of `connector start`. */
export interface ConnectorStartOptions extends CommonOptions {
  connector?: string;
}

/** A service that runs says so every five minutes, unless it is told otherwise; Kibana waits this long, too. */
const silentAfterMs = 1_800_000;

/** Asks for a sync, which a running service takes up. Standard output has the job's id and nothing else. */
export async function connectorStartCommand(
  word: string,
  options: ConnectorStartOptions,
  context: ProgramContext,
): Promise<number> {
  const type = toJobType(word);
  return await withConnectors(options, context, async ({ config, protocol, signal }) => {
    const { id } = oneConnector(config, options.connector);
    const connector = await findConnector(id, protocol.connectors, signal);
    const now = Date.now();
    const jobId = await startSync(connector, { type, now, jobs: protocol.jobs, signal });
    context.terminal.out(jobId);
    if (type === "incremental") context.terminal.err(incrementalNotice);
    adviseOnService(connector, now, context.terminal);
    return 0;
  });
}

/**
 * Makes a job that waits for a service, and gives its id.
 * @throws ConnectorNotReadyError where Elasticsearch's own API would refuse it
 */
export async function startSync(
  connector: StoredConnector,
  { type, now, jobs, signal }: { type: JobType; now: number; jobs: Protocol["jobs"]; signal: AbortSignal },
): Promise<string> {
  if (connector.indexName === null)
    throw new ConnectorNotReadyError(`The connector ${connector.id} has no index, so there is nothing to sync to.`, {
      hint: "Attach an index to it in Kibana, or name it under index_name in the file.",
    });
  if (connector.serviceType === null)
    throw new ConnectorNotReadyError(`The connector ${connector.id} has no service type.`, {
      hint: "Name it in the file of a running service, which then gives it one, or choose Salesforce in Kibana.",
    });
  const id = randomUUID();
  await jobs.create({ id, connector, type, trigger: "on_demand", at: now }, signal);
  return id;
}

/** A job that nobody takes up would wait without a word. */
function adviseOnService({ lastSeenAt }: StoredConnector, now: number, terminal: Terminal): void {
  if (lastSeenAt !== undefined && now - lastSeenAt < silentAfterMs) return;
  const heard =
    lastSeenAt === undefined
      ? "No service has looked at this connector yet"
      : `No service has looked at this connector since ${new Date(lastSeenAt).toISOString()}`;
  terminal.err(`${heard}; the job waits until one runs: salesforce-connector run.`);
}
