import { systemClock, type Clock } from "../../../src/core/clock.ts";

/** A clock on which time passes several times as fast: waits of the product are shorter, in the same proportions. */
export function fastClock(factor: number): Clock {
  const start = Date.now();
  return {
    now: () => start + Math.round((performance.timeOrigin + performance.now() - start) * factor),
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
    timeout: (ms) => systemClock.timeout(Math.max(1, Math.round(ms / factor))),
  };
}
