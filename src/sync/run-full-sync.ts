import PQueue from "p-queue";
import { CanceledError } from "../core/errors.ts";
import { rulesOnHiddenFields } from "./access/rules-on-hidden-fields.ts";
import { AccessStage } from "./access/access-stage.ts";
import { deleteDeselected } from "./deselected-objects.ts";
import { DocumentWriter } from "./document-writer.ts";
import { fileObjectType, fileSchema } from "./file-document.ts";
import { refuseUnreadablePlan, throwForFailures } from "./incomplete-read.ts";
import { LinkedFiles } from "./linked-files.ts";
import { DeletesHeldBackError, MassDeleteBrake } from "./mass-delete-brake.ts";
import type { SourcePlan } from "./ports.ts";
import type { RunReport, SyncStatistics } from "./report.ts";
import { RuleFilter } from "./rule-filter.ts";
import type { RunContext, SyncRequest } from "./run-context.ts";
import { attempt, finishWriting, runSync } from "./run-sync.ts";
import { syncFiles } from "./sync-files.ts";
import { syncObject } from "./sync-object.ts";

/**
 * Runs one full sync: plans, syncs each object, then the files, then deletes the documents of deselected objects. Server errors are reported,
 * not thrown.
 */
export function runFullSync(request: SyncRequest): Promise<RunReport> {
  return runSync(request, (statistics) => syncAll(request, statistics));
}

async function syncAll(request: SyncRequest, statistics: SyncStatistics): Promise<void> {
  const { source, index, signal, clock, log, emit, security } = request;
  statistics.sourceCounts = request.counts;
  const rules = new RuleFilter(request.basicRules, clock);
  await index.refresh(signal);
  const indexedTypes = await index.objectTypes(signal);
  const wanted = await source.plan(new Set(indexedTypes.keys()), signal);
  refuseUnreadablePlan(wanted);
  for (const { name } of wanted.objects) emit("objectPlanned", { object: name });
  using access = security && (await AccessStage.begin(wanted.objects, { security, request, indexedTypes, statistics }));
  const plan = { ...wanted, objects: access?.objects ?? wanted.objects };
  if (access)
    statistics.warn(...rulesOnHiddenFields(request.basicRules, { wanted: wanted.objects, shown: plan.objects }));
  // Files come first: if the index has no room for every field, the text of files must stay searchable.
  const prepared = await index.prepare(
    [...(plan.files ? [{ name: fileObjectType, schema: fileSchema }] : []), ...plan.objects],
    signal,
  );
  statistics.warn(...plan.warnings, ...prepared.warnings);
  using files = new LinkedFiles();
  const writer = new DocumentWriter({ index, statistics, signal });
  const { massDeletes: limits, counts: previous } = request;
  const brake = new MassDeleteBrake({ limits, previous, plan, indexedTypes, statistics, log });
  const stages = { source, index, writer, prepared, indexedTypes, files, rules, brake, statistics };
  const run: RunContext = { ...stages, access: access?.reading, clock, log, emit, signal };
  await access?.narrowIdentities({
    documentsChange: await mayBecomeTooWide(access, indexedTypes),
    writing: plan.objects,
  });
  const read = await syncContents(plan, { request, run });
  if (access) await completeAccess(access, { plan, read, run });
  throwForFailures(read.failures, statistics.held);
  if (statistics.held.length > 0) throw new DeletesHeldBackError(statistics.held, request.run.connectorId);
}

/** What a run has read. */
interface ReadContents {
  /** The objects that were not read completely, with their errors. */
  readonly failures: ReadonlyMap<string, Error | undefined>;
  /** Files may be attached to records of these objects. */
  readonly incompleteForFiles: readonly string[];
}

/** Brings documents up to date, and writes what is queued even if the run ends early. */
async function syncContents(
  plan: SourcePlan,
  { request, run }: { request: SyncRequest; run: RunContext },
): Promise<ReadContents> {
  const { index } = request;
  const { brake, statistics, files } = run;
  try {
    const failures = await syncObjects(plan, run, request.concurrentObjects);
    const unreadable = plan.unreadable.map(({ name }) => name);
    const kept = brake.objectsWithKeptFiles(files.size);
    const incompleteForFiles = [...failures.keys(), ...kept, ...files.incompleteObjects, ...unreadable];
    if (plan.files) await syncFiles(run, { settings: request.files, incompleteObjects: incompleteForFiles });
    await deleteDeselected({ plan, incomplete: [...failures.keys()], index }, run);
    return { failures, incompleteForFiles };
  } finally {
    statistics.sourceCounts = brake.counts;
    await finishWriting(request);
  }
}

/** Only tokens that stand for all roles below one become too wide while users keep them. */
async function mayBecomeTooWide(access: AccessStage, indexedTypes: ReadonlyMap<string, number>): Promise<boolean> {
  if (!access.reading.namesRolesAbove) return false;
  using differing = await access.differing(indexedTypes.keys());
  return differing.size > 0;
}

/** Documents that this run has not written, such as those of an object that could not be read, may still carry tokens of before. */
async function completeAccess(
  access: AccessStage,
  { plan, read, run }: { plan: SourcePlan; read: ReadContents; run: RunContext },
): Promise<void> {
  const objects = plan.objects.filter(({ name }) => isWritten(name, read, run));
  const written = new Set(objects.map(({ name }) => name));
  if (read.incompleteForFiles.length === 0 && isWritten("files", read, run)) written.add(fileObjectType);
  using differing = await access.differing(run.indexedTypes.keys().filter((type) => !written.has(type)));
  await access.complete(differing, objects);
}

/** Whether every document of an object, or of `files`, was compared with its record and written. */
function isWritten(name: string, { failures }: ReadContents, { statistics }: RunContext): boolean {
  const isHeld = statistics.held.some((held) => name === (held.of === "files" ? "files" : held.object));
  return !failures.has(name) && statistics.of(name).refused === 0 && !isHeld;
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
