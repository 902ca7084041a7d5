import { malformedQuery } from "../core/salesforce-error.ts";
import { calendarDay } from "../core/time-zone.ts";

/** The settings that date literals depend on. */
export interface Calendar {
  readonly now: number;
  readonly timeZone: string;
  /** From 1 to 12. */
  readonly fiscalStartMonth: number;
  /** 0 is Sunday. */
  readonly firstDayOfWeek: number;
}

/** Days as UTC midnights. `to` is exclusive. */
interface DayRange {
  readonly from: number;
  readonly to: number;
}

const day = 86_400_000;

type Unit = "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR" | "FISCAL_QUARTER" | "FISCAL_YEAR";

const fixed: ReadonlySet<string> = new Set(["YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"]);
const plain = /^(?<which>LAST|THIS|NEXT)_(?<unit>WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)$/u;
const counted =
  /^(?:(?<which>LAST|NEXT)_N_(?<unit>DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S|N_(?<ago>DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S_AGO):(?<count>\d+)$/u;

/** Tells if a text in upper case is a date literal: `TODAY`, `LAST_N_DAYS:5`. */
export function isDateLiteral(text: string): boolean {
  return fixed.has(text) || plain.test(text) || counted.test(text);
}

/** The days of a date literal in the user's time zone ("Date Formats and Date Literals"). */
export function dateRange(literal: string, calendar: Calendar): DayRange {
  const today = calendarDay(calendar.timeZone, calendar.now);
  const days = (from: number, to: number) => ({ from: today + from * day, to: today + to * day });
  switch (literal) {
    case "YESTERDAY":
      return days(-1, 0);
    case "TODAY":
      return days(0, 1);
    case "TOMORROW":
      return days(1, 2);
    case "LAST_90_DAYS":
      return days(-90, 1);
    case "NEXT_90_DAYS":
      return days(1, 91);
    default:
      return unitRange(literal, today, calendar);
  }
}

function unitRange(literal: string, today: number, calendar: Calendar): DayRange {
  const { unit, from, to } = offsets(literal);
  // `LAST_N_DAYS:n` includes today; longer units do not include the current one.
  if (unit === "DAY") return { from: today + from * day, to: today + to * day };
  return {
    from: startOfUnit(unit, today, { calendar, shift: from }),
    to: startOfUnit(unit, today, { calendar, shift: to }),
  };
}

function offsets(literal: string): { unit: Unit; from: number; to: number } {
  const named = plain.exec(literal)?.groups;
  if (named !== undefined) {
    const shift = named["which"] === "LAST" ? -1 : named["which"] === "NEXT" ? 1 : 0;
    return { unit: named["unit"] as Unit, from: shift, to: shift + 1 };
  }
  const groups = counted.exec(literal)?.groups;
  const count = Number(groups?.["count"]);
  if (groups === undefined || !Number.isSafeInteger(count) || count > 100_000) {
    throw malformedQuery(`unexpected token: '${literal}'`);
  }
  if (groups["ago"] !== undefined) return { unit: groups["ago"] as Unit, from: -count, to: -count + 1 };
  const unit = groups["unit"] as Unit;
  if (groups["which"] === "NEXT") return { unit, from: 1, to: count + 1 };
  return { unit, from: -count, to: unit === "DAY" ? 1 : 0 };
}

function startOfUnit(
  unit: Exclude<Unit, "DAY">,
  today: number,
  { calendar, shift }: { calendar: Calendar; shift: number },
): number {
  const date = new Date(today);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const fiscalMonth = (month - (calendar.fiscalStartMonth - 1) + 12) % 12;
  switch (unit) {
    case "WEEK": {
      const back = (date.getUTCDay() - calendar.firstDayOfWeek + 7) % 7;
      return today - back * day + shift * 7 * day;
    }
    case "MONTH":
      return Date.UTC(year, month + shift, 1);
    case "QUARTER":
      return Date.UTC(year, Math.floor(month / 3) * 3 + shift * 3, 1);
    case "YEAR":
      return Date.UTC(year + shift, 0, 1);
    case "FISCAL_QUARTER":
      return Date.UTC(year, month - (fiscalMonth % 3) + shift * 3, 1);
    case "FISCAL_YEAR":
      return Date.UTC(year, month - fiscalMonth + shift * 12, 1);
  }
}
