import { refuseUnreadablePlan } from "../incomplete-read.ts";
import type { RunReport, SyncStatistics } from "../report.ts";
import type { SyncRequest } from "../run-context.ts";
import { runSync } from "../run-sync.ts";
import { AccessStage } from "./access-stage.ts";
import type { Security } from "./ports.ts";

/** An access control sync, with everything that it needs. */
export interface AccessSyncRequest extends Omit<
  SyncRequest,
  "files" | "basicRules" | "massDeletes" | "concurrentObjects" | "security"
> {
  readonly security: Security;
}

/** Brings documents and identities in step with who may see what. The contents of documents stay as they are. */
export function runAccessSync(request: AccessSyncRequest): Promise<RunReport> {
  return runSync(request, (statistics) => syncAccess(request, statistics));
}

async function syncAccess(request: AccessSyncRequest, statistics: SyncStatistics): Promise<void> {
  const { source, security, index, signal, emit } = request;
  // No object is read as a whole, so the counts of the last full sync stay.
  statistics.sourceCounts = request.counts;
  await index.refresh(signal);
  const indexedTypes = await index.objectTypes(signal);
  const plan = await source.plan(new Set(indexedTypes.keys()), signal);
  refuseUnreadablePlan(plan);
  statistics.warn(...plan.warnings);
  using access = await AccessStage.begin(plan.objects, { security, request, indexedTypes, statistics });
  using differing = await access.differing(indexedTypes.keys());
  for (const [name, { compared, differing: changed }] of differing.counts)
    Object.assign(statistics.of(name), { source: compared, extracted: compared, unchanged: compared - changed });
  // The job's heartbeat reads these counts from now on.
  const report = (): void => {
    for (const [object, counts] of statistics.objects) emit("pageRead", { object, counts });
  };
  report();
  await access.narrowIdentities({ documentsChange: differing.size > 0, writing: [] });
  report();
  await access.complete(differing, []);
}
