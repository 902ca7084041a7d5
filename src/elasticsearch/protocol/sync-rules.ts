import type { DraftRules } from "../../connector/stored-connector.ts";
import type { RuleProblem } from "../../connector/rules/basic-rule.ts";
import { parseRules, type ParsedRules, type SyncRules } from "../../connector/rules/sync-rules.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

// A connector's `filtering`: a list of one element with a draft, which a person edits, and the active rules, which syncs apply. Each is a filter
// of basic rules, advanced rules and the result of their validation.

const domain = "DEFAULT";

/** Elasticsearch appends this rule to every list. It has no effect: documents that no rule matches are included anyway. */
const defaultRule = { id: "DEFAULT", policy: "include", field: "_", rule: "regex", value: ".*" } as const;

const noRules: ParsedRules = { basic: [], advanced: [], problems: [] };

const malformedMessage =
  "Its sync rules are malformed: expected a list of one object with draft and active. Save the rules again in Kibana.";

/** The rules of a connector. */
export interface ConnectorRules {
  active: ParsedRules;
  draft: DraftRules | undefined;
  malformed: string | undefined;
}

/** Reads the `filtering` of a connector. */
export function readFiltering(stored: unknown): ConnectorRules {
  const element = elementOf(stored);
  if (element === undefined) return { active: noRules, draft: undefined, malformed: undefined };
  if (element === "malformed") {
    const problem = { ids: [], messages: [malformedMessage] };
    return { active: { ...noRules, problems: [problem] }, draft: undefined, malformed: malformedMessage };
  }
  const { draft, active } = element;
  return {
    active: readActiveRules(active),
    draft: { edited: validationState(draft) === "edited", rules: readFilter(draft) },
    malformed: undefined,
  };
}

/** The element of `filtering`, undefined if there are no rules. */
function elementOf(stored: unknown): { draft: JsonValue; active: JsonValue } | "malformed" | undefined {
  if (stored === undefined || stored === null || (Array.isArray(stored) && stored.length === 0)) return undefined;
  const element: unknown = Array.isArray(stored) ? stored[0] : stored;
  if (!isJsonObject(element)) return "malformed";
  const { draft, active } = element;
  return draft === undefined || active === undefined ? "malformed" : { draft, active };
}

/** Reads the rules in a job: the active filter, or in older versions of Kibana a list of elements with draft and active. */
export function readJobRules(stored: unknown): ParsedRules {
  const filter: unknown = Array.isArray(stored) ? stored[0] : stored;
  return readActiveRules(isJsonObject(filter) && "active" in filter ? filter["active"] : filter);
}

/**
 * Reads rules that a sync is to apply. Rules that were not validated have a problem: applied as if there were none, they would include what they
 * exclude. Undefined, null and an empty object are no rules.
 */
function readActiveRules(filter: unknown): ParsedRules {
  if (filter === undefined || filter === null || (isJsonObject(filter) && Object.keys(filter).length === 0))
    return noRules;
  const rules = readFilter(filter);
  return isValidated(filter)
    ? rules
    : { ...rules, problems: [{ ids: [], messages: ["Its sync rules are not validated."] }, ...rules.problems] };
}

function isValidated(filter: unknown): boolean {
  if (!isJsonObject(filter) || !("rules" in filter || "advanced_snippet" in filter)) return false;
  return filter["validation"] === undefined || validationState(filter) === "valid";
}

function validationState(filter: unknown): JsonValue | undefined {
  const validation = isJsonObject(filter) ? filter["validation"] : undefined;
  return isJsonObject(validation) ? validation["state"] : undefined;
}

function readFilter(filter: unknown): ParsedRules {
  if (filter === undefined || filter === null) return noRules;
  if (!isJsonObject(filter)) {
    const message = "The sync rules must be an object with rules and advanced_snippet.";
    return { ...noRules, problems: [{ ids: [], messages: [message] }] };
  }
  const { rules, advanced_snippet: snippet } = filter;
  const basic = Array.isArray(rules) ? rules.filter((rule) => !isDefaultRule(rule)) : rules;
  const parsed = parseRules({ basic, advanced: isJsonObject(snippet) ? snippet["value"] : snippet });
  return { ...parsed, problems: [...parsed.problems, ...defaultRuleProblems(rules)] };
}

function isDefaultRule(rule: JsonValue): boolean {
  return isJsonObject(rule) && rule["id"] === defaultRule.id;
}

function defaultRuleProblems(rules: JsonValue | undefined): RuleProblem[] {
  const found = Array.isArray(rules) ? rules.filter(isDefaultRule).filter(isJsonObject) : [];
  if (found.every(({ policy }) => typeof policy === "string" && policy.trim().toLowerCase() === "include")) return [];
  const message =
    "The DEFAULT rule includes every document that no other rule matches. To sync only documents that include rules match, add an exclude rule after them that matches the rest, such as id regex .+";
  return [{ ids: [defaultRule.id], messages: [message] }];
}

/** The `filtering` of a connector with these rules, validated. `at` is ISO 8601. */
export function writeFiltering({ basic, advanced }: SyncRules, at: string): JsonValue[] {
  const stamps = { created_at: at, updated_at: at };
  const filter = {
    rules: [
      ...basic.map((rule) => ({ ...rule, ...stamps })),
      { ...defaultRule, order: Math.max(-1, ...basic.map(({ order }) => order)) + 1, ...stamps },
    ],
    advanced_snippet: { value: advanced.length === 0 ? {} : advanced.map((rule) => ({ ...rule })), ...stamps },
    validation: { state: "valid", errors: [] },
  };
  return [{ domain, draft: filter, active: filter }];
}

/** Records the validation of the draft in a stored `filtering`. Without problems the draft becomes active. */
export function validateDraft(stored: unknown, problems: readonly RuleProblem[]): JsonValue[] {
  const element = elementOf(stored);
  const { draft, active } = element === undefined || element === "malformed" ? { draft: {}, active: {} } : element;
  const state = problems.length === 0 ? "valid" : "invalid";
  const errors = problems.map(({ ids, advanced, messages }): JsonObject => ({
    ids: advanced === true ? ["advanced_snippet"] : [...ids],
    messages: [...messages],
  }));
  const validated: JsonObject = { ...(isJsonObject(draft) ? draft : {}), validation: { state, errors } };
  return [{ domain, draft: validated, active: state === "valid" ? validated : active }];
}

/** The rules that a job takes from its connector. Malformed rules are marked as invalid, so that the job does not run without rules. */
export function filterForJob(stored: unknown): JsonObject | undefined {
  const element = elementOf(stored);
  if (element === undefined) return undefined;
  if (element !== "malformed" && isJsonObject(element.active)) return element.active;
  const message = element === "malformed" ? malformedMessage : "The active sync rules are not an object.";
  return { validation: { state: "invalid", errors: [{ ids: [], messages: [message] }] } };
}
