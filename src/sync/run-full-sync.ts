import PQueue from "p-queue";
import { AppError, CanceledError, describeError, toError } from "../core/errors.ts";
import { AccessReading } from "./access/access-reading.ts";
import { deleteDeselected } from "./deselected-objects.ts";
import { DocumentWriter } from "./document-writer.ts";
import { fileObjectType, fileSchema } from "./file-document.ts";
import { LinkedFiles } from "./linked-files.ts";
import { DeletesHeldBackError, heldSentences, MassDeleteBrake } from "./mass-delete-brake.ts";
import type { SourcePlan } from "./ports.ts";
import { SyncStatistics, toReport, type HeldDeletes, type RunReport } from "./report.ts";
import { RuleFilter } from "./rule-filter.ts";
import type { RunContext, SyncRequest } from "./run-context.ts";
import { syncFiles } from "./sync-files.ts";
import { syncObject } from "./sync-object.ts";

/** Some objects could not be read completely. The others were synced; no document of these was deleted. */
class IncompleteReadError extends AppError {
  override readonly code = "incomplete_read";
}

/** The time for the last refresh of the index, after everything was written. */
const refreshTimeoutMs = 60_000;

/**
 * Runs one full sync: plans, syncs each object, then the files, then deletes the documents of deselected objects. Server errors are reported,
 * not thrown.
 */
export async function runFullSync(request: SyncRequest): Promise<RunReport> {
  const { run, clock, log, emit } = request;
  const startedAt = clock.now();
  const statistics = new SyncStatistics(request.refusalsKept);
  log.info("sync started");
  emit("syncStarted", { startedAt });
  const error = await attempt(() => syncAll(request, statistics));
  const report = toReport(statistics, {
    job_id: run.jobId,
    connector_id: run.connectorId,
    index_name: run.indexName,
    type: run.type,
    status: error === undefined ? "completed" : error instanceof CanceledError ? "canceled" : "error",
    error: error === undefined ? null : describeError(error),
    startedAt,
    completedAt: clock.now(),
    usage: request.source.usage,
    peakRssBytes: request.peakRssBytes(),
  });
  if (report.status === "error") log.error("sync failed", { error });
  else log.info("sync finished", { status: report.status, salesforce_calls: report.salesforce_calls });
  emit("syncFinished", { report });
  return report;
}

async function syncAll(request: SyncRequest, statistics: SyncStatistics): Promise<void> {
  const { source, index, signal, clock, log, emit } = request;
  statistics.sourceCounts = request.counts;
  const rules = new RuleFilter(request.basicRules, clock);
  await index.refresh(signal);
  const indexedTypes = await index.objectTypes(signal);
  const plan = await source.plan(new Set(indexedTypes.keys()), signal);
  refuseUnreadablePlan(plan);
  for (const { name } of plan.objects) emit("objectPlanned", { object: name });
  // Files come first: if the index has no room for every field, the text of files must stay searchable.
  const prepared = await index.prepare(
    [...(plan.files ? [{ name: fileObjectType, schema: fileSchema }] : []), ...plan.objects],
    signal,
  );
  statistics.warn(...plan.warnings, ...prepared.warnings);
  using access = await readAccess(plan, request);
  statistics.warn(...(access?.warnings ?? []));
  using files = new LinkedFiles();
  const writer = new DocumentWriter({ index, statistics, signal });
  const { massDeletes: limits, counts: previous } = request;
  const brake = new MassDeleteBrake({ limits, previous, plan, indexedTypes, statistics, log });
  const stages = { source, index, writer, prepared, indexedTypes, files, access, rules, brake, statistics };
  const run: RunContext = { ...stages, clock, log, emit, signal };
  try {
    const incomplete = await syncObjects(plan, run, request.concurrentObjects);
    if (plan.files) {
      const unreadable = plan.unreadable.map(({ name }) => name);
      const kept = brake.objectsWithKeptFiles(files.size);
      const incompleteObjects = [...incomplete.keys(), ...kept, ...files.incompleteObjects, ...unreadable];
      await syncFiles(run, { settings: request.files, incompleteObjects });
    }
    await deleteDeselected({ plan, incomplete: [...incomplete.keys()], index }, run);
    throwForFailures(incomplete, statistics.held);
    if (statistics.held.length > 0) throw new DeletesHeldBackError(statistics.held, request.run.connectorId);
  } finally {
    statistics.sourceCounts = brake.counts;
    // Whatever was queued is written even if the run ends early.
    await index.flush();
    await index.refresh(clock.timeout(refreshTimeoutMs));
  }
}

/** Before anything is written: if who may see the records cannot be read, no document is written. */
async function readAccess({ objects }: SourcePlan, request: SyncRequest): Promise<AccessReading | undefined> {
  const { sharing, clock, signal } = request;
  if (sharing === undefined) return undefined;
  const names = [...new Set(objects.map(({ name }) => name))];
  return AccessReading.read({ source: sharing, objects: names, access: { now: clock.now() }, signal });
}

/** Nothing would be read, and deselected objects would still lose their documents. */
function refuseUnreadablePlan({ objects, unreadable }: SourcePlan): void {
  if (objects.length > 0) return;
  const reasons = unreadable.map(({ name, reason }) => `${name} (${reason})`).join(", ");
  throw new IncompleteReadError(
    `None of the selected objects can be read${reasons === "" ? "" : `: ${reasons}`}. Nothing was written or deleted.`,
    { hint: "Check the selected objects, and the object permissions of the integration user." },
  );
}

/** Syncs objects side by side; a failing object does not stop the others. Returns the objects that were not read completely, with their errors. */
async function syncObjects(
  plan: SourcePlan,
  run: RunContext,
  concurrency: number,
): Promise<Map<string, Error | undefined>> {
  const queue = new PQueue({ concurrency });
  const incomplete = new Map<string, Error | undefined>();
  await Promise.all(
    plan.objects.map((object) =>
      queue.add(async () => {
        const error = await attempt(async () => {
          if (await syncObject(object, run)) run.statistics.cursors.set(object.name, plan.asOf);
          else incomplete.set(object.name, undefined);
        });
        if (error === undefined) return;
        incomplete.set(object.name, error);
        if (!(error instanceof CanceledError))
          run.log.error("object could not be synced", { object: object.name, error });
      }),
    ),
  );
  const canceled = [...incomplete.values()].find((error) => error instanceof CanceledError);
  if (canceled) throw canceled;
  return incomplete;
}

function throwForFailures(incomplete: ReadonlyMap<string, Error | undefined>, held: readonly HeldDeletes[]): void {
  const failed = [...incomplete].flatMap(([name, error]) => (error ? [{ name, error }] : []));
  const [first, ...others] = failed;
  if (!first) return;
  const also = others.length > 0 ? ` Other objects that failed: ${others.map(({ name }) => name).join(", ")}.` : "";
  const kept = held.length > 0 ? ` ${heldSentences(held)}` : "";
  throw new IncompleteReadError(`${first.name} could not be synced: ${describeError(first.error)}${also}${kept}`, {
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
