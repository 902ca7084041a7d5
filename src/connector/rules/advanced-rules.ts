import { isJsonObject } from "../../core/json.ts";

// Advanced sync rules: a list of queries that takes the place of the crawl of objects. Only their form is looked at here; what a query says
// is for the adapter to read. Elastic's connectors take the same form.

/** The languages that a rule may be written in, as they are spelled in a rule. */
export const ruleLanguages = ["SOQL", "SOSL"] as const;

/** The language of a rule's query. */
export type RuleLanguage = (typeof ruleLanguages)[number];

/** One advanced rule: what this query returns is synced. */
export interface AdvancedRule {
  query: string;
  language: RuleLanguage;
}

/** One thing that is wrong with the advanced rules. */
export interface AdvancedRuleProblem {
  /** What Kibana attaches the message to. */
  id: "advanced_snippet";
  /** A sentence that names the rule by its position: what was found, what is expected. */
  message: string;
}

/** The rules, or everything that is wrong with them. */
export type ParsedAdvancedRules = { rules: readonly AdvancedRule[] } | { problems: readonly AdvancedRuleProblem[] };

/** A problem of the rules. */
export function advancedRuleProblem(message: string): AdvancedRuleProblem {
  return { id: "advanced_snippet", message };
}

/** A rule as messages name it, such as `Rule 2 (SOQL)`; positions count from one. */
export function nameOfRule(index: number, language?: RuleLanguage): string {
  return `Rule ${index + 1}${language === undefined ? "" : ` (${language})`}`;
}

/** Reads the rules as they are stored. Nothing, an empty list and Kibana's empty object all mean that there are none. */
export function parseAdvancedRules(value: unknown): ParsedAdvancedRules {
  if (value === undefined || value === null) return { rules: [] };
  if (isJsonObject(value) && Object.keys(value).length === 0) return { rules: [] };
  if (!Array.isArray(value)) {
    return {
      problems: [
        advancedRuleProblem(
          `Advanced rules are a list of objects with query and language; ${kindOf(value)} was found in its place.`,
        ),
      ],
    };
  }
  const rules: AdvancedRule[] = [];
  const problems: AdvancedRuleProblem[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const found = parseRule(item);
    if ("query" in found) rules.push(found);
    else problems.push(...found.messages.map((message) => advancedRuleProblem(`${nameOfRule(index)}: ${message}`)));
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
    messages.push(`${JSON.stringify(name)} is not known; a rule has query and language and nothing else.`);
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
