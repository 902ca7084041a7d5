import { setTimeout as delay } from "node:timers/promises";
import { CanceledError } from "./errors.ts";

/** The time, and waiting for it to pass; tests pass a clock of their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with a CanceledError as soon as the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (cause) {
      throw new CanceledError("The wait was stopped.", { cause });
    }
  },
};
