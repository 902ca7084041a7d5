const form =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?<fraction>\.\d{1,9})?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * The moment (milliseconds since the epoch) that a text names: a date such as `2026-01-01`, which is its first moment, or a date and time, as
 * Salesforce writes it (`2026-01-01T00:00:00.000+0000`) or as ISO 8601 does. Without a zone it is UTC. Nothing for any other text.
 */
export function parseInstant(text: string): number | undefined {
  const groups = form.exec(text.trim())?.groups;
  if (!groups) return undefined;
  const { date = "", time = "00:00", fraction = "", zone = "Z" } = groups;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // A day that its month does not have would be taken for one of the next.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2").toUpperCase();
  const instant = Date.parse(`${date}T${seconds}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}
