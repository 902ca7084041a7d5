import { setImmediate as nextLoopIteration } from "node:timers/promises";
import type { Clock } from "../../src/core/clock.ts";
import { CanceledError } from "../../src/core/errors.ts";

interface Sleeper {
  at: number;
  wake: () => void;
}

/** Runs pending callbacks of the event loop. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await nextLoopIteration();
}

/** A clock that a test advances. Waits end at their time. */
export class TestClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(now = Date.parse("2026-03-01T12:00:00Z")) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { at: this.#now + ms, wake: resolve };
      const stop = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(new CanceledError("The wait was canceled."));
      };
      if (signal?.aborted === true) {
        stop();
        return;
      }
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#sleepers.push({ at: this.#now + ms, wake: () => controller.abort() });
    return controller.signal;
  }

  /** Advances the time and runs everything that is due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
  }
}
