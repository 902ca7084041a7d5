import type { Schedule } from "./schedule.ts";

const windowsMs = [60_000, 3_600_000, 86_400_000, Infinity];

/**
 * The last moment of a schedule after `from` and not after `now`, or nothing: however many moments were missed, one sync makes up for them.
 * Looks near `now` first, since a schedule of each second has millions of moments a month.
 */
export function lastDueMoment(schedule: Schedule, { from, now }: { from: number; now: number }): number | undefined {
  for (const windowMs of windowsMs) {
    const start = Math.max(from, now - windowMs);
    const due = lastBetween(schedule, start, now);
    if (due !== undefined || start === from) return due;
  }
  return undefined;
}

function lastBetween(schedule: Schedule, from: number, now: number): number | undefined {
  let due: number | undefined;
  for (let next = schedule.next(from); next !== undefined && next <= now; next = schedule.next(next)) due = next;
  return due;
}
