import type { JsonObject } from "../../core/json.ts";
import { ConnectorConfigurationError } from "../errors.ts";
import { effectiveRules, type BasicRule, type RulePolicy } from "./basic-rule.ts";
import { plainValuesAt } from "./document-values.ts";
import { ruleTest } from "./rule-test.ts";

/** What becomes of a document. */
export type DocumentDecision = (document: JsonObject) => RulePolicy;

/** Whether a document has the rule's field, with a value (or a value within) that fulfils the rule. */
export type DocumentTest = (document: JsonObject) => boolean;

/**
 * Makes one decision of rules: they are tried in their order, the first that matches decides, and a document that none matches is included.
 * @throws ConnectorConfigurationError for rules that validateBasicRules would not have let pass
 */
export function compileBasicRules(rules: readonly BasicRule[]): DocumentDecision {
  const tests = effectiveRules(rules).map((rule) => ({ policy: rule.policy, matches: requireTest(rule) }));
  return (document) => tests.find(({ matches }) => matches(document))?.policy ?? "include";
}

/** The test of one rule; nothing where its pattern cannot be used. A rule on a field that a document lacks does not match it. */
export function documentTest(rule: BasicRule): DocumentTest | undefined {
  const test = ruleTest(rule);
  return test && ((document) => plainValuesAt(document, rule.field).some(test));
}

function requireTest(rule: BasicRule): DocumentTest {
  const test = documentTest(rule);
  if (!test) {
    const message = `has the regular expression ${JSON.stringify(rule.value)}, which cannot be used.`;
    throw new ConnectorConfigurationError([{ field: `sync rule ${rule.id}`, message }]);
  }
  return test;
}
