import { Cron } from "croner";
import { ConnectorError } from "../core/errors.ts";

/** A schedule that is not one. */
class ScheduleError extends ConnectorError {
  override readonly code = "schedule";
  override readonly exitCode = 2;
}

/** When something runs: an expression in Quartz form, in UTC. */
export class Schedule {
  readonly expression: string;
  readonly #cron: Cron;

  private constructor(expression: string, cron: Cron) {
    this.expression = expression;
    this.#cron = cron;
  }

  /**
   * Reads an expression: seconds, minutes, hours, day of month, month, day of week, optionally a year. Days of the week count from 1 for
   * Sunday. https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
   * @throws ScheduleError
   */
  static parse(expression: string): Schedule {
    const fields = expression.trim().split(/\s+/);
    if (fields.length !== 6 && fields.length !== 7)
      throw notASchedule(expression, `it has ${fields.length} fields, not six or seven`);
    try {
      const cron = new Cron(expression.trim(), {
        paused: true,
        timezone: "UTC",
        mode: fields.length === 7 ? "7-part" : "6-part",
        sloppyRanges: true,
        alternativeWeekdays: true,
      });
      return new Schedule(expression.trim(), cron);
    } catch (cause) {
      throw notASchedule(expression, cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** The first moment after `after` (milliseconds since the epoch), or nothing where there is none. */
  next(after: number): number | undefined {
    return this.#cron.nextRun(new Date(after))?.getTime();
  }

  /** The next moments. */
  upcoming(after: number, count: number): Date[] {
    return this.#cron.nextRuns(count, new Date(after));
  }
}

function notASchedule(expression: string, reason: string): ScheduleError {
  return new ScheduleError(`${JSON.stringify(expression)} is not a schedule in Quartz form: ${reason}.`, {
    hint: 'It has six fields: seconds, minutes, hours, day of month, month, day of week; "0 0 0 * * ?" is each midnight, UTC.',
  });
}
