const form =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?<fraction>\.\d{1,9})?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Parses a date (its first moment) or a date and time, in ISO 8601 or in Salesforce's form (`2026-01-01T00:00:00.000+0000`). Without a zone
 * it is UTC. Returns milliseconds since the epoch; undefined for any other text.
 */
export function parseInstant(text: string): number | undefined {
  const groups = form.exec(text.trim())?.groups;
  if (!groups) return undefined;
  const { date = "", time = "00:00", fraction = "", zone = "Z" } = groups;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse would read 30 February as a day in March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2").toUpperCase();
  const instant = Date.parse(`${date}T${seconds}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}
