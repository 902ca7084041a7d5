/** What a rule does with a document that it matches. */
export const rulePolicies = ["include", "exclude"] as const;

/** What a rule does with a document that it matches. */
export type RulePolicy = (typeof rulePolicies)[number];

/** How a rule compares a field with its value. */
export const ruleOperators = ["equals", "contains", "starts_with", "ends_with", "regex", ">", "<"] as const;

/** How a rule compares a field with its value. */
export type RuleOperator = (typeof ruleOperators)[number];

/** A basic sync rule. */
export interface BasicRule {
  id: string;
  policy: RulePolicy;
  /** The document's field; `Owner.Name` for a field of a related record. */
  field: string;
  rule: RuleOperator;
  value: string;
  /** Rules are tried from the least to the greatest. */
  order: number;
}

/** Something that is wrong with rules, as Kibana shows it beside them. */
export interface RuleProblem {
  /** The rules that it is about; none where they have no id, or where it is about all of them. */
  ids: string[];
  /** Sentences: what was found, what is allowed. */
  messages: string[];
}

/** The rule that Elasticsearch appends to every list: include the rest. It decides nothing, because the rest is included anyway. */
export function isDefaultRule({ id }: BasicRule): boolean {
  return id === "DEFAULT";
}

/** The rules that decide something, in the order in which they are tried. */
export function effectiveRules(rules: readonly BasicRule[]): BasicRule[] {
  return rules.filter((rule) => !isDefaultRule(rule)).sort((a, b) => a.order - b.order);
}
