// Comparisons of single values as the SOQL reference describes them. They share no code with the simulator's compiler.

export type Value = string | number | null;

/** Compares texts without regard to case. */
export function sameText(a: Value, b: Value): boolean {
  return typeof a === "string" && typeof b === "string" ? a.toLowerCase() === b.toLowerCase() : a === b;
}

function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

/** Compares like ORDER BY and the inequality operators: negative, zero or positive. Null is before all values. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return Buffer.compare(Buffer.from(foldAscii(String(a))), Buffer.from(foldAscii(String(b))));
}

/** Ids are case-sensitive. */
export function compareIds(a: Value, b: Value): number {
  if (a === null || b === null) return compareValues(a, b);
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/** Evaluates LIKE without regard to case. */
export function likes(value: Value, pattern: readonly LikePart[]): boolean {
  if (typeof value !== "string") return false;
  const source = pattern
    .map((part) =>
      part === "any" ? "[^]*" : part === "one" ? "[^]" : part.text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, "iu").test(value);
}

/** `any` is `%`, `one` is `_`. */
export type LikePart = "any" | "one" | { readonly text: string };

interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day in the zone at that moment. */
export function localDay(zone: string, at: number): LocalDay {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(zone, format);
  }
  const [year = 0, month = 0, day = 0] = format.format(at).split("-").map(Number);
  return { year, month, day };
}

function dayNumber({ year, month, day }: LocalDay): number {
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}

function monthNumber({ year, month }: LocalDay): number {
  return year * 12 + month - 1;
}

function quarterNumber({ year, month }: LocalDay): number {
  return year * 4 + Math.floor((month - 1) / 3);
}

/** A fiscal year begins in February and is named after the calendar year in which it ends. */
function fiscalYear({ year, month }: LocalDay): number {
  return month >= 2 ? year + 1 : year;
}

function weekNumber(day: LocalDay): number {
  // Weeks begin on Sunday; 1970-01-04 was a Sunday.
  return Math.floor((dayNumber(day) - 3) / 7);
}

const units: Readonly<Record<string, (day: LocalDay) => number>> = {
  DAY: dayNumber,
  WEEK: weekNumber,
  MONTH: monthNumber,
  QUARTER: quarterNumber,
  YEAR: ({ year }) => year,
  FISCAL_YEAR: fiscalYear,
};

/** Compares a day with a date literal: -1 before, 0 within, 1 after its range. */
export function againstLiteral(literal: string, day: LocalDay, today: LocalDay): number {
  const { unit, from, to } = bounds(literal);
  const distance = (units[unit] ?? dayNumber)(day) - (units[unit] ?? dayNumber)(today);
  return distance < from ? -1 : distance > to ? 1 : 0;
}

function bounds(literal: string): { unit: string; from: number; to: number } {
  const fixed: Readonly<Record<string, [number, number]>> = {
    YESTERDAY: [-1, -1],
    TODAY: [0, 0],
    TOMORROW: [1, 1],
    LAST_90_DAYS: [-90, 0],
    NEXT_90_DAYS: [1, 90],
  };
  const known = fixed[literal];
  if (known !== undefined) return { unit: "DAY", from: known[0], to: known[1] };
  const [name = "", count] = literal.split(":");
  const n = Number(count);
  const ago = /^N_(\w+)S_AGO$/u.exec(name)?.[1];
  if (ago !== undefined) return { unit: ago, from: -n, to: -n };
  const counted = /^(LAST|NEXT)_N_(\w+)S$/u.exec(name);
  if (counted?.[2] !== undefined) {
    const unit = counted[2];
    if (counted[1] === "NEXT") return { unit, from: 1, to: n };
    return { unit, from: -n, to: unit === "DAY" ? 0 : -1 };
  }
  const [which = "", ...unit] = name.split("_");
  const shift = which === "LAST" ? -1 : which === "NEXT" ? 1 : 0;
  return { unit: unit.join("_"), from: shift, to: shift };
}

/** Parses `YYYY-MM-DD`. */
export function dayOfText(text: string): LocalDay {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  return { year, month, day };
}
