import { setTimeout as delay } from "node:timers/promises";
import { CanceledError } from "./errors.ts";

/** The time, and waiting for it to pass. Tests pass a clock that they advance. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with a CanceledError as soon as the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that fires after so many milliseconds. It does not keep the process alive. */
  timeout(ms: number): AbortSignal;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (cause) {
      throw new CanceledError("The wait was canceled.", { cause });
    }
  },
  timeout: (ms) => AbortSignal.timeout(ms),
};

/** The time for all work after the process was told to stop, and for the writes of documents, which come first. */
export const stopGrace = { closeMs: 4_000, writeMs: 3_000 };

/** A signal that fires `graceMs` after another one, so that work in progress at a stop can finish. */
export function afterGrace(signal: AbortSignal, { graceMs, clock }: { graceMs: number; clock: Clock }): AbortSignal {
  const controller = new AbortController();
  const start = (): void => {
    clock.timeout(graceMs).addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  };
  if (signal.aborted) start();
  else signal.addEventListener("abort", start, { once: true });
  return controller.signal;
}
