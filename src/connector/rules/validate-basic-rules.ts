import { inOrder, type BasicRule, type RuleProblem } from "./basic-rule.ts";
import { findRulesThatExcludeEverything } from "./excludes-everything.ts";
import { parseBasicRules } from "./parse-basic-rules.ts";
import { compilePattern } from "./pattern.ts";

/** Validates basic rules without asking a server. Returns an empty list for valid rules. */
export function validateBasicRules(stored: unknown): RuleProblem[] {
  const { rules, problems } = parseBasicRules(stored);
  const ordered = inOrder(rules);
  return [
    ...problems,
    ...sharedIds(rules),
    ...ordered.flatMap(patternProblem),
    ...duplicates(ordered),
    ...findRulesThatExcludeEverything(ordered),
  ];
}

function sharedIds(rules: readonly BasicRule[]): RuleProblem[] {
  return [...Map.groupBy(rules, ({ id }) => id)]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([id, sharing]) => ({
      ids: [id],
      messages: [`${sharing.length} rules have the id ${id}. Give each rule its own id.`],
    }));
}

function patternProblem({ id, rule, value }: BasicRule): RuleProblem[] {
  if (rule !== "regex") return [];
  const { test, problem } = compilePattern(value);
  if (problem !== undefined) {
    return [{ ids: [id], messages: [`The regular expression ${JSON.stringify(value)} ${problem}.`] }];
  }
  // A pattern that matches the empty text also matches the beginning of every other text, unless it requires the end.
  if (!["", "a", "0 -", "Z"].every(test)) return [];
  const message = `The regular expression ${JSON.stringify(value)} matches everything. Use a pattern for the wanted values, or .+ for any text.`;
  return [{ ids: [id], messages: [message] }];
}

/** Reports each pair of rules with the same condition: the second is never reached. */
function duplicates(rules: readonly BasicRule[]): RuleProblem[] {
  const same = Map.groupBy(rules, ({ field, rule, value }) => JSON.stringify([field, rule, value]));
  return [...same.values()].flatMap((group) =>
    group.flatMap((first, index) => group.slice(index + 1).map((second) => duplicate(first, second))),
  );
}

function duplicate(first: BasicRule, second: BasicRule): RuleProblem {
  const condition = `${first.field} ${first.rule} ${JSON.stringify(first.value)}`;
  const effect =
    first.policy === second.policy ? "the second has no effect" : `only the first one (${first.policy}) has an effect`;
  return {
    ids: [first.id, second.id],
    messages: [`Two rules have the same condition, ${condition}: ${effect}. Remove one of them.`],
  };
}
