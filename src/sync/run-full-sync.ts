import PQueue from "p-queue";
import type { BasicRule } from "../connector/rules/basic-rule.ts";
import { CanceledError, describeError, toError } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import { deleteDocuments } from "./delete-documents.ts";
import { IncompleteReadError } from "./errors.ts";
import { fileObjectType, fileSchema } from "./file-document.ts";
import { LinkedFiles } from "./linked-files.ts";
import type { DocumentIndex, Source, SourcePlan } from "./ports.ts";
import { SyncStatistics, toReport, type RunReport } from "./report.ts";
import { RuleFilter } from "./rule-filter.ts";
import type { FileSettings, ProgressListener, RunContext } from "./run-context.ts";
import { syncFiles } from "./sync-files.ts";
import { syncObject } from "./sync-object.ts";

/** What is to be synced, and with what. */
export interface SyncRequest {
  jobId: string;
  connectorId: string;
  indexName: string;
  source: Source;
  index: DocumentIndex;
  files: FileSettings;
  /** Basic sync rules, in any order. */
  basicRules: readonly BasicRule[];
  /** Objects that are read side by side. */
  concurrentObjects: number;
  refusalsKept: number;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  progress: ProgressListener;
  peakRssBytes: () => number;
}

/**
 * One full sync: plan, read and write each object, then the files, then remove what nobody wants any more. It never throws for what a
 * server answered: the report says how it ended.
 */
export async function runFullSync(request: SyncRequest): Promise<RunReport> {
  const startedAt = request.clock.now();
  const statistics = new SyncStatistics(request.refusalsKept);
  request.log.info("sync started");
  const error = await attempt(() => syncAll(request, statistics));
  const report = toReport(statistics, {
    job_id: request.jobId,
    connector_id: request.connectorId,
    index_name: request.indexName,
    type: "full",
    status: error === undefined ? "completed" : error instanceof CanceledError ? "canceled" : "error",
    error: error === undefined ? null : describeError(error),
    startedAt,
    completedAt: request.clock.now(),
    usage: request.source.usage,
    peakRssBytes: request.peakRssBytes(),
  });
  if (report.status === "error") request.log.error("sync failed", { error });
  else request.log.info("sync ended", { status: report.status, salesforce_calls: report.salesforce_calls });
  return report;
}

async function syncAll(request: SyncRequest, statistics: SyncStatistics): Promise<void> {
  const { source, index, signal, clock, log, progress } = request;
  const rules = new RuleFilter(request.basicRules);
  await index.refresh(signal);
  const indexed = await index.objectTypes(signal);
  const plan = await source.plan(new Set(indexed.keys()), signal);
  // Files come first: where the index has no room for every field, it is the text of files that must be found.
  const prepared = await index.prepare(
    [...(plan.files ? [{ name: fileObjectType, shape: fileSchema }] : []), ...plan.objects],
    signal,
  );
  statistics.warn(...plan.warnings, ...prepared.warnings);
  using files = new LinkedFiles();
  const run: RunContext = { source, index, prepared, indexed, files, rules, statistics, clock, log, signal, progress };
  try {
    const unread = await syncObjects(plan, run, request.concurrentObjects);
    if (plan.files)
      await syncFiles(run, {
        settings: request.files,
        unread: [...unread.keys(), ...plan.unreadable.map(({ name }) => name)],
      });
    await deleteDeselected(plan, run);
    throwForUnread(unread);
  } finally {
    // What was taken is written even when the run ends early; nothing that was counted is left behind.
    await index.flush();
    await index.refresh(AbortSignal.timeout(60_000));
  }
}

/** Syncs the objects side by side; one that fails does not stop the others. Returns those that were not read to their end, with the reason. */
async function syncObjects(
  plan: SourcePlan,
  run: RunContext,
  concurrency: number,
): Promise<Map<string, Error | undefined>> {
  const queue = new PQueue({ concurrency });
  const unread = new Map<string, Error | undefined>();
  await Promise.all(
    plan.objects.map((object) =>
      queue.add(async () => {
        const error = await attempt(async () => {
          if (!(await syncObject(object, run))) unread.set(object.name, undefined);
        });
        if (error === undefined) return;
        unread.set(object.name, error);
        if (!(error instanceof CanceledError))
          run.log.error("object could not be synced", { object: object.name, error });
      }),
    ),
  );
  const canceled = [...unread.values()].find((error) => error instanceof CanceledError);
  if (canceled) throw canceled;
  return unread;
}

/** Removes the documents of objects that the operator took off the list, or of files. What could not be read keeps its own. */
async function deleteDeselected(plan: SourcePlan, run: RunContext): Promise<void> {
  const wanted = new Set([...plan.objects, ...plan.unreadable].map(({ name }) => name));
  if (plan.files) wanted.add(fileObjectType);
  for (const type of run.indexed.keys()) {
    if (wanted.has(type)) continue;
    run.log.info("documents of an object that is no longer selected are deleted", { object: type });
    const name = type === fileObjectType ? "files" : type;
    for await (const documents of run.index.documents(type, run.signal)) {
      await deleteDocuments([documents.map(({ id }) => id)], { counts: run.statistics.of(name), run, name });
    }
  }
}

function throwForUnread(unread: ReadonlyMap<string, Error | undefined>): void {
  const failed = [...unread].flatMap(([name, error]) => (error ? [{ name, error }] : []));
  const [first] = failed;
  if (!first) return;
  const others =
    failed.length > 1
      ? ` Not synced either: ${failed
          .slice(1)
          .map(({ name }) => name)
          .join(", ")}.`
      : "";
  throw new IncompleteReadError(`${first.name} could not be synced: ${describeError(first.error)}${others}`, {
    cause: first.error,
  });
}

async function attempt(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toError(error);
  }
}
