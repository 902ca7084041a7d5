import {
  fieldProblem,
  splitItems,
  numberFields,
  parseItem,
  parseNumbers,
  parseValue,
  ScheduleError,
  type NumberField,
} from "./number-fields.ts";

/** Selects days of a month. Weekdays count from 1 (Sunday). */
export type DayRule =
  | { readonly kind: "dates"; readonly dates: ReadonlySet<number> }
  | { readonly kind: "weekdays"; readonly weekdays: ReadonlySet<number> }
  /** `offset` days before the last day, or the weekday (Monday to Friday) nearest to it. */
  | { readonly kind: "from the end"; readonly offset: number; readonly nearestWeekday: boolean }
  | { readonly kind: "weekday nearest to"; readonly date: number }
  | { readonly kind: "nth weekday"; readonly weekday: number; readonly nth: number }
  | { readonly kind: "last weekday"; readonly weekday: number };

/** A parsed expression: every list, range and step is expanded. */
export interface ScheduleFields {
  /** Ascending, like minutes and hours. */
  seconds: readonly number[];
  minutes: readonly number[];
  hours: readonly number[];
  /** A day matches if any of the rules selects it. */
  days: readonly DayRule[];
  /** 1 is January. */
  months: ReadonlySet<number>;
  years: ReadonlySet<number>;
}

/**
 * Parses six or seven fields: seconds, minutes, hours, day of month, month, day of week, optionally a year.
 *
 * | form | field | meaning |
 * | --- | --- | --- |
 * | `*` | any | every value |
 * | `?` | exactly one of the two day fields | the other field selects the days |
 * | `5`, `MAR`, `FRI` | any | this value; names in any case; 1 is Sunday |
 * | `10-30`, `22-2`, `FRI-MON` | any | a range; it wraps around if the first value is greater (not years) |
 * | `0/5`, `10-30/5`, `/5` | any | every fifth value from the first; with `*` or nothing before the slash, from the minimum |
 * | `1,15` | any | any of them |
 * | `L`, `L-3` | day of month | the last day, the third before it |
 * | `15W`, `LW`, `L-3W` | day of month | the weekday nearest to that day, within the month |
 * | `6#3`, `FRI#3` | day of week | the third Friday |
 * | `6L`, `FRIL` | day of week | the last Friday; `L` alone is Saturday |
 *
 * Days that a month does not have (`31`, `31W`, `L-30`, `6#5`) are skipped in that month.
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
      "the day of month and the day of week field are both ?; expected the days in one of them, * for every day",
    );
  }
  if (daysOfMonth === "?") return parseDaysOfWeek(daysOfWeek);
  if (daysOfWeek === "?") return parseDaysOfMonth(daysOfMonth);
  throw new ScheduleError(
    `the day of month field is ${JSON.stringify(daysOfMonth)} and the day of week field ${JSON.stringify(daysOfWeek)}; expected ? in one of them, because only one can select the days`,
  );
}

const { dayOfMonth, dayOfWeek } = numberFields;

/** `L`, `L-3`, `LW`, `L-3W`. */
const fromEndForm = /^L(?:-(?<offset>\d+))?(?<nearest>W)?$/;
/** `15W`. */
const nearestForm = /^(?<date>\d+)W$/;
/** `6#3`, `FRI#3`. */
const nthForm = /^(?<weekday>[0-9A-Z]+)#(?<nth>.*)$/;
/** `6L`, `FRIL`. */
const lastForm = /^(?<weekday>[0-9A-Z]+)L$/;

/** @throws ScheduleError */
function parseDaysOfMonth(text: string): DayRule[] {
  const items = splitItems(text, dayOfMonth);
  refuseLastInList(items, dayOfMonth);
  return items.map(parseDayOfMonth);
}

/** @throws ScheduleError */
function parseDaysOfWeek(text: string): DayRule[] {
  const items = splitItems(text, dayOfWeek);
  refuseLastInList(items, dayOfWeek);
  // Elasticsearch refuses it as well.
  if (items.filter((item) => item.includes("#")).length > 1) {
    throw fieldProblem(dayOfWeek, text, "# only once");
  }
  return items.map(parseDayOfWeek);
}

function parseDayOfMonth(item: string): DayRule {
  const fromEnd = fromEndForm.exec(item)?.groups;
  if (fromEnd) {
    const { offset = "0", nearest } = fromEnd;
    if (Number(offset) > 30) throw fieldProblem(dayOfMonth, item, "at most 30 days before the last one");
    return { kind: "from the end", offset: Number(offset), nearestWeekday: nearest !== undefined };
  }
  const date = nearestForm.exec(item)?.groups?.["date"];
  if (date !== undefined) return { kind: "weekday nearest to", date: parseValue(date, dayOfMonth) };
  return { kind: "dates", dates: new Set(parseItem(item, dayOfMonth)) };
}

function parseDayOfWeek(item: string): DayRule {
  if (item === "L") return { kind: "weekdays", weekdays: new Set([dayOfWeek.max]) };
  const nth = nthForm.exec(item)?.groups;
  if (nth) {
    if (!/^[1-5]$/.test(nth["nth"] ?? "")) throw fieldProblem(dayOfWeek, item, "a number from 1 to 5 after the #");
    return { kind: "nth weekday", weekday: parseValue(nth["weekday"] ?? "", dayOfWeek), nth: Number(nth["nth"]) };
  }
  const last = lastForm.exec(item)?.groups?.["weekday"];
  if (last !== undefined) return { kind: "last weekday", weekday: parseValue(last, dayOfWeek) };
  return { kind: "weekdays", weekdays: new Set(parseItem(item, dayOfWeek)) };
}

/** Elasticsearch refuses it as well: the meaning would be ambiguous. */
function refuseLastInList(items: readonly string[], field: NumberField): void {
  if (items.length > 1 && items.some((item) => item.includes("L"))) {
    throw fieldProblem(field, items.join(","), "L to stand alone, not in a list");
  }
}
