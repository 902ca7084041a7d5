import { AppError } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";

// Advanced sync rules: a list of queries that replaces the selected objects. This file checks their form; salesforce/rules parses the queries.
// Elastic's connectors take the same form.

export const ruleLanguages = ["SOQL", "SOSL"] as const;

export type RuleLanguage = (typeof ruleLanguages)[number];

/** One advanced rule: the records that its query returns are synced. */
export interface AdvancedRule {
  query: string;
  language: RuleLanguage;
}

/** A problem of the advanced rules. */
export interface AdvancedRuleProblem {
  /** Sentences with the position of the rule, and the found and expected values. */
  message: string;
}

/** The advanced sync rules are malformed, or Salesforce refuses a query. Lists every problem at once. */
export class AdvancedRulesError extends AppError {
  override readonly code = "advanced_rules";

  constructor(problems: readonly AdvancedRuleProblem[]) {
    super(`The advanced sync rules are invalid. ${problems.map(({ message }) => message).join(" ")}`, {
      hint: "Correct the rules; until then nothing is synced and nothing is deleted.",
    });
  }
}

export type ParsedAdvancedRules = { rules: readonly AdvancedRule[] } | { problems: readonly AdvancedRuleProblem[] };

/** The name of a rule in messages, such as `Rule 2 (SOQL)`; positions count from one. */
export function nameOfRule(index: number, language?: RuleLanguage): string {
  return `Rule ${index + 1}${language === undefined ? "" : ` (${language})`}`;
}

/** Parses the rules. Undefined, null, an empty list and an empty object mean that there are none. */
export function parseAdvancedRules(value: unknown): ParsedAdvancedRules {
  if (value === undefined || value === null) return { rules: [] };
  if (isJsonObject(value) && Object.keys(value).length === 0) return { rules: [] };
  if (!Array.isArray(value)) {
    return {
      problems: [
        { message: `Advanced rules must be a list of objects with query and language; found ${kindOf(value)}.` },
      ],
    };
  }
  const rules: AdvancedRule[] = [];
  const problems: AdvancedRuleProblem[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const found = parseRule(item);
    if ("query" in found) rules.push(found);
    else problems.push(...found.messages.map((message) => ({ message: `${nameOfRule(index)}: ${message}` })));
  }
  return problems.length > 0 ? { problems } : { rules };
}

function parseRule(item: unknown): AdvancedRule | { messages: string[] } {
  if (!isJsonObject(item)) return { messages: [`expected an object with query and language, found ${kindOf(item)}.`] };
  const { query, language, ...others } = item;
  const messages: string[] = [];
  if (typeof query !== "string") messages.push(missingOr(query, "query", "a SOQL or SOSL statement"));
  else if (query.trim() === "") messages.push("query is empty; expected a SOQL or SOSL statement.");
  const known = ruleLanguages.find((name) => name === language);
  if (known === undefined) messages.push(languageMessage(language));
  for (const name of Object.keys(others)) {
    messages.push(`${JSON.stringify(name)} is unknown; a rule has only query and language.`);
  }
  return messages.length === 0 && typeof query === "string" && known !== undefined
    ? { query, language: known }
    : { messages };
}

function languageMessage(language: unknown): string {
  if (typeof language !== "string") return missingOr(language, "language", "SOQL or SOSL");
  return `language is ${JSON.stringify(language)}; expected SOQL or SOSL, in capitals.`;
}

function missingOr(value: unknown, name: string, expected: string): string {
  return value === undefined
    ? `${name} is missing; expected ${expected}.`
    : `${name} is ${kindOf(value)}; expected ${expected}.`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
