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

  /** Returns true if the document is included. The document is built only if there are rules. */
  includes(document: () => JsonObject): boolean {
    return this.#decide === undefined || this.#decide(document()) === "include";
  }

  /** Yields to the event loop if rules have run for too long. Undefined if that is not necessary. */
  pause(): Promise<void> | undefined {
    if (this.#decide === undefined || this.#clock.now() - this.#yieldedAt <= yieldAfterMs) return undefined;
    return setImmediate().then(() => {
      this.#yieldedAt = this.#clock.now();
    });
  }
}
