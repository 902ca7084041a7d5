import type { Clock } from "../core/clock.ts";
import { CanceledError, throwIfAborted } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Schedule } from "./schedule.ts";

/** Something that runs by a schedule. `run` reports its own failures and throws only when it is stopped. */
export interface ScheduledWork {
  name: string;
  schedule: Schedule;
  run: (signal: AbortSignal) => Promise<void>;
}

/** What the scheduler needs. */
export interface SchedulerContext {
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

/** A timer can wait 24.8 days at most; a longer wait is made of several. */
const longestWaitMs = 86_400_000;

/**
 * Runs the work at each of its scheduled moments until the signal fires. Moments that pass while it runs are skipped: one run makes up for
 * all of them.
 */
export async function runOnSchedule(
  { name, schedule, run }: ScheduledWork,
  { clock, log, signal }: SchedulerContext,
): Promise<void> {
  try {
    for (;;) {
      const next = schedule.next(clock.now());
      if (next === undefined) {
        log.warn("schedule has no further moment", { work: name, schedule: schedule.expression });
        return;
      }
      log.info("next sync is scheduled", { work: name, at: new Date(next).toISOString() });
      await waitUntil(next, { clock, signal });
      await run(signal);
    }
  } catch (error) {
    if (!(error instanceof CanceledError)) throw error;
  }
}

async function waitUntil(moment: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  for (let left = moment - clock.now(); left > 0; left = moment - clock.now()) {
    await clock.sleep(Math.min(left, longestWaitMs), signal);
  }
  throwIfAborted(signal);
}
