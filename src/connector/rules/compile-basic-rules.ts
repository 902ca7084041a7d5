import type { JsonObject } from "../../core/json.ts";
import { ConnectorConfigurationError } from "../errors.ts";
import { inOrder, type BasicRule, type RulePolicy } from "./basic-rule.ts";
import { plainValuesAt } from "./document-values.ts";
import { ruleTest } from "./rule-test.ts";

export type DocumentDecision = (document: JsonObject) => RulePolicy;

/** True if a value of the rule's field, or a value nested in it, matches the rule. */
export type DocumentTest = (document: JsonObject) => boolean;

/**
 * Compiles rules into one function. Rules are applied in order, the first that matches decides, and a document that no rule matches is included.
 * @throws ConnectorConfigurationError for rules that validateBasicRules refuses
 */
export function compileBasicRules(rules: readonly BasicRule[]): DocumentDecision {
  const tests = inOrder(rules).map((rule) => ({ policy: rule.policy, matches: requireTest(rule) }));
  return (document) => tests.find(({ matches }) => matches(document))?.policy ?? "include";
}

/** Undefined if the rule's pattern is invalid. A rule does not match documents without its field. */
export function documentTest(rule: BasicRule): DocumentTest | undefined {
  const test = ruleTest(rule);
  return test && ((document) => plainValuesAt(document, rule.field).some(test));
}

function requireTest(rule: BasicRule): DocumentTest {
  const test = documentTest(rule);
  if (!test) {
    const message = `has the regular expression ${JSON.stringify(rule.value)}, which is invalid.`;
    throw new ConnectorConfigurationError([{ field: `sync rule ${rule.id}`, message }]);
  }
  return test;
}
