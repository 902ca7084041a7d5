import { findConnector } from "../../app/stored-connectors.ts";
import { systemClock } from "../../core/clock.ts";
import { cancelAllJobs, cancelJob } from "../../jobs/cancel-jobs.ts";
import type { StoredJob } from "../../jobs/job-store.ts";
import type { CommonOptions } from "../open-config.ts";
import { UsageError, type ProgramContext } from "../program-context.ts";
import { withStores } from "./with-stores.ts";

export interface ConnectorCancelOptions extends CommonOptions {
  connector?: string;
}

/** Cancels one job, or all unfinished jobs of a connector. */
export async function connectorCancelCommand(
  jobId: string | undefined,
  options: ConnectorCancelOptions,
  context: ProgramContext,
): Promise<number> {
  const connectorId = options.connector;
  if ((jobId === undefined) === (connectorId === undefined)) {
    throw new UsageError("Name either a job or, with --connector, a connector whose jobs are all canceled.", {
      hint: "salesforce-connector connector jobs lists the jobs.",
    });
  }
  return await withStores(options, context, async ({ stores, signal }) => {
    const { jobs, connectors } = stores;
    const cancel = { jobs, now: () => systemClock.now(), signal };
    const { terminal } = context;
    if (jobId !== undefined) {
      terminal.out(resultOf(await cancelJob(jobId, cancel)));
      return 0;
    }
    const { id } = await findConnector(connectorId ?? "", connectors, signal);
    await stores.refresh(signal);
    const canceled = await cancelAllJobs(id, cancel);
    terminal.out(canceled.length === 0 ? `${id} has no unfinished job.` : canceled.map(resultOf).join("\n"));
    return 0;
  });
}

function resultOf({ id, status }: StoredJob): string {
  return status === "canceled"
    ? `${id} is canceled.`
    : `${id} is being canceled: its worker stops within seconds; written documents stay.`;
}
