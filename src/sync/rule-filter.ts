import type { BasicRule } from "../connector/rules/basic-rule.ts";
import { compileBasicRules, type DocumentDecision } from "../connector/rules/compile-basic-rules.ts";
import { effectiveRules } from "../connector/rules/basic-rule.ts";
import type { JsonObject } from "../core/json.ts";

/** Which documents the basic sync rules let into the index. */
export class RuleFilter {
  readonly #decide: DocumentDecision | undefined;

  /**
   * Makes the filter of rules; without any, every document passes unread.
   * @throws ConnectorConfigurationError for rules that cannot be used
   */
  constructor(rules: readonly BasicRule[]) {
    this.#decide = effectiveRules(rules).length === 0 ? undefined : compileBasicRules(rules);
  }

  /** Whether a document is written: one that is ready, or the bytes of one. */
  keeps(document: JsonObject | Buffer): boolean {
    if (!this.#decide) return true;
    const parsed = Buffer.isBuffer(document) ? (JSON.parse(document.toString()) as JsonObject) : document;
    return this.#decide(parsed) === "include";
  }
}
