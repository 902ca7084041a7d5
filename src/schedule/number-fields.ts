import { AppError } from "../core/errors.ts";

/** Invalid schedule expression. */
export class ScheduleError extends AppError {
  override readonly code = "schedule";
  override readonly exitCode = 2;
}

/** A field of an expression. Its values are numbers, some of which have names. */
export interface NumberField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The names of the values, from `min` on. */
  readonly names?: readonly string[];
  /** A range may wrap around, such as 22-2 in the hours. */
  readonly wraps: boolean;
}

export const numberFields = {
  seconds: { name: "seconds", min: 0, max: 59, wraps: true },
  minutes: { name: "minutes", min: 0, max: 59, wraps: true },
  hours: { name: "hours", min: 0, max: 23, wraps: true },
  dayOfMonth: { name: "day of month", min: 1, max: 31, wraps: true },
  month: {
    name: "month",
    min: 1,
    max: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    wraps: true,
  },
  dayOfWeek: {
    name: "day of week",
    min: 1,
    max: 7,
    names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    wraps: true,
  },
  year: { name: "year", min: 1970, max: 2199, wraps: false },
} satisfies Record<string, NumberField>;

/** The message is the part of a sentence about the whole expression. */
export function fieldProblem(field: NumberField, found: string, expected: string): ScheduleError {
  return new ScheduleError(`the ${field.name} field is ${JSON.stringify(found)}; expected ${expected}`);
}

/** The items of a list. Empty items (`1,,2`) are ignored. */
export function splitItems(text: string, field: NumberField): string[] {
  const items = text.split(",").filter((item) => item !== "");
  if (items.length === 0) throw fieldProblem(field, text, valuesOf(field));
  return items;
}

/**
 * The values of a list, ascending.
 * @throws ScheduleError
 */
export function parseNumbers(text: string, field: NumberField): number[] {
  const numbers = new Set(splitItems(text, field).flatMap((item) => parseItem(item, field)));
  return [...numbers].sort((a, b) => a - b);
}

const itemForm = /^(?:\*|(?<from>[0-9A-Z]+)(?:-(?<to>[0-9A-Z]+))?)?(?:\/(?<step>\d+))?$/;

/**
 * The values of one item: `*`, `5`, `10-30`, `0/5`, `/5`, `10-30/5`.
 * @throws ScheduleError
 */
export function parseItem(item: string, field: NumberField): number[] {
  const groups = itemForm.exec(item)?.groups;
  if (!groups) throw fieldProblem(field, item, valuesOf(field));
  const { from, to, step: stepText } = groups;
  const step = Number(stepText ?? 1);
  if (from === undefined) {
    if (field.wraps && step > field.max) throw fieldProblem(field, item, `a step of at most ${field.max} after the /`);
    return count({ first: field.min, last: field.max, step: Math.max(step, 1) }, field);
  }
  const first = parseValue(from, field);
  const last =
    to === undefined ? lastWithoutRange(first, stepText, field) : parseRangeEnd({ from, first, to, item }, field);
  // Elasticsearch treats a step of 0 as no step.
  return step === 0 ? [first] : count({ first, last, step }, field);
}

/** `5` is one value, `5/10` continues to the end of the field. */
function lastWithoutRange(first: number, step: string | undefined, field: NumberField): number {
  return step === undefined ? first : field.max;
}

/**
 * A number within the field's bounds, or one of its names.
 * @throws ScheduleError
 */
export function parseValue(text: string, field: NumberField): number {
  const value = /^\d+$/.test(text) ? Number(text) : field.min + (field.names ?? []).indexOf(text);
  if (value < field.min || value > field.max) throw fieldProblem(field, text, valuesOf(field));
  return value;
}

interface RangeText {
  from: string;
  first: number;
  to: string;
  item: string;
}

/** The last value of a range, greater than the field's maximum if the range wraps around. */
function parseRangeEnd({ from, first, to, item }: RangeText, field: NumberField): number {
  const last = parseValue(to, field);
  if (/^\d/.test(from) !== /^\d/.test(to)) {
    throw fieldProblem(field, item, "a range of two numbers or of two names");
  }
  if (last >= first) return last;
  if (!field.wraps) throw fieldProblem(field, item, "a range whose end is not before its start");
  return last + field.max - field.min + 1;
}

function count({ first, last, step }: { first: number; last: number; step: number }, field: NumberField): number[] {
  const span = field.max - field.min + 1;
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(((value - field.min) % span) + field.min);
  return values;
}

/** The allowed values, for messages. */
function valuesOf({ min, max, names }: NumberField): string {
  return `${min} to ${max}${names ? ` or ${names[0] ?? ""} to ${names.at(-1) ?? ""}` : ""}`;
}
