import { effectiveRules, isDefaultRule, type BasicRule, type RuleProblem } from "./basic-rule.ts";
import { findRulesThatDropAll } from "./excludes-everything.ts";
import { parseBasicRules } from "./parse-basic-rules.ts";
import { compilePattern } from "./pattern.ts";

/**
 * Everything that is wrong with rules as they are stored, each problem at the rules that it is about; empty where they can be used. Nothing
 * of it needs a server.
 */
export function validateBasicRules(stored: unknown): RuleProblem[] {
  const { rules, problems } = parseBasicRules(stored);
  const effective = effectiveRules(rules);
  return [
    ...problems,
    ...sharedIds(rules),
    ...rules.filter(isDefaultRule).flatMap(changedDefault),
    ...effective.flatMap(patternProblem),
    ...duplicates(effective),
    ...findRulesThatDropAll(effective),
  ];
}

function sharedIds(rules: readonly BasicRule[]): RuleProblem[] {
  return [...Map.groupBy(rules, ({ id }) => id)]
    .filter(([, sharing]) => sharing.length > 1)
    .map(([id, sharing]) => ({
      ids: [id],
      messages: [`${sharing.length} rules have the id ${id}; each needs its own.`],
    }));
}

function changedDefault({ id, policy }: BasicRule): RuleProblem[] {
  if (policy === "include") return [];
  const message =
    "The DEFAULT rule stands for what no other rule matches, which is always included. To sync only what include rules match, put an exclude rule after them that matches the rest, such as id regex .+";
  return [{ ids: [id], messages: [message] }];
}

function patternProblem({ id, rule, value }: BasicRule): RuleProblem[] {
  if (rule !== "regex") return [];
  const { test, problem } = compilePattern(value);
  if (problem !== undefined) {
    return [{ ids: [id], messages: [`The regular expression ${JSON.stringify(value)} ${problem}.`] }];
  }
  // A pattern that takes the empty text takes the beginning of every other, unless it asks for the end.
  if (!["", "a", "0 -", "Z"].every(test)) return [];
  const message = `The regular expression ${JSON.stringify(value)} matches everything, as only the DEFAULT rule may; name what the field must hold, or use .+ for any text.`;
  return [{ ids: [id], messages: [message] }];
}

/** Each pair of rules that ask the same, whatever they do then: the second is never reached. */
function duplicates(rules: readonly BasicRule[]): RuleProblem[] {
  const same = Map.groupBy(rules, ({ field, rule, value }) => JSON.stringify([field, rule, value]));
  return [...same.values()].flatMap((group) =>
    group.flatMap((first, index) => group.slice(index + 1).map((second) => duplicate(first, second))),
  );
}

function duplicate(first: BasicRule, second: BasicRule): RuleProblem {
  const asked = `${first.field} ${first.rule} ${JSON.stringify(first.value)}`;
  const effect =
    first.policy === second.policy ? "the second changes nothing" : `the first one, ${first.policy}, always decides`;
  return { ids: [first.id, second.id], messages: [`Two rules ask whether ${asked}; ${effect}. Remove one of them.`] };
}
