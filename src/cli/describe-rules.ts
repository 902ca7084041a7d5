import type { SyncRules } from "../connector/filtering.ts";
import { effectiveRules } from "../connector/rules/basic-rule.ts";

/** What sync rules do, for whoever wrote them: a line for each, in the order in which they count. None for no rules. */
export function describeRules({ advanced, basic }: SyncRules): string[] {
  const effective = effectiveRules(basic);
  return [
    ...(advanced.length === 0
      ? []
      : ["Advanced rules take the place of the selected objects. Read is what they return:"]),
    ...advanced.map(({ language, query }, index) => `  ${index + 1}. ${language}: ${oneLine(query)}`),
    ...(effective.length === 0 ? [] : ["Basic rules, of which the first that matches decides:"]),
    ...effective.map(
      ({ policy, field, rule, value }, index) =>
        `  ${index + 1}. ${policy} if ${field} ${rule} ${JSON.stringify(value)}`,
    ),
    ...(effective.length === 0 ? [] : ["  What none of them matches is included."]),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
