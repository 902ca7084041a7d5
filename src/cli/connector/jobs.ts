import { findConnector } from "../../app/service.ts";
import type { StoredJob } from "../../jobs/ports.ts";
import { withConnectors } from "./open-stores.ts";
import { UsageError } from "../errors.ts";
import { oneConnector, type CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";
import { isoInstant, shortInstant, textTable } from "../text-table.ts";

/** The options of `connector jobs`. */
export interface ConnectorJobsOptions extends CommonOptions {
  connector?: string;
  limit: string;
  json?: boolean;
}

/** The jobs of one connector, the newest first. */
export async function connectorJobsCommand(options: ConnectorJobsOptions, context: ProgramContext): Promise<number> {
  const limit = readLimit(options.limit);
  return await withConnectors(options, context, async ({ config, protocol, signal }) => {
    const { id } = oneConnector(config, options.connector);
    await protocol.refresh(signal);
    const all = await protocol.jobs.list({ connectorIds: [id], newest: limit + 1 }, signal);
    // Jobs outlive their connector; only where there is neither is the name most likely wrong.
    if (all.length === 0) await findConnector(id, protocol.connectors, signal);
    const jobs = all.reverse().slice(0, limit);
    const { terminal } = context;
    if (options.json === true) terminal.out(JSON.stringify(jobs.map(jobJson)));
    else terminal.out(jobs.length === 0 ? `There are no jobs of ${id}.` : jobTable(jobs));
    if (jobs.length < all.length) terminal.err("Older ones are not shown; --limit takes more.");
    return 0;
  });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(`--limit ${text} is not a number of jobs.`, { hint: "Use a whole number from 1 on." });
  return limit;
}

/** Jobs for a person. */
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

/** How long a job ran, such as `1:02:03`, `4:05` or `0:07`: to its end, or to its last sign of life. */
function took({ startedAt, completedAt, lastSeenAt }: StoredJob): string {
  const end = completedAt ?? lastSeenAt;
  if (startedAt === undefined || end === undefined || end < startedAt) return "-";
  const seconds = Math.round((end - startedAt) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Documents are counted when a run ends; before, and where there was none, a stored zero says nothing. */
function total({ startedAt, completedAt, total: documents }: StoredJob): string {
  return startedAt === undefined || completedAt === undefined || documents === undefined ? "-" : number(documents);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** A job for a program, with the report of its run. What it took along of its connector holds secrets and is left out. */
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
