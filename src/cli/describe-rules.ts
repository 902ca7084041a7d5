import { inOrder } from "../connector/rules/basic-rule.ts";
import type { SyncRules } from "../connector/rules/sync-rules.ts";

/** Describes sync rules, one line each, in the order in which they are applied. */
export function describeRules({ advanced, basic }: SyncRules): string[] {
  return [
    ...(advanced.length === 0 ? [] : ["Advanced rules replace the selected objects. These queries are synced:"]),
    ...advanced.map(({ language, query }, index) => `  ${index + 1}. ${language}: ${oneLine(query)}`),
    ...(basic.length === 0 ? [] : ["Basic rules; the first one that matches decides:"]),
    ...inOrder(basic).map(
      ({ policy, field, rule, value }, index) =>
        `  ${index + 1}. ${policy} if ${field} ${rule} ${JSON.stringify(value)}`,
    ),
    ...(basic.length === 0 ? [] : ["  Documents that no rule matches are included."]),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
