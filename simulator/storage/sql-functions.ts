import type { DatabaseSync } from "node:sqlite";
import { zoneOffset } from "../core/time-zone.ts";

/** Registers the functions of SOQL that SQLite lacks. */
export function registerFunctions(database: DatabaseSync): void {
  const pure = { deterministic: true };
  database.function("sf_fold", pure, (text) => (typeof text === "string" ? text.toLowerCase() : text));
  database.function("sf_date_part", { ...pure, varargs: true }, (...parameters) => {
    const [name, value, zone, fiscalStart] = parameters;
    return datePart(String(name), value, { zone: String(zone), fiscalStart: Number(fiscalStart) });
  });
  database.function("sf_distance", { ...pure, varargs: true }, (...parameters) =>
    distance(parameters.slice(0, 4), String(parameters[4])),
  );
}

/** The result of a SOQL date function for a date (ISO text) or a dateTime (milliseconds). */
function datePart(
  name: string,
  value: unknown,
  { zone, fiscalStart }: { zone: string; fiscalStart: number },
): number | string | null {
  const at = millis(value, zone);
  if (at === undefined) return null;
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const dayOfYear = Math.floor((at - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const fiscalMonth = ((month - (fiscalStart - 1) + 12) % 12) + 1;
  const parts: Record<string, number | string> = {
    CALENDAR_YEAR: year,
    CALENDAR_QUARTER: Math.floor(month / 3) + 1,
    CALENDAR_MONTH: month + 1,
    // A fiscal year is named after the calendar year in which it ends.
    FISCAL_YEAR: fiscalStart > 1 && month >= fiscalStart - 1 ? year + 1 : year,
    FISCAL_QUARTER: Math.ceil(fiscalMonth / 3),
    FISCAL_MONTH: fiscalMonth,
    DAY_IN_MONTH: day,
    DAY_IN_WEEK: date.getUTCDay() + 1,
    DAY_IN_YEAR: dayOfYear,
    WEEK_IN_MONTH: Math.ceil(day / 7),
    WEEK_IN_YEAR: Math.ceil(dayOfYear / 7),
    HOUR_IN_DAY: date.getUTCHours(),
    DAY_ONLY: date.toISOString().slice(0, 10),
  };
  return parts[name] ?? null;
}

function millis(value: unknown, zone: string): number | undefined {
  if (typeof value === "string") return Date.parse(value);
  return typeof value === "number" ? value + zoneOffset(zone, value) : undefined;
}

const earthRadius: Readonly<Record<string, number>> = { km: 6371.0088, mi: 3958.7613 };

/** The great-circle distance (haversine) between two points in degrees, or null if a coordinate is missing. */
function distance(coordinates: readonly unknown[], unit: string): number | null {
  const [lat1, lon1, lat2, lon2] = coordinates.map((value) =>
    typeof value === "number" ? (value * Math.PI) / 180 : undefined,
  );
  if (lat1 === undefined || lon1 === undefined || lat2 === undefined || lon2 === undefined) return null;
  const a = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
  return 2 * (earthRadius[unit] ?? 0) * Math.asin(Math.min(1, Math.sqrt(a)));
}
