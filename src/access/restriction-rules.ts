import type { AccessProblems } from "./access-problems.ts";
import type { RestrictionRuleFacts, Table } from "./sharing-facts.ts";

/** Custom objects may have restriction rules; the six standard objects of the connector may not. */
export const isCustom = (object: string): boolean => object.endsWith("__c");

/** The Tooling API may name a custom object by an id. */
const isObjectName = (target: string | null | undefined): boolean =>
  typeof target === "string" && !/^01I[A-Za-z0-9]{12,15}$/u.test(target);

/**
 * The objects whose records are limited after sharing, so that only View All is sure to see them. The filters of the rules are not evaluated.
 * Scoping rules limit nothing.
 */
export class RestrictionRules {
  readonly #restricted: (object: string) => boolean;

  constructor(rules: Table<RestrictionRuleFacts>, problems: AccessProblems) {
    const active = (rules ?? []).filter((rule) => rule.enforcementType !== "Scoping" && rule.isActive !== false);
    const unknown = rules === undefined || active.some(({ targetObject }) => !isObjectName(targetObject));
    const targets = new Set(active.map(({ targetObject }) => targetObject));
    this.#restricted = (object) => targets.has(object) || (unknown && isCustom(object));
    if (unknown) {
      problems.add("RestrictionRule could not be read: only View All on them opens custom objects and their details.");
    }
    for (const target of targets) {
      problems.add("A restriction rule is active: only View All opens the object and its details.", target ?? "");
    }
  }

  restricts(object: string): boolean {
    return this.#restricted(object);
  }
}
