import { stat, writeFile } from "node:fs/promises";
import { systemClock } from "../core/clock.ts";
import { toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Terminal } from "./terminal.ts";

/** A service whose loops have not ended a pass for this long is unhealthy. Requests to Elasticsearch may take four minutes. */
const maxAgeMs = 300_000;

/** Returns a function that marks the service as healthy: the modification time of the file is the service's last sign of life. */
export function healthFile(path: string | undefined, log: Logger): () => void {
  return () => {
    if (path === undefined) return;
    writeFile(path, `${new Date(systemClock.now()).toISOString()}\n`).catch((error: unknown) => {
      log.warn("the health file cannot be written", { path, reason: toError(error).message });
    });
  };
}

/** Exit code 0 if the service that writes the file is healthy. */
export async function healthCommand({ healthFile: path }: { healthFile: string }, terminal: Terminal): Promise<number> {
  const age = await stat(path).then(
    ({ mtimeMs }) => systemClock.now() - mtimeMs,
    () => undefined,
  );
  if (age === undefined) {
    terminal.err(`Unhealthy: ${path} does not exist. The service writes it if it runs with --health-file ${path}.`);
    return 1;
  }
  const seconds = Math.max(0, Math.round(age / 1000));
  const healthy = age <= maxAgeMs;
  terminal.out(`${healthy ? "Healthy" : "Unhealthy"}: the last sign of life of the service is ${seconds} s old.`);
  return healthy ? 0 : 1;
}
