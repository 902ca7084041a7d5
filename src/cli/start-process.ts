import { silenceLibraries } from "../config/library-debugging.ts";
import { systemClock } from "../core/clock.ts";
import { endProcess, flushTimeoutMs } from "./end-process.ts";

/** The process ends after this time at the latest, whatever does not end in it. Docker kills a container after ten seconds. */
const stopTimeoutMs = 5_800;

/**
 * Prepares the process before anything else is loaded, so that it ends in order even if it is stopped at once. The signal fires when it is told
 * to stop.
 */
export function startProcess(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => onSignal(signal, controller);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader of the output, such as `head`, may close it early.
  process.stdout.on("error", () => process.exit(1));
  if (!silenceLibraries()) {
    process.stderr.write("NODE_DEBUG is set: Node would print credentials and documents. Unset it.\n");
    process.exit(2);
  }
  return controller.signal;
}

function onSignal(signal: NodeJS.Signals, controller: AbortController): void {
  if (controller.signal.aborted) {
    process.stderr.write(`Ended by a second ${signal}; unfinished requests were dropped.\n`);
    void endProcess(1, systemClock.timeout(flushTimeoutMs));
    return;
  }
  process.stderr.write(`${signal}: finishing requests to Elasticsearch. A second signal ends the process at once.\n`);
  controller.abort(signal);
  systemClock.timeout(stopTimeoutMs).addEventListener("abort", () => {
    process.stderr.write(`Ended ${stopTimeoutMs / 1000} s after ${signal}; unfinished requests were dropped.\n`);
    void endProcess(1, systemClock.timeout(flushTimeoutMs));
  });
}
