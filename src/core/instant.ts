const instantForm =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads a date (its first moment) or a date and time in ISO 8601, as Salesforce (`2026-01-01T00:00:00.000+0000`), Java and Python (up to nine
 * digits of a second) write it. Without a zone it is UTC. Returns whole milliseconds since the epoch; undefined for any other text.
 */
export function parseInstant(text: string): number | undefined {
  const parts = instantForm.exec(text)?.groups;
  if (!parts) return undefined;
  const { date = "", time = "00:00", fraction = "", zone = "Z" } = parts;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse would read 30 February as a day in March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const instant = Date.parse(`${date}T${seconds}.${fraction.padEnd(3, "0").slice(0, 3)}${withMinutes(zone)}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `+01` and `+0100` become `+01:00`. */
function withMinutes(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "").padEnd(2, "0")}`;
}
