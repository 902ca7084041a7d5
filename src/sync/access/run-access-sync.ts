import { AppError, CanceledError, describeError, toError } from "../../core/errors.ts";
import { DocumentWriter } from "../document-writer.ts";
import { SyncStatistics, toReport, type RunReport } from "../report.ts";
import type { SyncRequest } from "../run-context.ts";
import { AccessReading } from "./access-reading.ts";
import type { IdentityIndex, SharingSource } from "./ports.ts";
import { DifferingDocuments } from "./sync-document-access.ts";
import { IdentitySync } from "./sync-identities.ts";

/** Some documents kept their former access. */
class AccessUpdateError extends AppError {
  override readonly code = "access_update";
}

/** An access control sync, with everything that it needs. */
export interface AccessSyncRequest extends Omit<
  SyncRequest,
  "files" | "basicRules" | "massDeletes" | "concurrentObjects" | "sharing"
> {
  readonly sharing: SharingSource;
  readonly identities: IdentityIndex;
}

/** The time for the last refresh of the index, after everything was written. */
const refreshTimeoutMs = 60_000;

/**
 * Brings documents and identities in step with who may see what. Server errors are reported, not thrown. While documents may carry tokens of
 * before, identities hold only what they held before and may still hold.
 */
export async function runAccessSync(request: AccessSyncRequest): Promise<RunReport> {
  const { run, clock, log, emit } = request;
  const startedAt = clock.now();
  const statistics = new SyncStatistics(request.refusalsKept);
  log.info("access control sync started");
  emit("syncStarted", { startedAt });
  const error = await attempt(() => syncAccess(request, statistics));
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
  if (report.status === "error") log.error("access control sync failed", { error });
  else log.info("access control sync finished", { status: report.status, salesforce_calls: report.salesforce_calls });
  emit("syncFinished", { report });
  return report;
}

async function syncAccess(request: AccessSyncRequest, statistics: SyncStatistics): Promise<void> {
  const { source, sharing, index, identities, signal, clock } = request;
  // No object is read as a whole, so the counts of the last full sync stay.
  statistics.sourceCounts = request.counts;
  await index.refresh(signal);
  const field = await index.prepareAccess(signal);
  const indexedTypes = await index.objectTypes(signal);
  const plan = await source.plan(new Set(indexedTypes.keys()), signal);
  const objects = [...new Set(plan.objects.map(({ name }) => name))];
  using access = await AccessReading.read({ source: sharing, objects, access: { now: clock.now() }, signal });
  statistics.warn(...plan.warnings, ...access.warnings);
  const writer = new DocumentWriter({ index, statistics, signal });
  const stages = { index, access, writer, statistics, signal };
  using differing = await DifferingDocuments.find(indexedTypes.keys(), stages);
  await identities.prepare(signal);
  const counts = statistics.of("identities");
  using users = new IdentitySync(access.identities(), { index: identities, field, counts, signal });
  await users.narrow({ documentsChange: differing.size > 0 });
  await updateDocuments(differing, request);
  refuseIncompleteUpdate(statistics);
  await users.complete();
}

async function updateDocuments(differing: DifferingDocuments, { index, clock }: AccessSyncRequest): Promise<void> {
  try {
    await differing.update();
  } finally {
    await index.flush();
    await index.refresh(clock.timeout(refreshTimeoutMs));
  }
}

/** Identities stay narrow as long as a document may carry tokens of before. */
function refuseIncompleteUpdate({ objects }: SyncStatistics): void {
  const refused = [...objects].filter(([, counts]) => counts.refused > 0);
  if (refused.length === 0) return;
  const list = refused.map(([name, counts]) => `${counts.refused} of ${name}`).join(", ");
  throw new AccessUpdateError(
    `The access of some documents could not be updated: ${list}. Users keep only the access that they had before and still have.`,
    { hint: "The report lists the refused documents and Elasticsearch's reasons; solve them, and run the sync again." },
  );
}

async function attempt(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toError(error);
  }
}
