import { countsName, fileObjectType } from "./file-document.ts";
import type { DocumentIndex, SourcePlan } from "./ports.ts";
import type { RunContext } from "./run-context.ts";

export interface DeselectedOptions {
  plan: SourcePlan;
  /** The objects that this run could not read completely. */
  incomplete: readonly string[];
  /** Writes what is queued and makes it visible to searches. */
  index: Pick<DocumentIndex, "flush" | "refresh">;
}

/**
 * Deletes the documents of objects that are no longer selected, or of files. Unreadable objects keep theirs. An object that was renamed counts
 * as deselected under its old name: documents that this run wrote under the new name have the new object type, so they are not found.
 */
export async function deleteDeselected({ plan, incomplete, index }: DeselectedOptions, run: RunContext): Promise<void> {
  const deselected = await deselectedTypes({ plan, incomplete }, run);
  if (deselected.length === 0) return;
  await index.flush();
  await index.refresh(run.signal);
  for (const type of deselected) {
    run.log.info("deleting the documents of a deselected object", { object: type });
    for await (const documents of run.index.documents(type, run.signal)) {
      await run.writer.delete(
        countsName(type),
        documents.map(({ id }) => id),
      );
    }
  }
}

async function deselectedTypes(
  { plan, incomplete }: Pick<DeselectedOptions, "plan" | "incomplete">,
  run: RunContext,
): Promise<string[]> {
  const read = new Set(plan.objects.map(({ name }) => name));
  if (plan.files) read.add(fileObjectType);
  const unreadable = new Set(plan.unreadable.map(({ name }) => name));
  // A renamed object keeps the prefix of its ids.
  const names = new Map(
    plan.objects.flatMap(({ name, idPrefix }) => (idPrefix === undefined ? [] : [[idPrefix, name] as const])),
  );
  const deselected: string[] = [];
  for (const type of run.indexedTypes.keys()) {
    if (read.has(type)) continue;
    const newName = names.get((await run.index.sampleId(type, run.signal))?.slice(0, 3) ?? "");
    if (newName === undefined ? unreadable.has(type) : incomplete.includes(newName)) continue;
    deselected.push(type);
  }
  return deselected;
}
