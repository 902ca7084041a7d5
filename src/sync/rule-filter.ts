import { setImmediate } from "node:timers/promises";
import type { BasicRule } from "../connector/rules/basic-rule.ts";
import { compileBasicRules, type DocumentDecision } from "../connector/rules/compile-basic-rules.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";

/** Rules that have run for so long give heartbeats and requests a chance to run, in milliseconds. */
const yieldAfterMs = 20;

/** Applies basic sync rules to documents. */
export class RuleFilter {
  readonly #decide: DocumentDecision | undefined;
  readonly #clock: Pick<Clock, "now">;
  #yieldedAt: number;

  /** @throws ConnectorConfigurationError for invalid rules */
  constructor(rules: readonly BasicRule[], clock: Pick<Clock, "now">) {
    this.#decide = rules.length === 0 ? undefined : compileBasicRules(rules);
    this.#clock = clock;
    this.#yieldedAt = clock.now();
  }

  /** Resolves to true if the document is included. The document is built only if there are rules. */
  async includes(document: () => JsonObject): Promise<boolean> {
    if (this.#decide === undefined) return true;
    const included = this.#decide(document()) === "include";
    if (this.#clock.now() - this.#yieldedAt > yieldAfterMs) {
      await setImmediate();
      this.#yieldedAt = this.#clock.now();
    }
    return included;
  }
}
