// Dates, times and dateTimes in the formats of the APIs. In memory, dates (as their UTC midnight) and dateTimes are milliseconds since
// 1970; times are milliseconds since midnight.

/** `YYYY-MM-DD` */
export function isoDay(utcMidnight: number): string {
  return new Date(utcMidnight).toISOString().slice(0, 10);
}

/** Parses `YYYY-MM-DD`. Returns undefined if the day does not exist. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  if (match === null) return undefined;
  const at = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return isoDay(at) === text ? at : undefined;
}

/** Parses a dateTime with seconds and with `Z` or an offset. Returns undefined if it is not valid. */
export function parseDateTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/iu.exec(
    text,
  );
  const day = parseDate(match?.[1] ?? "");
  if (match === null || day === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const offset = (match[6] === "-" ? -1 : 1) * (Number(match[7] ?? 0) * 60 + Number(match[8] ?? 0)) * 60_000;
  const millis = Number((match[5] ?? "0").slice(0, 3).padEnd(3, "0"));
  return day + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + millis - offset;
}

/** Parses `hh:mm:ss[.mmm]Z`. Returns undefined if the time does not exist. */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?Z?$/u.exec(text);
  if (parts === null) return undefined;
  const [, hours, minutes, seconds, millis = "0"] = parts;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(millis.padEnd(3, "0"));
}

/** A dateTime in REST: `2013-05-07T22:07:19.000+0000` */
export function dateTimeText(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, -1)}+0000`;
}

/** `hh:mm:ss.mmmZ` */
export function timeText(millis: number): string {
  return new Date(millis).toISOString().slice(11);
}
