import { parseDaysOfMonth, parseDaysOfWeek } from "./schedule-day-fields.ts";
import type { DayRule } from "./schedule-days.ts";
import { ScheduleError } from "./schedule-error.ts";
import { numberFields, parseNumbers } from "./schedule-numbers.ts";

/** What a schedule's expression says, with every list, range and step written out. */
export interface ScheduleFields {
  /** Ascending, as minutes and hours are. */
  seconds: readonly number[];
  minutes: readonly number[];
  hours: readonly number[];
  /** A day counts when any of the rules names it. */
  days: readonly DayRule[];
  /** 1 is January. */
  months: ReadonlySet<number>;
  years: ReadonlySet<number>;
}

/**
 * Reads six or seven fields: seconds, minutes, hours, day of month, month, day of week, optionally a year.
 *
 * | form | where | means |
 * | --- | --- | --- |
 * | `*` | everywhere | every value |
 * | `?` | one of the two day fields, always | this field says nothing, the other one does |
 * | `5`, `MAR`, `FRI` | everywhere | this value; names in any case; 1 is Sunday |
 * | `10-30`, `22-2`, `FRI-MON` | everywhere | from one to the other, over the end where the first is greater (not years) |
 * | `0/5`, `10-30/5`, `/5` | everywhere | every fifth from the first on; with `*` or nothing before the slash from the least |
 * | `1,15` | everywhere | any of them |
 * | `L`, `L-3` | day of month | the last day, the third before it |
 * | `15W`, `LW`, `L-3W` | day of month | the weekday nearest to that day, within the month |
 * | `6#3`, `FRI#3` | day of week | the third Friday |
 * | `6L`, `FRIL` | day of week | the last Friday; `L` alone is Saturday |
 *
 * A day that a month does not have (`31`, `31W`, `L-30`, `6#5`) is left out in that month.
 * @throws ScheduleError
 */
export function parseFields(expression: string): ScheduleFields {
  const fields = expression
    .trim()
    .split(/[ \t]+/)
    .map((field) => field.toUpperCase());
  const [seconds, minutes, hours, daysOfMonth, months, daysOfWeek, years = "*"] = fields;
  if (
    fields.length > 7 ||
    seconds === undefined ||
    minutes === undefined ||
    hours === undefined ||
    daysOfMonth === undefined ||
    months === undefined ||
    daysOfWeek === undefined
  ) {
    throw new ScheduleError(`expected six or seven fields, found ${expression.trim() === "" ? 0 : fields.length}`);
  }
  return {
    seconds: parseNumbers(seconds, numberFields.seconds),
    minutes: parseNumbers(minutes, numberFields.minutes),
    hours: parseNumbers(hours, numberFields.hours),
    days: parseDays(daysOfMonth, daysOfWeek),
    months: new Set(parseNumbers(months, numberFields.month)),
    years: new Set(parseNumbers(years, numberFields.year)),
  };
}

function parseDays(daysOfMonth: string, daysOfWeek: string): DayRule[] {
  if (daysOfMonth === "?" && daysOfWeek === "?") {
    throw new ScheduleError(
      "the day of month field and the day of week field both hold ?; expected the days in one of them, * for every day",
    );
  }
  if (daysOfMonth === "?") return parseDaysOfWeek(daysOfWeek);
  if (daysOfWeek === "?") return parseDaysOfMonth(daysOfMonth);
  throw new ScheduleError(
    `the day of month field holds ${JSON.stringify(daysOfMonth)} and the day of week field ${JSON.stringify(daysOfWeek)}; expected ? in one of them, because a schedule goes by one or the other`,
  );
}
