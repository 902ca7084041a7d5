import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import { parseAdvancedRules, type AdvancedRule } from "./rules/advanced-rules.ts";
import type { BasicRule, RuleProblem } from "./rules/basic-rule.ts";
import { parseBasicRules } from "./rules/parse-basic-rules.ts";
import { validateBasicRules } from "./rules/validate-basic-rules.ts";

// Sync rules as a connector holds them: a list of one element with a draft, which a person edits, and the active rules, which syncs follow.
// A draft that was edited is looked at, and either becomes the active rules or says what is wrong with it.

/** The rules of a draft, or the active ones. */
export interface SyncRules {
  basic: readonly BasicRule[];
  advanced: readonly AdvancedRule[];
}

/** A connector's rules, as far as their frame can be understood. */
export interface Filtering {
  /** Somebody changed the draft and it has not been looked at. */
  edited: boolean;
  draft: JsonValue;
  active: JsonValue;
}

/** Finds the draft and the active rules; nothing where the connector has none, a sentence where they are not what they should be. */
export function readFiltering(stored: unknown): Filtering | { problem: string } | undefined {
  if (stored === undefined || stored === null || (Array.isArray(stored) && stored.length === 0)) return undefined;
  const element: unknown = Array.isArray(stored) ? stored[0] : stored;
  if (!isJsonObject(element) || element["active"] === undefined || element["draft"] === undefined) {
    return {
      problem:
        "Its sync rules are not stored as they should be: a list of one object with draft and active was expected. Save the rules again in Kibana.",
    };
  }
  const draft = element["draft"];
  const validation = isJsonObject(draft) ? draft["validation"] : undefined;
  return {
    edited: isJsonObject(validation) && validation["state"] === "edited",
    draft,
    active: element["active"],
  };
}

/** Reads the rules of a filter (a draft, or the active one), with everything that shows in them without asking the source. */
export function readRules(stored: unknown): { rules: SyncRules; problems: RuleProblem[] } {
  const filter = activeOf(stored);
  if (filter === undefined || filter === null) return { rules: { basic: [], advanced: [] }, problems: [] };
  if (!isJsonObject(filter)) {
    return {
      rules: { basic: [], advanced: [] },
      problems: [{ ids: [], messages: ["The sync rules must be an object with rules and advanced_snippet."] }],
    };
  }
  const snippet = filter["advanced_snippet"];
  const advanced = parseAdvancedRules(isJsonObject(snippet) ? snippet["value"] : snippet);
  return {
    rules: { basic: parseBasicRules(filter["rules"]).rules, advanced: "rules" in advanced ? advanced.rules : [] },
    problems: [
      ...validateBasicRules(filter["rules"]),
      ...("problems" in advanced
        ? advanced.problems.map(({ id, message }) => ({ ids: [id], messages: [message] }))
        : []),
    ],
  };
}

/**
 * Whether a filter passed the looking-at that precedes its use; a filter that nobody ever wrote counts as passed. What is not understood
 * does not: taken for a filter without rules, it would let in what its rules keep out.
 */
export function isValidated(stored: unknown): boolean {
  if (stored === undefined || stored === null) return true;
  if (isJsonObject(stored) && Object.keys(stored).length === 0) return true;
  const filter = activeOf(stored);
  if (!isJsonObject(filter) || !("rules" in filter || "advanced_snippet" in filter)) return false;
  const validation = filter["validation"];
  return validation === undefined || (isJsonObject(validation) && validation["state"] === "valid");
}

/** A job may carry its connector's whole element, with the draft. */
function activeOf(filter: unknown): unknown {
  return isJsonObject(filter) && "active" in filter ? filter["active"] : filter;
}

/** What to store once a draft was looked at: without problems it becomes active. */
export function judgedFiltering(
  { draft, active }: Filtering,
  problems: readonly { ids: readonly string[]; messages: readonly string[] }[],
): JsonValue[] {
  const state = problems.length === 0 ? "valid" : "invalid";
  const errors = problems.map(({ ids, messages }): JsonObject => ({ ids: [...ids], messages: [...messages] }));
  const judged: JsonObject = { ...(isJsonObject(draft) ? draft : {}), validation: { state, errors } };
  return [{ domain: "DEFAULT", draft: judged, active: state === "valid" ? judged : active }];
}

const defaultRule = { id: "DEFAULT", policy: "include", field: "_", rule: "regex", value: ".*" } as const;

/**
 * Rules that stand in a file, in the form in which connectors hold them; there a rule needs neither id nor order. `at` is ISO 8601.
 */
export function filteringOf(basic: readonly JsonValue[], advanced: readonly JsonValue[], at: string): JsonValue[] {
  const stamps = { created_at: at, updated_at: at };
  const rules = [
    ...basic.map((rule, order) => (isJsonObject(rule) ? { id: `rule-${order + 1}`, order, ...rule, ...stamps } : rule)),
    { ...defaultRule, order: basic.length, ...stamps },
  ];
  const filter = {
    rules,
    advanced_snippet: { value: advanced.length === 0 ? {} : [...advanced], ...stamps },
    validation: { state: "valid", errors: [] },
  };
  return [{ domain: "DEFAULT", draft: filter, active: filter }];
}
