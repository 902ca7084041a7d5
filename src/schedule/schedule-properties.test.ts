import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Schedule } from "./schedule.ts";

// Each generated field has its text and a predicate for its values, so that the expected result does not depend on the parser.

interface Field<Value> {
  text: string;
  matches: (value: Value) => boolean;
}

interface Bounds {
  min: number;
  max: number;
  names?: readonly string[];
}

const dayMs = 86_400_000;
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function numberField({ min, max, names }: Bounds): fc.Arbitrary<Field<number>> {
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: Math.min(max, 12) });
  const named = (number: number) => names?.[number - min] ?? String(number);
  const size = max - min + 1;
  /** The number of single steps from the first value to this one, with a wrap at the end. */
  const distance = (from: number, to: number) => (to - from + size) % size;
  const item = fc.oneof(
    fc.constant({ text: "*", matches: () => true }),
    value.map((wanted) => ({ text: named(wanted), matches: (found: number) => found === wanted })),
    step.map((every) => ({ text: `*/${every}`, matches: (found: number) => (found - min) % every === 0 })),
    fc.tuple(value, step).map(([from, every]) => ({
      text: `${from}/${every}`,
      matches: (found: number) => found >= from && (found - from) % every === 0,
    })),
    fc.tuple(value, value).map(([from, to]) => ({
      text: `${named(from)}-${named(to)}`,
      matches: (found: number) => distance(from, found) <= distance(from, to),
    })),
    fc.tuple(value, value, step).map(([from, to, every]) => ({
      text: `${from}-${to}/${every}`,
      matches: (found: number) => distance(from, found) <= distance(from, to) && distance(from, found) % every === 0,
    })),
  );
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(","),
    matches: (found) => items.some(({ matches }) => matches(found)),
  }));
}

const isWeekday = (day: Date) => day.getUTCDay() >= 1 && day.getUTCDay() <= 5;

function monthOf(day: Date): Date[] {
  const first = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1);
  return Array.from({ length: 31 }, (_, index) => new Date(first + index * dayMs)).filter(
    (other) => other.getUTCMonth() === day.getUTCMonth(),
  );
}

/** The nearest day from Monday to Friday in the same month. Undefined if the month does not have the date. */
function isNearestWeekday(day: Date, date: number): boolean {
  const month = monthOf(day);
  if (date < 1 || date > month.length) return false;
  const ranked = month
    .filter(isWeekday)
    .sort((a, b) => Math.abs(a.getUTCDate() - date) - Math.abs(b.getUTCDate() - date));
  return ranked[0]?.getTime() === day.getTime();
}

const dayOfMonth: fc.Arbitrary<Field<Date>> = fc.oneof(
  numberField({ min: 1, max: 31 }).map(({ text, matches }) => ({
    text,
    matches: (day: Date) => matches(day.getUTCDate()),
  })),
  fc.integer({ min: 0, max: 30 }).map((offset) => ({
    text: offset === 0 ? "L" : `L-${offset}`,
    matches: (day: Date) => day.getUTCDate() === monthOf(day).length - offset,
  })),
  fc.integer({ min: 0, max: 30 }).map((offset) => ({
    text: offset === 0 ? "LW" : `L-${offset}W`,
    matches: (day: Date) => isNearestWeekday(day, monthOf(day).length - offset),
  })),
  fc.integer({ min: 1, max: 31 }).map((date) => ({
    text: `${date}W`,
    matches: (day: Date) => isNearestWeekday(day, date),
  })),
);

const dayOfWeek: fc.Arbitrary<Field<Date>> = fc.oneof(
  numberField({ min: 1, max: 7, names: weekdays }).map(({ text, matches }) => ({
    text,
    matches: (day: Date) => matches(day.getUTCDay() + 1),
  })),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([weekday, nth]) => ({
    text: `${weekday}#${nth}`,
    matches: (day: Date) =>
      monthOf(day)
        .filter((other) => other.getUTCDay() + 1 === weekday)
        [nth - 1]?.getTime() === day.getTime(),
  })),
  fc.integer({ min: 1, max: 7 }).map((weekday) => ({
    text: `${weekday}L`,
    matches: (day: Date) =>
      monthOf(day)
        .findLast((other) => other.getUTCDay() + 1 === weekday)
        ?.getTime() === day.getTime(),
  })),
);

const day = fc.oneof(
  dayOfMonth.map(({ text, matches }) => ({ dayOfMonth: text, dayOfWeek: "?", matches })),
  dayOfWeek.map(({ text, matches }) => ({ dayOfMonth: "?", dayOfWeek: text, matches })),
);

const fields = fc.record({
  seconds: numberField({ min: 0, max: 59 }),
  minutes: numberField({ min: 0, max: 59 }),
  hours: numberField({ min: 0, max: 23 }),
  month: numberField({ min: 1, max: 12, names: months }),
  day,
});

const someMoment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) });

describe("the next time of a schedule", () => {
  it("is the first second that matches every field", () => {
    fc.assert(
      fc.property(fields, someMoment, ({ seconds, minutes, hours, month, day }, after) => {
        const expression = `${seconds.text} ${minutes.text} ${hours.text} ${day.dayOfMonth} ${month.text} ${day.dayOfWeek}`;
        const isDay = (date: Date) => month.matches(date.getUTCMonth() + 1) && day.matches(date);
        const isTime = (second: number) =>
          hours.matches(Math.floor(second / 3600)) &&
          minutes.matches(Math.floor(second / 60) % 60) &&
          seconds.matches(second % 60);

        const next = Schedule.parse(expression).next(after);

        const naive = firstWithin({ days: 500, after, isDay, isTime });
        if (naive === undefined) expect(next ?? Infinity).toBeGreaterThan(after + 499 * dayMs);
        else expect(next).toBe(naive);
      }),
      { numRuns: 200 },
    );
  });

  it("is later than the given time, and a list of times repeats that step", () => {
    fc.assert(
      fc.property(fields, someMoment, ({ seconds, minutes, hours, month, day }, after) => {
        const schedule = Schedule.parse(
          `${seconds.text} ${minutes.text} ${hours.text} ${day.dayOfMonth} ${month.text} ${day.dayOfWeek}`,
        );

        const moments = schedule.upcoming(after, 4).map((moment) => moment.getTime());

        const before = [after, ...moments.slice(0, -1)];
        expect(moments.every((moment, index) => moment > (before[index] ?? 0))).toBe(true);
        expect(moments).toEqual(before.slice(0, moments.length).map((moment) => schedule.next(moment)));
      }),
      { numRuns: 100 },
    );
  });
});

interface Search {
  days: number;
  after: number;
  isDay: (date: Date) => boolean;
  isTime: (second: number) => boolean;
}

function firstWithin({ days, after, isDay, isTime }: Search): number | undefined {
  const firstDay = Math.floor(after / dayMs) * dayMs;
  for (let midnight = firstDay; midnight < firstDay + days * dayMs; midnight += dayMs) {
    if (!isDay(new Date(midnight))) continue;
    for (let second = 0; second < 86_400; second++) {
      if (midnight + second * 1000 > after && isTime(second)) return midnight + second * 1000;
    }
  }
  return undefined;
}
