import { parseAdvancedRules, type AdvancedRule } from "./advanced-rules.ts";
import type { BasicRule, RuleProblem } from "./basic-rule.ts";
import { parseBasicRules } from "./parse-basic-rules.ts";
import { validateBasicRules } from "./validate-basic-rules.ts";

/** The sync rules that a sync applies. */
export interface SyncRules {
  basic: readonly BasicRule[];
  advanced: readonly AdvancedRule[];
}

/** Sync rules, with every problem that can be found without asking Salesforce. Rules with problems must not be applied. */
export interface ParsedRules extends SyncRules {
  problems: readonly RuleProblem[];
}

/** Parses and validates rules from a configuration file or a connector. Both lists may be missing. */
export function parseRules({ basic, advanced }: { basic: unknown; advanced: unknown }): ParsedRules {
  const parsed = parseAdvancedRules(advanced);
  return {
    basic: parseBasicRules(basic).rules,
    advanced: "rules" in parsed ? parsed.rules : [],
    problems: [
      ...validateBasicRules(basic),
      ...("problems" in parsed ? parsed.problems.map(({ message }) => advancedProblem(message)) : []),
    ],
  };
}

/** A problem of the advanced rules, in the form shared with basic rules. */
export function advancedProblem(message: string): RuleProblem {
  return { ids: [], advanced: true, messages: [message] };
}
