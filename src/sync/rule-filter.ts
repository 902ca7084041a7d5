import type { BasicRule } from "../connector/rules/basic-rule.ts";
import { compileBasicRules, type DocumentDecision } from "../connector/rules/compile-basic-rules.ts";
import type { JsonObject } from "../core/json.ts";

/** Applies basic sync rules to documents. */
export class RuleFilter {
  readonly #decide: DocumentDecision | undefined;

  /** @throws ConnectorConfigurationError for invalid rules */
  constructor(rules: readonly BasicRule[]) {
    this.#decide = rules.length === 0 ? undefined : compileBasicRules(rules);
  }

  /** Whether the document is included. It is built only if there are rules. */
  includes(document: () => JsonObject): boolean {
    return this.#decide === undefined || this.#decide(document()) === "include";
  }
}
