import type { DayRule } from "./schedule-days.ts";
import { fieldProblem, listItems, numberFields, parseItem, parseValue, type NumberField } from "./schedule-numbers.ts";

const { dayOfMonth, dayOfWeek } = numberFields;

/** `L`, `L-3`, `LW`, `L-3W`. */
const fromEndForm = /^L(?:-(?<offset>\d+))?(?<nearest>W)?$/;
/** `15W`. */
const nearestForm = /^(?<date>\d+)W$/;
/** `6#3`, `FRI#3`. */
const nthForm = /^(?<weekday>[0-9A-Z]+)#(?<nth>.*)$/;
/** `6L`, `FRIL`. */
const lastForm = /^(?<weekday>[0-9A-Z]+)L$/;

/**
 * The days that the day of month field names.
 * @throws ScheduleError
 */
export function parseDaysOfMonth(text: string): DayRule[] {
  const items = listItems(text, dayOfMonth);
  refuseLastInList(items, dayOfMonth);
  return items.map(parseDayOfMonth);
}

/**
 * The days that the day of week field names.
 * @throws ScheduleError
 */
export function parseDaysOfWeek(text: string): DayRule[] {
  const items = listItems(text, dayOfWeek);
  refuseLastInList(items, dayOfWeek);
  // Elasticsearch refuses it too.
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

/** Elasticsearch refuses it too: which of the days counted would be unclear. */
function refuseLastInList(items: readonly string[], field: NumberField): void {
  if (items.length > 1 && items.some((item) => item.includes("L"))) {
    throw fieldProblem(field, items.join(","), "L to stand alone, not in a list");
  }
}
