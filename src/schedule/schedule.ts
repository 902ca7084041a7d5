import { nextMoment } from "./next-moment.ts";
import { ScheduleError } from "./number-fields.ts";
import { parseFields, type ScheduleFields } from "./parse-fields.ts";

/** A schedule in Quartz form, in UTC. */
export class Schedule {
  readonly expression: string;
  readonly #fields: ScheduleFields;

  private constructor(expression: string, fields: ScheduleFields) {
    this.expression = expression;
    this.#fields = fields;
  }

  /**
   * Parses an expression: seconds, minutes, hours, day of month, month, day of week, optionally a year (docs/decisions/0009-schedules.md).
   * @throws ScheduleError
   */
  static parse(expression: string): Schedule {
    try {
      return new Schedule(expression.trim(), parseFields(expression));
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      throw new ScheduleError(`${JSON.stringify(expression)} is not a Quartz expression: ${error.message}.`, {
        hint: 'Use six fields: seconds, minutes, hours, day of month, month, day of week; "0 0 0 * * ?" is every midnight, UTC.',
      });
    }
  }

  /** The first moment after `after` (milliseconds since the epoch), or undefined. */
  next(after: number): number | undefined {
    return nextMoment(this.#fields, after);
  }

  upcoming(after: number, count: number): Date[] {
    const moments: Date[] = [];
    let moment = this.next(after);
    while (moment !== undefined && moments.length < count) {
      moments.push(new Date(moment));
      moment = this.next(moment);
    }
    return moments;
  }
}

const windowsMs = [60_000, 3_600_000, 86_400_000, Infinity];

/**
 * The last moment of a schedule after `from` and not after `now`, or undefined. Missed moments are collapsed into one. It searches near `now`
 * first, because a schedule of every second has millions of moments a month.
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
