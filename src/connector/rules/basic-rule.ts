export const rulePolicies = ["include", "exclude"] as const;

export type RulePolicy = (typeof rulePolicies)[number];

export const ruleOperators = ["equals", "contains", "starts_with", "ends_with", "regex", ">", "<"] as const;

export type RuleOperator = (typeof ruleOperators)[number];

export interface BasicRule {
  id: string;
  policy: RulePolicy;
  /** A field of the document; `Owner.Name` names a field of a related record. */
  field: string;
  rule: RuleOperator;
  value: string;
  /** Rules are applied in ascending order. */
  order: number;
}

/** A validation error of sync rules. Kibana shows it beside the rules. */
export interface RuleProblem {
  /** The basic rules concerned; empty if they have no id, or if all rules are concerned. */
  ids: readonly string[];
  /** Set if the advanced rules are concerned. */
  advanced?: true;
  /** Sentences with the found and the allowed values. */
  messages: readonly string[];
}

/** The rules in the order in which they are applied. */
export function inOrder(rules: readonly BasicRule[]): BasicRule[] {
  return [...rules].sort((a, b) => a.order - b.order);
}
