import { isJsonObject } from "../../core/json.ts";
import { ruleOperators, rulePolicies, type BasicRule, type RuleProblem } from "./basic-rule.ts";

/** The rules that could be parsed, and the problems of the others. */
export interface ParsedBasicRules {
  rules: BasicRule[];
  problems: RuleProblem[];
}

/** Parses a list of objects; undefined and null mean no rules. Policies and operators are case-insensitive. */
export function parseBasicRules(stored: unknown): ParsedBasicRules {
  if (stored === undefined || stored === null) return { rules: [], problems: [] };
  if (!Array.isArray(stored)) {
    return { rules: [], problems: [{ ids: [], messages: ["The sync rules must be a list of rules."] }] };
  }
  const parsed = stored.map((entry: unknown, index) => parseRule(entry, index + 1));
  return {
    rules: parsed.flatMap(({ rule }) => rule ?? []),
    problems: parsed.flatMap(({ problem }) => problem ?? []),
  };
}

function parseRule(entry: unknown, place: number): { rule?: BasicRule; problem?: RuleProblem } {
  if (!isJsonObject(entry)) {
    return { problem: { ids: [], messages: [`Rule ${place} of the list must be an object; found ${shown(entry)}.`] } };
  }
  const messages: string[] = [];
  const read = new RuleParser(entry, messages);
  const rule = {
    id: read.text("id"),
    policy: read.name("policy", rulePolicies),
    field: read.text("field"),
    rule: read.name("rule", ruleOperators),
    value: read.value(),
    order: read.order(),
  };
  if (messages.length === 0) return { rule };
  if (rule.id !== "") return { problem: { ids: [rule.id], messages } };
  return { problem: { ids: [], messages: messages.map((message) => `Rule ${place} of the list: ${message}`) } };
}

/** Parses the members of one rule and reports problems; with a problem, the parsed rule is not used. */
class RuleParser {
  readonly #entry: Readonly<Record<string, unknown>>;
  readonly #messages: string[];

  constructor(entry: Readonly<Record<string, unknown>>, messages: string[]) {
    this.#entry = entry;
    this.#messages = messages;
  }

  text(key: string): string {
    const value = this.#entry[key];
    if (typeof value === "string" && value.trim() !== "") return value;
    this.#messages.push(`${key} must be text that is not empty; found ${shown(value)}.`);
    return "";
  }

  name<Name extends string>(key: string, known: readonly [Name, ...Name[]]): Name {
    const value = this.#entry[key];
    const name = known.find((candidate) => typeof value === "string" && candidate === value.trim().toLowerCase());
    if (name === undefined) {
      this.#messages.push(`${key} must be one of ${known.join(", ")}; found ${shown(value)}.`);
    }
    return name ?? known[0];
  }

  /** A configuration file may also hold a number or a boolean. */
  value(): string {
    const value = this.#entry["value"];
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value === "string" && value !== "") return value;
    this.#messages.push(`value must be text that is not empty; found ${shown(value)}.`);
    return "";
  }

  order(): number {
    const value = this.#entry["order"];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#messages.push(`order must be a number; found ${shown(value)}.`);
    return 0;
  }
}

/** The value, shortened for a message. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object") return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
