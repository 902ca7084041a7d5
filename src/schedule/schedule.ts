import { ScheduleError } from "./schedule-error.ts";
import { parseFields, type ScheduleFields } from "./schedule-fields.ts";
import { nextMoment } from "./schedule-next.ts";

/** When something runs: an expression in Quartz form, in UTC. */
export class Schedule {
  readonly expression: string;
  readonly #fields: ScheduleFields;

  private constructor(expression: string, fields: ScheduleFields) {
    this.expression = expression;
    this.#fields = fields;
  }

  /**
   * Reads an expression: seconds, minutes, hours, day of month, month, day of week, optionally a year (docs/decisions/0009-schedules.md).
   * @throws ScheduleError
   */
  static parse(expression: string): Schedule {
    try {
      return new Schedule(expression.trim(), parseFields(expression));
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      throw new ScheduleError(`${JSON.stringify(expression)} is not a schedule in Quartz form: ${error.message}.`, {
        hint: 'It has six fields: seconds, minutes, hours, day of month, month, day of week; "0 0 0 * * ?" is each midnight, UTC.',
      });
    }
  }

  /** The first moment after `after` (milliseconds since the epoch), or nothing where there is none. */
  next(after: number): number | undefined {
    return nextMoment(this.#fields, after);
  }

  /** The next moments. */
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
