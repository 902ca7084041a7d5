/** Which days of a month a schedule names. Weekdays count from 1 for Sunday. */
export type DayRule =
  | { readonly kind: "dates"; readonly dates: ReadonlySet<number> }
  | { readonly kind: "weekdays"; readonly weekdays: ReadonlySet<number> }
  /** So many days before the last one, or the weekday (Monday to Friday) nearest to that. */
  | { readonly kind: "from the end"; readonly offset: number; readonly nearestWeekday: boolean }
  | { readonly kind: "weekday nearest to"; readonly date: number }
  | { readonly kind: "nth weekday"; readonly weekday: number; readonly nth: number }
  | { readonly kind: "last weekday"; readonly weekday: number };

const saturday = 7;
const sunday = 1;
const dayMs = 86_400_000;

/** One month of the calendar: how long it is, and on what weekday it begins. */
interface Month {
  readonly lastDate: number;
  readonly firstWeekday: number;
}

/** The days of a month (1 is January) that any of the rules names, ascending. */
export function daysOfMonth(rules: readonly DayRule[], year: number, month: number): number[] {
  const first = Date.UTC(year, month - 1, 1);
  const calendar = {
    lastDate: (Date.UTC(year, month, 1) - first) / dayMs,
    firstWeekday: new Date(first).getUTCDay() + 1,
  };
  const days: number[] = [];
  for (let date = 1; date <= calendar.lastDate; date++) {
    if (rules.some((rule) => names(rule, date, calendar))) days.push(date);
  }
  return days;
}

function names(rule: DayRule, date: number, month: Month): boolean {
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

/** The day from Monday to Friday nearest to a date, in the same month; nothing where the month has no such date. */
function nearestWeekday(date: number, month: Month): number | undefined {
  if (date < 1 || date > month.lastDate) return undefined;
  const weekday = weekdayOf(date, month);
  if (weekday === saturday) return date === 1 ? date + 2 : date - 1;
  if (weekday === sunday) return date === month.lastDate ? date - 2 : date + 1;
  return date;
}
