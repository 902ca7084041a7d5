import { findConnector } from "../../app/stored-connectors.ts";
import type { StoredJob } from "../../jobs/job-store.ts";
import { oneConnector, type CommonOptions } from "../open-config.ts";
import { UsageError, type ProgramContext } from "../program-context.ts";
import { isoInstant, shortInstant, textTable } from "../text-table.ts";
import { withStores } from "./with-stores.ts";

export interface ConnectorJobsOptions extends CommonOptions {
  connector?: string;
  limit: string;
  json?: boolean;
}

/** Prints the jobs of one connector, newest first. */
export async function connectorJobsCommand(options: ConnectorJobsOptions, context: ProgramContext): Promise<number> {
  const limit = readLimit(options.limit);
  return await withStores(options, context, async ({ config, stores, signal }) => {
    const { id } = oneConnector(config, options.connector);
    await stores.refresh(signal);
    const all = await stores.jobs.list({ connectorIds: [id], newest: limit + 1 }, signal);
    // Jobs outlive their connector; without either, the id is probably wrong.
    if (all.length === 0) await findConnector(id, stores.connectors, signal);
    const jobs = all.reverse().slice(0, limit);
    const { terminal } = context;
    if (options.json === true) terminal.out(JSON.stringify(jobs.map(jobJson)));
    else terminal.out(jobs.length === 0 ? `${id} has no jobs.` : jobTable(jobs));
    if (jobs.length < all.length) terminal.err("Older jobs are not shown; --limit shows more.");
    return 0;
  });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(`--limit ${text} is invalid.`, { hint: "Use a whole number, at least 1." });
  return limit;
}

/** Formats jobs as a table. */
export function jobTable(jobs: readonly StoredJob[]): string {
  return textTable(
    [
      { title: "id", value: ({ id }) => id },
      { title: "type", value: ({ type }) => type },
      { title: "status", value: ({ status }) => status },
      { title: "trigger", value: ({ trigger }) => trigger },
      { title: "started", value: ({ startedAt }) => shortInstant(startedAt) },
      { title: "took", value: took, align: "right" },
      { title: "indexed", value: ({ indexed }) => number(indexed), align: "right" },
      { title: "deleted", value: ({ deleted }) => number(deleted), align: "right" },
      { title: "total", value: total, align: "right" },
      { title: "error", value: ({ error }) => error ?? "" },
    ],
    jobs,
  );
}

/** The duration of a job, to its end or its last heartbeat, such as `1:02:03`, `4:05` or `0:07`. */
function took({ startedAt, completedAt, lastSeenAt }: StoredJob): string {
  const end = completedAt ?? lastSeenAt;
  if (startedAt === undefined || end === undefined || end < startedAt) return "-";
  const seconds = Math.round((end - startedAt) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Documents are counted at the end of a run; until then, a stored zero means nothing. */
function total({ startedAt, completedAt, total: documents }: StoredJob): string {
  return startedAt === undefined || completedAt === undefined || documents === undefined ? "-" : number(documents);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** A job with its report. Its snapshot is left out, because it contains secrets. */
export function jobJson(job: StoredJob): object {
  const { id, snapshot, type, status, trigger, error, indexed, deleted, total: documents, metadata } = job;
  return {
    job_id: id,
    connector_id: snapshot?.connectorId ?? null,
    index_name: snapshot?.indexName ?? null,
    type,
    status,
    trigger,
    created_at: isoInstant(job.createdAt),
    started_at: isoInstant(job.startedAt),
    completed_at: isoInstant(job.completedAt),
    last_seen_at: isoInstant(job.lastSeenAt),
    worker_hostname: job.workerHostname,
    indexed,
    deleted,
    total: documents ?? null,
    error,
    report: metadata["report"] ?? null,
  };
}
