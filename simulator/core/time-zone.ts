// Shared by all orgs, because creating a format is slow.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

/** The offset of the zone from UTC at that moment, in milliseconds. */
export function zoneOffset(zone: string, at: number): number {
  if (zone === "GMT" || zone === "UTC") return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value);
  const local = Date.UTC(
    parts["year"] ?? 0,
    (parts["month"] ?? 1) - 1,
    parts["day"] ?? 1,
    parts["hour"] ?? 0,
    parts["minute"] ?? 0,
    parts["second"] ?? 0,
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** The moment at which a calendar day begins in the zone. The day is given as its UTC midnight. */
export function startOfDay(zone: string, utcMidnight: number): number {
  const guess = utcMidnight - zoneOffset(zone, utcMidnight);
  return utcMidnight - zoneOffset(zone, guess);
}

/** The calendar day in the zone at that moment, as its UTC midnight. */
export function calendarDay(zone: string, at: number): number {
  const local = at + zoneOffset(zone, at);
  return Math.floor(local / 86_400_000) * 86_400_000;
}
