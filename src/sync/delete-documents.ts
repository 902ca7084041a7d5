import { throwIfAborted } from "../core/errors.ts";
import type { ObjectCounts } from "./report.ts";
import type { RunContext } from "./run-context.ts";

const noBody = Buffer.alloc(0);

/** Deletes documents by their ids, and counts those that are gone. */
export async function deleteDocuments(
  batches: Iterable<readonly string[]>,
  { counts, run, name }: { counts: ObjectCounts; run: RunContext; name: string },
): Promise<void> {
  for (const batch of batches) {
    throwIfAborted(run.signal);
    for (const id of batch) {
      await run.index.write({
        kind: "delete",
        id,
        body: noBody,
        settled: (outcome) => {
          if (outcome.written) counts.deleted++;
          else run.statistics.note(name, { id, reason: `not deleted: ${outcome.reason}` });
        },
      });
    }
  }
}
