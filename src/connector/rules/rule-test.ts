import { parseInstant } from "../../core/instant.ts";
import type { BasicRule } from "./basic-rule.ts";
import type { PlainValue } from "./document-values.ts";
import { compilePattern } from "./pattern.ts";

export type ValueTest = (found: PlainValue) => boolean;

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
  const instant = parseInstant(value.trim());
  return (found) => {
    if (found === null || typeof found === "boolean") return String(found) === name;
    if (typeof found === "number") return found === amount;
    return found === value || (instant !== undefined && parseInstant(found.trim()) === instant);
  };
}

function compared(value: string, decide: (order: number) => boolean): ValueTest {
  const amount = toNumber(value);
  const instant = parseInstant(value.trim());
  return (found) => {
    if (found === null || typeof found === "boolean") return false;
    if (instant !== undefined)
      return decide((typeof found === "string" ? (parseInstant(found.trim()) ?? NaN) : NaN) - instant);
    const foundAmount = typeof found === "number" ? found : toNumber(found);
    if (amount !== undefined && foundAmount !== undefined) return decide(foundAmount - amount);
    return typeof found === "string" && decide(found < value ? -1 : found > value ? 1 : 0);
  };
}

function toNumber(text: string): number | undefined {
  return numberForm.test(text.trim()) ? Number(text) : undefined;
}
