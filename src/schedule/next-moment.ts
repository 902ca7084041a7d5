import type { DayRule, ScheduleFields } from "./parse-fields.ts";
import { numberFields } from "./number-fields.ts";

/**
 * The first matching moment after `after` (milliseconds since the epoch, UTC), or undefined. It steps over months and searches the days and times
 * of the matching ones: a schedule that never fires costs about two thousand steps.
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
  /** Earlier moments do not count. On a whole second. */
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

/** The first matching second of a day, not before `from` (which may be outside of the day). */
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

const saturday = 7;
const sunday = 1;
const dayMs = 86_400_000;

interface Month {
  readonly lastDate: number;
  readonly firstWeekday: number;
}

/** The days of a month (1 is January) that any of the rules selects, ascending. */
function daysOfMonth(rules: readonly DayRule[], year: number, month: number): number[] {
  const first = Date.UTC(year, month - 1, 1);
  const calendar = {
    lastDate: (Date.UTC(year, month, 1) - first) / dayMs,
    firstWeekday: new Date(first).getUTCDay() + 1,
  };
  const days: number[] = [];
  for (let date = 1; date <= calendar.lastDate; date++) {
    if (rules.some((rule) => selects(rule, date, calendar))) days.push(date);
  }
  return days;
}

function selects(rule: DayRule, date: number, month: Month): boolean {
  switch (rule.kind) {
    case "dates":
      return rule.dates.has(date);
    case "weekdays":
      return rule.weekdays.has(weekdayOf(date, month));
    case "from the end": {
      const target = month.lastDate - rule.offset;
      return date === (rule.nearestWeekday ? nearestWeekday(target, month) : target);
    }
    case "weekday nearest to":
      return date === nearestWeekday(rule.date, month);
    case "nth weekday":
      return weekdayOf(date, month) === rule.weekday && Math.ceil(date / 7) === rule.nth;
    case "last weekday":
      return weekdayOf(date, month) === rule.weekday && date + 7 > month.lastDate;
  }
}

function weekdayOf(date: number, { firstWeekday }: Month): number {
  return ((firstWeekday - 1 + date - 1) % 7) + 1;
}

/** The day from Monday to Friday nearest to a date in the same month. Undefined if the month does not have the date. */
function nearestWeekday(date: number, month: Month): number | undefined {
  if (date < 1 || date > month.lastDate) return undefined;
  const weekday = weekdayOf(date, month);
  if (weekday === saturday) return date === 1 ? date + 2 : date - 1;
  if (weekday === sunday) return date === month.lastDate ? date - 2 : date + 1;
  return date;
}
