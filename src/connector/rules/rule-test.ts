import type { BasicRule } from "./basic-rule.ts";
import type { PlainValue } from "./document-values.ts";
import { parseInstant } from "./instant.ts";
import { compilePattern } from "./pattern.ts";

/** Whether one value fulfils a rule. */
export type ValueTest = (found: PlainValue) => boolean;

const numberForm = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Makes the test of a rule's operator and value; nothing where its pattern cannot be used.
 *
 * - `equals`: text as it is, true and false in any case, numbers by their amount, dates as moments. A field that is null equals `null`, and
 *   fulfils nothing else.
 * - `contains`, `starts_with`, `ends_with`, `regex`: on the text of the value; upper and lower case differ. `regex` from the first character
 *   on, not necessarily to the last.
 * - `>`, `<`: dates as moments where the rule's value is a date, numbers by their amount, also where text holds them; any other text in
 *   the order of its characters. True and false are neither greater nor less than anything.
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
