import { daysOfMonth } from "./schedule-days.ts";
import type { ScheduleFields } from "./schedule-fields.ts";
import { numberFields } from "./schedule-numbers.ts";

/**
 * The first moment that the fields name after another (milliseconds since the epoch, UTC), or nothing where there is none. It walks over
 * months and looks at the days and times of those that count: a schedule that never comes costs some two thousand steps.
 */
export function nextMoment(fields: ScheduleFields, after: number): number | undefined {
  const earliest = Math.max(Math.floor(after / 1000) * 1000 + 1000, Date.UTC(numberFields.year.min, 0, 1));
  const from = new Date(earliest);
  const firstYear = from.getUTCFullYear();
  for (let year = firstYear; year <= numberFields.year.max; year++) {
    if (!fields.years.has(year)) continue;
    for (let month = year === firstYear ? from.getUTCMonth() + 1 : 1; month <= 12; month++) {
      const moment = fields.months.has(month) ? firstInMonth(fields, { year, month, earliest }) : undefined;
      if (moment !== undefined) return moment;
    }
  }
  return undefined;
}

interface MonthFrom {
  year: number;
  month: number;
  /** The moment, on a whole second, before which nothing counts. */
  earliest: number;
}

function firstInMonth(fields: ScheduleFields, { year, month, earliest }: MonthFrom): number | undefined {
  for (const date of daysOfMonth(fields.days, year, month)) {
    const midnight = Date.UTC(year, month - 1, date);
    const second = firstSecondOfDay(fields, (earliest - midnight) / 1000);
    if (second !== undefined) return midnight + second * 1000;
  }
  return undefined;
}

/** The first second of a day that the fields name, from one on (which may lie before the day or after it). */
function firstSecondOfDay({ seconds, minutes, hours }: ScheduleFields, from: number): number | undefined {
  for (const hour of hours) {
    if (hour * 3600 + 3599 < from) continue;
    for (const minute of minutes) {
      const start = hour * 3600 + minute * 60;
      const second = seconds.find((second) => start + second >= from);
      if (second !== undefined) return start + second;
    }
  }
  return undefined;
}
