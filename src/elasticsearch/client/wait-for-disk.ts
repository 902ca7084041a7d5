import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import { ElasticsearchDiskError } from "../errors.ts";

const checkIntervalMs = 5_000;

/** Does the work, again and again as long as Elasticsearch blocks it because of a full disk. */
export async function waitForDisk<T>(
  { log, clock, signal }: { log: Logger; clock: Clock; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ElasticsearchDiskError)) throw error;
      log.warn("waiting, a disk of elasticsearch is too full", { reason: error.message });
      await clock.sleep(checkIntervalMs, signal);
    }
  }
}
