import type { BasicRule } from "./basic-rule.ts";
import type { PlainValue } from "./document-values.ts";
import { compilePattern } from "./pattern.ts";

export type ValueTest = (found: PlainValue) => boolean;

const instantForm =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d)?)(?<fraction>\.\d{1,9})?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;
const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Compiles a rule's operator and value. Undefined if its pattern is invalid.
 *
 * - `equals`: compares text exactly, booleans in any case, numbers and dates by value. Null equals only `null`, and matches no other operator.
 * - `contains`, `starts_with`, `ends_with`, `regex`: test the value as text, case-sensitive. `regex` must match from the first character on,
 *   but not to the last.
 * - `>`, `<`: compare instants if the rule's value is a date, numbers if both are numbers or numeric text, and otherwise text by character
 *   codes. Booleans never match.
 */
export function ruleTest({ rule, value }: BasicRule): ValueTest | undefined {
  switch (rule) {
    case "equals":
      return equalTo(value);
    case "contains":
      return onText((text) => text.includes(value));
    case "starts_with":
      return onText((text) => text.startsWith(value));
    case "ends_with":
      return onText((text) => text.endsWith(value));
    case "regex": {
      const { test } = compilePattern(value);
      return test && onText(test);
    }
    case ">":
      return compared(value, (order) => order > 0);
    case "<":
      return compared(value, (order) => order < 0);
  }
}

function onText(test: (text: string) => boolean): ValueTest {
  return (found) => found !== null && test(String(found));
}

function equalTo(value: string): ValueTest {
  const name = value.trim().toLowerCase();
  const amount = toNumber(value);
  const instant = parseInstant(value);
  return (found) => {
    if (found === null || typeof found === "boolean") return String(found) === name;
    if (typeof found === "number") return found === amount;
    return found === value || (instant !== undefined && parseInstant(found) === instant);
  };
}

function compared(value: string, decide: (order: number) => boolean): ValueTest {
  const amount = toNumber(value);
  const instant = parseInstant(value);
  return (found) => {
    if (found === null || typeof found === "boolean") return false;
    if (instant !== undefined)
      return decide((typeof found === "string" ? (parseInstant(found) ?? NaN) : NaN) - instant);
    const foundAmount = typeof found === "number" ? found : toNumber(found);
    if (amount !== undefined && foundAmount !== undefined) return decide(foundAmount - amount);
    return typeof found === "string" && decide(found < value ? -1 : found > value ? 1 : 0);
  };
}

function toNumber(text: string): number | undefined {
  return numberForm.test(text.trim()) ? Number(text) : undefined;
}

/**
 * Parses a date (its first moment) or a date and time, in ISO 8601 or in Salesforce's form (`2026-01-01T00:00:00.000+0000`). Without a zone
 * it is UTC. Returns milliseconds since the epoch; undefined for any other text.
 */
function parseInstant(text: string): number | undefined {
  const groups = instantForm.exec(text.trim())?.groups;
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
