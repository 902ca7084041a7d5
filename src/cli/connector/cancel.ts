import { ConnectorNotReadyError, findConnector } from "../../app/service.ts";
import { endDatesOf, nextJobStatus } from "../../jobs/job-states.ts";
import type { JobStore, StoredJob } from "../../jobs/ports.ts";
import { withConnectors } from "./open-stores.ts";
import { UsageError } from "../errors.ts";
import type { CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";

/** The options of `connector cancel`. */
export interface ConnectorCancelOptions extends CommonOptions {
  connector?: string;
}

/** What cancelling needs. */
export interface CancelContext {
  jobs: JobStore;
  now: () => number;
  signal: AbortSignal;
}

/** Cancels one job, or all of a connector that have not ended. */
export async function connectorCancelCommand(
  jobId: string | undefined,
  options: ConnectorCancelOptions,
  context: ProgramContext,
): Promise<number> {
  const connectorId = options.connector;
  if ((jobId === undefined) === (connectorId === undefined)) {
    throw new UsageError("Name either a job or, with --connector, a connector whose jobs are all to be canceled.", {
      hint: "salesforce-connector connector jobs shows what there is.",
    });
  }
  return await withConnectors(options, context, async ({ protocol, signal }) => {
    const { jobs, connectors } = protocol;
    const cancel = { jobs, now: () => Date.now(), signal };
    const { terminal } = context;
    if (jobId !== undefined) {
      terminal.out(outcome(await cancelJob(jobId, cancel)));
      return 0;
    }
    const { id } = await findConnector(connectorId ?? "", connectors, signal);
    await protocol.refresh(signal);
    const canceled = await cancelAll(id, cancel);
    terminal.out(canceled.length === 0 ? `No job of ${id} waits or runs.` : canceled.map(outcome).join("\n"));
    return 0;
  });
}

function outcome({ id, status }: StoredJob): string {
  return status === "canceled"
    ? `${id} is canceled.`
    : `${id} is being canceled: whoever runs it stops within seconds; what it has written stays.`;
}

/**
 * Cancels a job, and gives it as it is then: canceled at once where nobody runs it, else asked to end.
 * @throws ConnectorNotReadyError where there is no such job, or it has ended
 */
export async function cancelJob(id: string, { jobs, now, signal }: CancelContext): Promise<StoredJob> {
  for (;;) {
    const job = await jobs.get(id, signal);
    if (!job)
      throw new ConnectorNotReadyError(`There is no job ${id}.`, {
        hint: "salesforce-connector connector jobs shows those that there are.",
      });
    const status = nextJobStatus(job.status, "request_cancel");
    if (typeof status !== "string") throw new ConnectorNotReadyError(`The job ${id} has ended: it is ${job.status}.`);
    if (status === job.status) return job;
    const at = now();
    const change = { status, cancelationRequestedAt: at, ...endDatesOf(status, at) };
    const result = await jobs.change(id, change, { revision: job.revision, signal });
    // A running job changes every few seconds, and one that waited may be taken up at this moment: then it is looked at again.
    if (typeof result !== "string") return { ...job, status };
  }
}

/** Cancels what waits before what runs, so that nothing is taken up in the place of what ends. Jobs that end meanwhile are no failure. */
async function cancelAll(connectorId: string, context: CancelContext): Promise<StoredJob[]> {
  const { jobs, signal } = context;
  const canceled: StoredJob[] = [];
  for (const statuses of [
    ["pending", "suspended"],
    ["in_progress", "canceling"],
  ] as const) {
    for (const { id } of await jobs.list({ statuses, connectorIds: [connectorId] }, signal)) {
      try {
        canceled.push(await cancelJob(id, context));
      } catch (error) {
        if (!(error instanceof ConnectorNotReadyError)) throw error;
      }
    }
  }
  return canceled;
}
